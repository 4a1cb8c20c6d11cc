"""WireMock's request patterns, compiled into conditions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import attrgetter, call
from urllib.parse import unquote

import jsonschema_rs
import msgspec

from emulator.http.messages import Json, Request
from emulator.schema.field_errors import FieldError, field_errors
from emulator.schema.pointers import escape
from emulator.stubs.matching.java_regex import compile_java
from emulator.stubs.matching.matchers import MATCHER_SCHEMA, Matcher, compile_matcher
from emulator.stubs.matching.places import PathTemplate, Place, path_template, place_of
from emulator.stubs.matching.subject import ReadNamed, Subject, Value

#: WireMock's word for two methods.
_GET_OR_HEAD = "GET_OR_HEAD"
_TEXT: Json = {"type": "string"}
_NAMED: Json = {"type": "object", "additionalProperties": {"$ref": "#/$defs/matcher"}}

#: JSON Schema of a request pattern, for `$defs`; matchers are `#/$defs/matcher`.
PATTERN_SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "description": "What a request must be like; what is not named does not matter.",
    "properties": {
        "method": {"type": "string", "description": "A method, GET_OR_HEAD, or ANY."},
        "url": {"type": "string", "description": "Path and query, as they are sent."},
        "urlPattern": {"type": "string", "description": "A regular expression for both."},
        "urlPath": {"type": "string", "description": "The path."},
        "urlPathPattern": {"type": "string", "description": "A regular expression for it."},
        "urlPathTemplate": {"type": "string", "description": "A path such as /notes/{id}."},
        "pathParameters": _NAMED,
        "queryParameters": _NAMED,
        "formParameters": _NAMED,
        "headers": _NAMED,
        "cookies": _NAMED,
        "basicAuthCredentials": {
            "type": "object",
            "required": ["username", "password"],
            "additionalProperties": False,
            "properties": {"username": _TEXT, "password": _TEXT},
        },
        "bodyPatterns": {"type": "array", "items": {"$ref": "#/$defs/matcher"}},
        "host": {"$ref": "#/$defs/matcher"},
        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "scheme": {"enum": ["http", "https"]},
        "metadata": {"type": "object", "description": "Anything."},
    },
}

_WHOLE = {**PATTERN_SCHEMA, "$defs": {"matcher": MATCHER_SCHEMA}}
_VALIDATOR = jsonschema_rs.Draft202012Validator(_WHOLE)


_MATCHER_VALIDATOR = jsonschema_rs.Draft202012Validator(
    {**MATCHER_SCHEMA, "$defs": {"matcher": MATCHER_SCHEMA}}
)


class PatternCondition(msgspec.Struct, frozen=True, gc=False):
    """One condition of a pattern: `pointer` locates it, `weight` is its part of the distance.

    `holds` is whether the matcher accepts what is read.
    """

    pointer: str
    weight: int
    read: Callable[[Subject], Sequence[Value]]
    matcher: Matcher
    holds: Callable[[Subject], bool]


class UnmetCondition(msgspec.Struct, frozen=True, gc=False):
    """A condition that a request does not meet: what was expected, and what came instead.

    `note` says of one that would take too long to decide.
    """

    pointer: str
    expected: Json
    actual: tuple[str, ...]
    note: str = ""

    def __str__(self) -> str:
        came = ", ".join(map(repr, self.actual)) or "nothing"
        return f"{self.pointer}: expected {self.expected}, was {came}"


class RequestPattern(msgspec.Struct, frozen=True, gc=False):
    """A compiled pattern; its cheap conditions go first.

    It matches nowhere but at its `place`; `tests` are the conditions' own, `template` reads the
    parameters of the path.
    """

    raw: Mapping[str, Json]
    conditions: tuple[PatternCondition, ...]
    tests: tuple[Callable[[Subject], bool], ...]
    place: Place
    template: PathTemplate | None = None

    def matches(self, request: Request | Subject) -> bool:
        """Whether a request meets every condition."""
        subject = Subject(request) if isinstance(request, Request) else request
        return all(map(call, self.tests, repeat(subject)))

    def distance(self, subject: Subject) -> float:
        """How far a request is from the pattern: 0 where it matches, 1 at most."""
        total = sum(each.weight for each in self.conditions)
        if not total:
            return 0.0
        distances = (c.weight * c.matcher.distance(c.read(subject)) for c in self.conditions)
        return sum(distances) / total

    def unmet(
        self, subject: Subject, redacted: Subject | None = None
    ) -> tuple[UnmetCondition, ...]:
        """The conditions a request does not meet; `redacted` is the request to quote from."""
        quoted = redacted or subject
        return tuple(
            UnmetCondition(
                *(each.pointer, each.matcher.raw, tuple(v.text for v in each.read(quoted))),
                next((v.undecided for v in each.read(subject) if v.undecided), ""),
            )
            for each in self.conditions
            if not each.holds(subject)
        )


def read_matcher(raw: Json) -> Matcher | tuple[FieldError, ...]:
    """One matcher as written, or all that is wrong with it."""
    return field_errors(_MATCHER_VALIDATOR, raw, MATCHER_SCHEMA) or compile_matcher(raw, "")


def parse_pattern(raw: Json) -> RequestPattern | tuple[FieldError, ...]:
    """The pattern as written, or all that is wrong with it."""
    return field_errors(_VALIDATOR, raw, _WHOLE) or compile_pattern(raw)


def compile_pattern(raw: Mapping[str, Json]) -> RequestPattern | tuple[FieldError, ...]:
    """The pattern, which keeps PATTERN_SCHEMA, or what can't be compiled of it."""
    given = [name for name in (*_URL_READERS, "urlPathTemplate") if name in raw]
    if len(given) > 1:
        return (FieldError(f"/{given[1]}", f"only one of {' and '.join(given)} can be asked for"),)
    template = path_template(raw["urlPathTemplate"]) if "urlPathTemplate" in raw else None
    made = list(_conditions(raw, template))
    errors = tuple(m for each in made if isinstance(each, tuple) for m in each)
    conditions = tuple(each for each in made if isinstance(each, PatternCondition))
    tests = tuple(each.holds for each in conditions)
    return errors or RequestPattern(raw, conditions, tests, place_of(raw), template)


