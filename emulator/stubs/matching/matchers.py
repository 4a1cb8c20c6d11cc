"""WireMock's matchers, compiled: of one value, of several values, and made of other matchers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING

import msgspec

from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.schema.field_errors import MISSING, FieldError
from emulator.stubs.matching.operators import OPERATORS, Accepts
from emulator.stubs.matching.subject import UndecidedError, Value

if TYPE_CHECKING:
    from emulator.stubs.matching.json_paths.path import Path

#: Characters that are compared for near misses.
_LIKENESS_LIMIT = 500

#: Values that `hasExactly` tries to assign.
_EXACT_LIMIT = 6

_MATCHER: Json = {"$ref": "#/$defs/matcher"}
_SEVERAL: Json = {"type": "array", "items": _MATCHER, "minItems": 1}
#: What stands beside an expression: a matcher with its options.
_OF_MATCHERS: Json = {
    name: {"$ref": f"#/$defs/matcher/properties/{name}"}
    for name in (
        *OPERATORS,
        *(option for row in OPERATORS.values() for option in row.options),
        *("matchesJsonPath", "and", "or", "not", "includes", "hasExactly"),
    )
}
#: Matchers made of others: the JSON Schema of each one's value.
_MADE_OF_OTHERS: Mapping[str, Json] = {
    "matchesJsonPath": {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "required": ["expression"],
                "additionalProperties": False,
                "properties": {"expression": {"type": "string"}, **_OF_MATCHERS},
            },
        ]
    },
    "and": _SEVERAL,
    "or": _SEVERAL,
    "not": _MATCHER,
    "includes": _SEVERAL,
    "hasExactly": {"type": "array", "items": _MATCHER, "maxItems": _EXACT_LIMIT},
}
#: Matchers that may take too long for what a request holds.
_COSTLY = frozenset(("equalToJson", "matchesJsonPath"))
_LOG = logging.getLogger("uvicorn.error")
#: Every matcher's name.
NAMES = (*OPERATORS, *_MADE_OF_OTHERS)

#: JSON Schema of a matcher, for `$defs`.
MATCHER_SCHEMA: Json = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    MISSING: {"matchesXPath": ": XPath is not supported; `equalToXml` compares whole documents"},
    "properties": {
        **{name: row.takes for name, row in OPERATORS.items()},
        **{option: schema for row in OPERATORS.values() for option, schema in row.options.items()},
        **_MADE_OF_OTHERS,
    },
}


class Matcher(msgspec.Struct, frozen=True, gc=False):
    """One matcher: `raw` as it was written, `accepts` takes all values of a name, perhaps none.

    `likeness` is the text a value should be like, for near misses.
    """

    raw: Json
    accepts: Callable[[Sequence[Value]], bool]
    likeness: str | None = None

    def distance(self, values: Sequence[Value]) -> float:
        """How far the values are from a match: 0 where they match, 1 at most."""
        if self.accepts(values):
            return 0.0
        if self.likeness is None or not values:
            return 1.0
        wanted = self.likeness[:_LIKENESS_LIMIT]
        texts = (value.text[:_LIKENESS_LIMIT] for value in values)
        ratios = (SequenceMatcher(None, text, wanted, autojunk=False).ratio() for text in texts)
        # What does not match is never as near as what does.
        return max(1 - max(ratios), 0.01)


def compile_matcher(raw: Json, pointer: str) -> Matcher | tuple[FieldError, ...]:
    """The matcher as written, which keeps MATCHER_SCHEMA, or what is wrong with it."""
    found = [name for name in raw if name in NAMES]
    if len(found) != 1:
        message = f"a matcher has one of {', '.join(NAMES)}"
        return (FieldError(pointer, f"{message}; this one has {' and '.join(found) or 'none'}"),)
    name = found[0]
    options = OPERATORS[name].options if name in OPERATORS else {}
    for other in raw:
        if other != name and other not in options:
            return (FieldError(f"{pointer}/{other}", f"{other!r} is no option of {name!r}"),)
    if name in _SEVERAL_VALUES:
        return _several(name, raw, pointer)
    compiled = _compile_one(name, raw, pointer)
    if isinstance(compiled, tuple):
        return compiled
    one = _decided(compiled, name) if name in _COSTLY else compiled
    likeness = None
    if name in OPERATORS and OPERATORS[name].likens:
        wanted = raw[name]
        likeness = wanted if isinstance(wanted, str) else dump(wanted).decode()
    return Matcher(raw, lambda values: _any(one, values), likeness)


def _decided(accepts: Accepts, name: str) -> Accepts:
    """The matcher, which accepts nothing where it would take too long, and says so."""
    told: list[str] = []

    def decided(value: Value | None) -> bool:
        try:
            return accepts(value)
        except UndecidedError as error:
            if value is not None:
                value.undecided = str(error)
            if not told:
                told.append(str(error))
                _LOG.warning("%s of a stub or a pattern did not match: %s", name, error)
            return False

    return decided


def _any(one: Accepts, values: Sequence[Value]) -> bool:
    """WireMock's rule for names with several values: one that matches is enough."""
    return any(map(one, values)) if values else one(None)


