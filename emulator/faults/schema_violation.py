"""`schema-violation`: a body that breaks its documented schema; for those who test detectors."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from msgspec.structs import replace

from emulator.faults.base import (
    FaultContext,
    FaultParameter,
    FaultType,
    NotApplicable,
    Parameters,
    with_json,
)
from emulator.http.encode import dump
from emulator.http.media_types import find
from emulator.http.messages import AnyResponse, Json, Response

#: Bodies that are tried before a schema counts as one that can't be broken.
_TRIES = 300

_Path: TypeAlias = tuple[str | int, ...]

_OTHER_TYPE: Mapping[type, Json] = {
    str: 12345,
    int: "not a number",
    float: "not a number",
    bool: "not a boolean",
    list: {},
    dict: [],
    type(None): [[]],
}
_OTHER_VALUES: Mapping[type, tuple[Json, ...]] = {
    str: ("", "not documented"),
    int: (-1, 2**53),
    float: (-1.5, 1e300),
    list: ([],),
    dict: ({},),
}


def _missing_property(value: Json) -> Iterator[Json]:
    for gone in value if isinstance(value, dict) else ():
        yield {name: member for name, member in value.items() if name != gone}


def _extra_property(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        yield {**value, "notDocumented": True}


#: By what is wrong with it: the values that stand in a value's place.
_KINDS: Mapping[str, Callable[[Json], Iterable[Json]]] = {
    "missing-property": _missing_property,
    "wrong-type": lambda value: (_OTHER_TYPE[type(value)],),
    "wrong-value": lambda value: _OTHER_VALUES.get(type(value), ()),
    "null": lambda value: () if value is None else (None,),
    "extra-property": _extra_property,
}
_ANY = "any"


def _alter(
    answer: AnyResponse, parameters: Parameters, context: FaultContext
) -> AnyResponse | NotApplicable:
    found = with_json(answer)
    if isinstance(found, NotApplicable):
        return found
    whole, value = found
    key = _schema_key(whole, context)
    if key is None or context.schemas is None:
        return NotApplicable("the document has no schema for this body")
    if not context.schemas.is_valid(key, value):
        return NotApplicable("this body breaks its schema anyway")
    kind = parameters["kind"]
    kinds = tuple(_KINDS) if kind == _ANY else (kind,)
    tried = list(islice(_changed(value, kinds), _TRIES))
    context.chance.random().shuffle(tried)
    for body in tried:
        if not context.schemas.is_valid(key, body):
            return replace(whole, body=dump(body))
    return NotApplicable(f"the schema accepts all of {len(tried)} changed bodies (kind: {kind})")


def _schema_key(answer: Response, context: FaultContext) -> str | None:
    """The schema that the document has for this body."""
    if context.response is None:
        return None
    described = {media_type.name: media_type.schema_key for media_type in context.response.content}
    found = find(tuple(described), dict(answer.headers)["content-type"])
    return described[found] if found is not None else None


def _changed(body: Json, kinds: Sequence[str]) -> Iterator[Json]:
    """The body with one change each, those near its top first."""
    for path, value in _places(body):
        for kind in kinds:
            for other in _KINDS[kind](value):
                yield _put(body, path, other)


def _places(body: Json) -> Iterator[tuple[_Path, Json]]:
    waiting: deque[tuple[_Path, Json]] = deque([((), body)])
    while waiting:
        path, value = waiting.popleft()
        yield path, value
        if isinstance(value, dict):
            waiting += (((*path, name), member) for name, member in value.items())
        elif isinstance(value, list):
            waiting += (((*path, index), item) for index, item in enumerate(value))


def _put(body: Json, path: _Path, value: Json) -> Json:
    """A copy of the body with another value at one place."""
    if not path:
        return value
    changed = _put(body[path[0]], path[1:], value)
    if isinstance(body, dict):
        return {**body, path[0]: changed}
    return [changed if index == path[0] else item for index, item in enumerate(body)]


FAULT = FaultType(
    name="schema-violation",
    level="http",
    description="A JSON body with one change that violates its documented schema.",
    parameters=(FaultParameter("kind", "What is changed.", "text", _ANY, choices=(_ANY, *_KINDS)),),
    alters=_alter,
)
