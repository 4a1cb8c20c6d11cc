"""WireMock's matchers of one value: each one's schema, options and compiler.

A compiled matcher is a function of a value, None where there is none. Matchers that say what a
value is *not* accept that there is none.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import jsonschema_rs
from msgspec import Struct

from emulator.http.exact import loads
from emulator.http.messages import Json
from emulator.openapi.validate.xml import Element, parse_xml
from emulator.stubs.matching.java_regex import compile_java
from emulator.stubs.matching.json_equality import compile_equality
from emulator.stubs.matching.subject import NOT_JSON, Value

#: Whether a value is accepted.
Accepts = Callable[[Value | None], bool]

_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean"}

_DRAFTS = {
    "V4": jsonschema_rs.Draft4Validator,
    "V6": jsonschema_rs.Draft6Validator,
    "V7": jsonschema_rs.Draft7Validator,
    "V201909": jsonschema_rs.Draft201909Validator,
    "V202012": jsonschema_rs.Draft202012Validator,
}


class Operator(Struct, frozen=True):
    """One matcher. `takes` is the JSON Schema of its value, `options` those of its options.

    `compile` takes the matcher as written, and raises ValueError where it can't be compiled.
    `likens`: its value is a text that a near miss is like.
    """

    takes: Json
    compile: Callable[[Mapping[str, Json]], Accepts]
    options: Mapping[str, Json]
    likens: bool = False


def _present(accepts: Callable[[Value], bool]) -> Accepts:
    """A matcher that there must be a value for."""
    return lambda value: value is not None and accepts(value)


def _equal_to(raw: Mapping[str, Json]) -> Accepts:
    expected: str = raw["equalTo"]
    if raw.get("caseInsensitive"):
        return _present(lambda value: _same_letters(value.text, expected))
    return _present(lambda value: value.text == expected)


def _same_letters(one: str, other: str) -> bool:
    """Whether texts are equal letter by letter, whatever their case: never `ß` and `ss`."""
    return len(one) == len(other) and (
        one == other
        or all(
            a == b or a.upper() == b.upper() or a.lower() == b.lower()
            for a, b in zip(one, other, strict=True)
        )
    )


def _binary_equal_to(raw: Mapping[str, Json]) -> Accepts:
    try:
        expected = base64.b64decode(raw["binaryEqualTo"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"it is not Base64: {error}") from None
    return lambda value: (b"" if value is None else value.data) == expected


def _contains(raw: Mapping[str, Json]) -> Accepts:
    part: str = raw["contains"]
    return _present(lambda value: part in value.text)


def _does_not_contain(raw: Mapping[str, Json]) -> Accepts:
    part: str = raw["doesNotContain"]
    return lambda value: value is None or part not in value.text


def _matches(raw: Mapping[str, Json]) -> Accepts:
    matches = compile_java(raw["matches"])
    return _present(lambda value: matches(value.text))


def _does_not_match(raw: Mapping[str, Json]) -> Accepts:
    matches = compile_java(raw["doesNotMatch"])
    return lambda value: value is None or not matches(value.text)


def _equal_to_json(raw: Mapping[str, Json]) -> Accepts:
    equals = compile_equality(
        json_of(raw["equalToJson"]),
        ignore_array_order=raw.get("ignoreArrayOrder", False),
        ignore_extra_elements=raw.get("ignoreExtraElements", False),
    )
    return _present(lambda value: value.json is not NOT_JSON and equals(value.json))


def json_of(value: Json) -> Json:
    """A value, or the JSON that a text holds, as WireMock's files have it; raises ValueError."""
    if not isinstance(value, str):
        return value
    try:
        return loads(value)
    except ValueError as error:
        raise ValueError(f"the text is not JSON: {error}") from None


def _matches_json_schema(raw: Mapping[str, Json]) -> Accepts:
    schema = json_of(raw["matchesJsonSchema"])
    draft = _DRAFTS[raw.get("schemaVersion", "V202012")]
    try:
        validator = draft(schema, offline=True)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(f"it is not a JSON Schema that can be used: {error}") from None

    def accepts(value: Value) -> bool:
        # Parameters are texts: those that are no JSON stand for themselves.
        instance = value.text if value.json is NOT_JSON else value.json
        try:
            return bool(validator.is_valid(instance))
        except ValueError:
            return False

    return _present(accepts)


def _equal_to_xml(raw: Mapping[str, Json]) -> Accepts:
    """Two documents compared as trees; those with a document type, and so entities, are refused.

    White space round texts does not matter, nor does the order of attributes and of elements with
    different names, where there is no text between them.
    """
    expected = _tree(parse_xml(raw["equalToXml"].encode()))

    def accepts(value: Value) -> bool:
        try:
            return _tree(parse_xml(value.data)) == expected
        except ValueError:
            return False

    return _present(accepts)


def _tree(element: Element) -> tuple[object, ...]:
    parts: list[object] = []
    at, together = 0, list[Element]()
    for child in (*element.children, None):
        end = len(element.text) if child is None else child.offset
        text, at = element.text[at:end].strip(), end
        if text or child is None:
            parts += [tuple(map(_tree, sorted(together, key=lambda each: each.name))), text]
            together = []
        if child is not None:
            together.append(child)
    return element.name, frozenset(element.attributes.items()), tuple(parts)


def _absent(raw: Mapping[str, Json]) -> Accepts:
    wanted: bool = raw["absent"]
    return lambda value: (value is None) is wanted


def _dated(name: str, holds: Callable[[datetime, datetime], bool]) -> Operator:
    """A matcher of moments: RFC 3339, or as HTTP writes them."""

    def compiled(raw: Mapping[str, Json]) -> Accepts:
        expected = _moment(raw[name])
        if expected is None:
            raise ValueError(f"{raw[name]!r} is no moment; write it like 2026-04-28T14:30:00Z")

        def accepts(value: Value) -> bool:
            actual = _moment(value.text)
            return actual is not None and holds(actual, expected)

        return _present(accepts)

    return Operator(_TEXT, compiled, {})


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


#: The matchers by name; `matchesJsonPath`, `and`, `or`, `not` and those of several values, which
#: are made of others, are in `matchers`.
OPERATORS: Mapping[str, Operator] = {
    "equalTo": Operator(_TEXT, _equal_to, {"caseInsensitive": _FLAG}, likens=True),
    "binaryEqualTo": Operator(_TEXT, _binary_equal_to, {}),
    "contains": Operator(_TEXT, _contains, {}),
    "doesNotContain": Operator(_TEXT, _does_not_contain, {}),
    "matches": Operator(_TEXT, _matches, {}),
    "doesNotMatch": Operator(_TEXT, _does_not_match, {}),
    "equalToJson": Operator(
        True,
        _equal_to_json,
        {"ignoreArrayOrder": _FLAG, "ignoreExtraElements": _FLAG},
        likens=True,
    ),
    "matchesJsonSchema": Operator(
        {"type": ["object", "boolean", "string"]},
        _matches_json_schema,
        {"schemaVersion": {"enum": list(_DRAFTS)}},
    ),
    "equalToXml": Operator(_TEXT, _equal_to_xml, {}, likens=True),
    "absent": Operator(_FLAG, _absent, {}),
    "anything": Operator(True, lambda _: lambda _: True, {}),
    "before": _dated("before", lambda actual, expected: actual < expected),
    "after": _dated("after", lambda actual, expected: actual > expected),
    "equalToDateTime": _dated("equalToDateTime", lambda actual, expected: actual == expected),
}