def _compile_one(name: str, raw: Json, pointer: str) -> Accepts | tuple[FieldError, ...]:
    if name == "matchesJsonPath":
        return _json_path(raw[name], f"{pointer}/{name}")
    if name in ("and", "or", "not"):
        return _logical(name, raw[name], f"{pointer}/{name}")
    try:
        return OPERATORS[name].compile(raw)
    except ValueError as error:
        return (FieldError(f"{pointer}/{name}", str(error)),)


def _logical(name: str, raw: Json, pointer: str) -> Accepts | tuple[FieldError, ...]:
    listed = [(raw, pointer)] if name == "not" else _placed(raw, pointer)
    parts, errors = _compile_all(listed)
    if errors:
        return errors

    def each(value: Value | None) -> Iterator[bool]:
        values = () if value is None else (value,)
        return (part.accepts(values) for part in parts)

    if name == "or":
        return lambda value: any(each(value))
    return lambda value: all(each(value)) is (name == "and")


def _json_path(raw: Json, pointer: str) -> Accepts | tuple[FieldError, ...]:
    """An expression that finds something, or what is found and a matcher for it."""
    from emulator.stubs.matching.json_paths.path import compile_path  # late: few stubs have any

    expression = raw if isinstance(raw, str) else raw["expression"]
    try:
        path = compile_path(expression)
    except ValueError as error:
        place = pointer if isinstance(raw, str) else f"{pointer}/expression"
        return (FieldError(place, str(error)),)
    rest = {} if isinstance(raw, str) else {k: v for k, v in raw.items() if k != "expression"}
    if not rest:
        return lambda value: value is not None and _finds_something(path, value)
    matcher = compile_matcher(rest, pointer)
    if isinstance(matcher, tuple):
        return matcher
    whole = "equalToJson" in rest
    wanted_absent = "absent" in rest

    def accepts(value: Value | None) -> bool:
        found = _found(path, value, whole) if value is not None else ()
        return matcher.accepts(found) if found else wanted_absent and matcher.accepts(())

    return accepts


def _finds_something(path: Path, value: Value) -> bool:
    """WireMock's rule: null and what is empty are nothing where one value is asked for."""
    found = path.find(value.json, value.charge, value.steps)
    if path.definite and found:
        return found[0] is not None and found[0] not in ([], {})
    return bool(found)


def _found(path: Path, value: Value, whole: bool) -> Sequence[Value]:
    """What a query finds as values, null being none; with `whole`, all of it as one JSON value."""
    found = path.find(value.json, value.charge, value.steps)
    if path.definite and found:
        one = found[0]
        found = one if isinstance(one, list) and not whole else [one]
        found = found if found != [None] else []
    elif whole and (found or path.starts(value.json)):
        found = [found]
    texts = (part if isinstance(part, str) and not whole else dump(part) for part in found)
    return [Value(text.encode() if isinstance(text, str) else text) for text in texts]


def _several(name: str, raw: Json, pointer: str) -> Matcher | tuple[FieldError, ...]:
    """Matchers of all values a name has."""
    parts, errors = _compile_all(_placed(raw[name], f"{pointer}/{name}"))
    return errors or Matcher(raw, partial(_SEVERAL_VALUES[name], parts))


def _includes(parts: Sequence[Matcher], values: Sequence[Value]) -> bool:
    return all(part.accepts(values) for part in parts)


def _has_exactly(parts: Sequence[Matcher], values: Sequence[Value]) -> bool:
    if len(values) != len(parts):
        return False
    orders = permutations(values)
    return any(all(p.accepts((v,)) for p, v in zip(parts, o, strict=True)) for o in orders)


_SEVERAL_VALUES = {"includes": _includes, "hasExactly": _has_exactly}


def _placed(raws: Json, pointer: str) -> list[tuple[Json, str]]:
    return [(raw, f"{pointer}/{index}") for index, raw in enumerate(raws)]


def _compile_all(
    listed: Sequence[tuple[Json, str]],
) -> tuple[list[Matcher], tuple[FieldError, ...]]:
    compiled = [compile_matcher(raw, pointer) for raw, pointer in listed]
    errors = tuple(m for each in compiled if isinstance(each, tuple) for m in each)
    return [each for each in compiled if isinstance(each, Matcher)], errors