def _conditions(
    raw: Mapping[str, Json], template: PathTemplate | None
) -> Iterator[PatternCondition | tuple[FieldError, ...]]:
    """Every condition, or what is wrong with it; the cheap ones first."""
    method = raw.get("method", "ANY").upper()
    if method == _GET_OR_HEAD:
        yield _tested("/method", 3, _method, ("GET", "HEAD").__contains__, method, method)
    elif method != "ANY":
        yield _equals("/method", 3, _method, method)
    yield from _url_conditions(raw, template)
    if "scheme" in raw:
        yield _equals("/scheme", 1, lambda _: "http", raw["scheme"])
    if "port" in raw:
        yield _equals("/port", 1, lambda subject: subject.host[1], str(raw["port"]))
    if "host" in raw:
        yield _condition("/host", 10, lambda subject: [_value(subject.host[0])], raw["host"])
    credentials = raw.get("basicAuthCredentials")
    if credentials is not None:
        wanted = f"{credentials['username']}:{credentials['password']}"
        yield _equals("/basicAuthCredentials", 1, lambda subject: subject.credentials, wanted)
    for field, read in _NAMED_READERS.items():
        for name, matcher in raw.get(field, {}).items():
            own = name.lower() if field == "headers" else name
            yield _condition(f"/{field}/{escape(name)}", 1, _reader(read, own), matcher)
    for index, matcher in enumerate(raw.get("bodyPatterns", ())):
        made = _condition(f"/bodyPatterns/{index}", 1, _body, matcher)
        yield made if isinstance(made, tuple) else _of_body(made)


def _body(subject: Subject) -> Sequence[Value]:
    """The body; an empty one is none, as in WireMock."""
    return [subject.body] if subject.body.data else []


