"""What of a value only the server says: `readOnly` members, which requests should leave out."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.schema.flatten.references import resolve_or_any

#: Schemas that are looked at for one value at most.
_MOST = 200


def without_read_only(value: Json, schema: Json, definitions: Mapping[str, Json]) -> Json:
    """A copy of a value of a schema without the members that it says are read-only."""
    parts = [*_parts(schema, definitions)]
    if isinstance(value, list):
        items = next((each["items"] for each in parts if "items" in each), True)
        return [without_read_only(each, items, definitions) for each in value]
    if not isinstance(value, dict):
        return value
    described: dict[str, Json] = {}
    for each in parts:
        properties = each.get("properties")
        described |= properties if isinstance(properties, dict) else {}
    return {
        name: without_read_only(member, described.get(name, True), definitions)
        for name, member in value.items()
        if not any(
            part.get("readOnly") is True for part in _parts(described.get(name), definitions)
        )
    }


def _parts(schema: Json, definitions: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """A schema, and what it refers to or is made of, if that holds in any case."""
    pending, seen = [schema], 0
    while pending and seen < _MOST:
        each, seen = pending.pop(), seen + 1
        if isinstance(each, dict):
            yield each
            pending += each["allOf"] if isinstance(each.get("allOf"), list) else []
            if "$ref" in each:
                pending.append(resolve_or_any(each["$ref"], definitions))
