"""What of a value only the server says: `readOnly` members, which requests should leave out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.flatten.references import resolve_or_any

#: Schemas that are looked at for one value at most.
_MOST = 200

_NULLS: tuple[Json, ...] = ({"type": "null"}, {"enum": [None]}, {"const": None})

#: The schemas that describe a member, as far as all of them hold.
Parts: TypeAlias = Sequence[Mapping[str, Json]]


def is_read_only(_: str, __: int, parts: Parts) -> bool:
    """Whether only the server says a member."""
    return any(part.get("readOnly") is True for part in parts)


def without_read_only(value: Json, schema: Json, definitions: Mapping[str, Json]) -> Json:
    """A copy of a value of a schema without the members that it says are read-only."""
    return without(value, schema, definitions, is_read_only)


def without(
    value: Json,
    schema: Json,
    definitions: Mapping[str, Json],
    left_out: Callable[[str, int, Parts], bool],
    depth: int = 1,
) -> Json:
    """A copy of a value of a schema without some members, at any depth.

    `left_out` says which: by the name, the depth (1 in the outermost object, lists aside), and the
    schemas.
    """
    parts = [*_parts(schema, definitions)]
    if isinstance(value, list):
        items = next((each["items"] for each in parts if "items" in each), True)
        return [without(each, items, definitions, left_out, depth) for each in value]
    if not isinstance(value, dict):
        return value
    described: dict[str, Json] = {}
    for each in parts:
        properties = each.get("properties")
        described |= properties if isinstance(properties, dict) else {}
    return {
        name: without(member, described.get(name, True), definitions, left_out, depth + 1)
        for name, member in value.items()
        if not left_out(name, depth, [*_parts(described.get(name), definitions)])
    }


def _parts(schema: Json, definitions: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """A schema, and what it refers to or is made of, if that holds in any case."""
    pending, seen = [schema], 0
    while pending and seen < _MOST:
        each, seen = pending.pop(), seen + 1
        if isinstance(each, dict):
            yield each
            pending += each["allOf"] if isinstance(each.get("allOf"), list) else []
            for alternatives in (each.get("anyOf"), each.get("oneOf")):
                pending += _only_one(alternatives)
            if "$ref" in each:
                pending.append(resolve_or_any(each["$ref"], definitions))


def _only_one(alternatives: Json) -> list[Json]:
    """The only alternative beside null, which holds for all but null."""
    listed = alternatives if isinstance(alternatives, list) else []
    others = [each for each in listed if each not in _NULLS]
    return others if len(others) == 1 else []