def _of_body(made: PatternCondition) -> PatternCondition:
    accepts = made.matcher.accepts
    return msgspec.structs.replace(made, holds=lambda subject: subject.body_meets(accepts))


_method: Callable[[Subject], str] = attrgetter("request.method")


def _url_conditions(
    raw: Mapping[str, Json], template: PathTemplate | None
) -> Iterator[PatternCondition | tuple[FieldError, ...]]:
    for name, read in _URL_READERS.items():
        if name in raw:
            compiled = _regex if name.endswith("Pattern") else _equals
            yield compiled(f"/{name}", 10, read, raw[name])
    if "urlPathTemplate" in raw:
        yield from _template_conditions(raw, template)
    elif "pathParameters" in raw:
        yield (FieldError("/pathParameters", "pathParameters need a urlPathTemplate"),)


def _template_conditions(
    raw: Mapping[str, Json], match: PathTemplate | None
) -> Iterator[PatternCondition | tuple[FieldError, ...]]:
    if match is None:
        message = "a segment of a path holds text and one parameter at most, each with its own name"
        yield (FieldError("/urlPathTemplate", message),)
        return

    template: str = raw["urlPathTemplate"]
    yield _tested(
        *("/urlPathTemplate", 10, _URL_READERS["urlPath"]),
        *(lambda path: match(path) is not None, template, template),
    )
    for name, matcher in raw.get("pathParameters", {}).items():

        def read(subject: Subject, name: str = name) -> Sequence[Value]:
            found = (match(subject.request.path) or {}).get(name)
            if found is None:
                return []
            # As it is sent, as WireMock has it, and as it is meant.
            return [_value(text) for text in dict.fromkeys((found, unquote(found)))]

        yield _condition(f"/pathParameters/{escape(name)}", 1, read, matcher)


def _condition(
    pointer: str, weight: int, read: Callable[[Subject], Sequence[Value]], raw: Json
) -> PatternCondition | tuple[FieldError, ...]:
    matcher = compile_matcher(raw, pointer)
    if isinstance(matcher, tuple):
        return matcher
    accepts = matcher.accepts
    return PatternCondition(pointer, weight, read, matcher, lambda subject: accepts(read(subject)))


def _equals(
    pointer: str, weight: int, read: Callable[[Subject], str], wanted: str
) -> PatternCondition:
    return _tested(pointer, weight, read, wanted.__eq__, wanted, wanted)


def _regex(
    pointer: str, weight: int, read: Callable[[Subject], str], pattern: str
) -> PatternCondition | tuple[FieldError, ...]:
    try:
        return _tested(pointer, weight, read, compile_java(pattern), pattern)
    except ValueError as error:
        return (FieldError(pointer, str(error)),)


def _tested(
    pointer: str,
    weight: int,
    read: Callable[[Subject], str],
    test: Callable[[str], bool],
    raw: Json,
    likeness: str | None = None,
) -> PatternCondition:
    """A condition of one text that every request has."""
    return PatternCondition(
        pointer,
        weight,
        lambda subject: [_value(read(subject))],
        Matcher(raw, lambda values: test(values[0].text), likeness),
        lambda subject: test(read(subject)),
    )


_URL_READERS: Mapping[str, Callable[[Subject], str]] = {
    "url": lambda subject: subject.url,
    "urlPattern": lambda subject: subject.url,
    "urlPath": lambda subject: subject.request.path,
    "urlPathPattern": lambda subject: subject.request.path,
}

_NAMED_READERS: Mapping[str, ReadNamed] = {
    "headers": lambda subject: subject.headers,
    "queryParameters": lambda subject: subject.query,
    "cookies": lambda subject: subject.cookie_values,
    "formParameters": lambda subject: subject.form,
}


def _reader(read: ReadNamed, name: str) -> Callable[[Subject], Sequence[Value]]:
    return lambda subject: subject.values(read, name)


def _value(text: str) -> Value:
    return Value(text.encode(errors="replace"))
