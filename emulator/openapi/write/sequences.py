"""Write sequences: server-sent events, JSON lines, JSON text sequences (OpenAPI 3.2, 4.14.4)."""

from collections.abc import Iterator

from emulator.http.encode import dump
from emulator.http.media_types import is_json
from emulator.http.messages import Event, Json
from emulator.openapi.write.content import SEVERAL, ContentSchema
from emulator.schema.coerce.coercion import Shape, to_text

#: What an event is made of, as OpenAPI sees it (Special Considerations for Server-Sent Events).
_FIELDS = frozenset({"data", "event", "id", "retry", "comment"})


def json_lines(content: ContentSchema) -> bytes:
    """Write one JSON value per line."""
    return b"".join(dump(value) + b"\n" for value in content.values())


def json_sequence(content: ContentSchema) -> bytes:
    """Write JSON texts, each after a record separator (RFC 7464)."""
    return b"".join(b"\x1e" + dump(value) + b"\n" for value in content.values())


def events(content: ContentSchema) -> tuple[Event, ...]:
    """The events of a stream.

    A schema that has `data` or `event`, and nothing that events don't have, describes events; any
    other describes their data: strings as they are, else JSON.
    """
    each = content.each()
    if _is_event(each.shape):
        return tuple(_event(value, index, each) for index, value in enumerate(content.values()))
    if each.shape.types - {"null"} == {"string"}:
        values = [each.text() for _ in range(SEVERAL)]
    else:
        values = content.values()
    return tuple(Event(_data(value), id=str(index)) for index, value in enumerate(values))


def _is_event(shape: Shape) -> bool:
    declared = shape.properties.keys()
    return declared <= _FIELDS and not declared.isdisjoint(("data", "event"))


def _event(value: Json, index: int, each: ContentSchema) -> Event:
    if not isinstance(value, dict):
        return Event(_data(value), id=str(index))
    data, retry, name = value.get("data", ""), value.get("retry"), value.get("event")
    embedded = next(_embedded(each.schema, value, each, set()), None)
    if "data" in value and embedded is not None:
        data = dump(each.part(embedded).value()).decode()
    return Event(
        data=_data(data),
        id=_id(value, index, each.shape),
        event=None if name is None else to_text(name),
        retry_ms=_milliseconds(retry),
    )


def _milliseconds(retry: Json) -> int | None:
    is_time = isinstance(retry, int | float) and not isinstance(retry, bool) and retry >= 0
    return int(retry) if is_time else None


def _id(value: dict[str, Json], index: int, shape: Shape) -> str | None:
    """The position where the schema leaves the id free, else the id drawn."""
    possible = "id" in value or ("id" not in shape.properties and shape.additional is not None)
    if possible and shape.property("id").free_text:
        return str(index)
    return to_text(value["id"]) if value.get("id") is not None else None


def _data(value: Json) -> str:
    return value if isinstance(value, str) else dump(value).decode()


def _embedded(
    schema: Json, value: dict[str, Json], content: ContentSchema, seen: set[int]
) -> Iterator[Json]:
    """The schemas of the JSON in `data`, of those alternatives that the event belongs to."""
    schema = content.resolved(schema)
    if not isinstance(schema, dict) or id(schema) in seen:
        return
    seen.add(id(schema))
    properties = schema.get("properties")
    if isinstance(properties, dict):
        if not all(_fits(properties.get(name), value[name]) for name in value):
            return
        data = content.resolved(properties.get("data"))
        if isinstance(data, dict) and is_json(str(data.get("contentMediaType", ""))):
            yield data.get("contentSchema", True)
    for keyword in ("allOf", "oneOf", "anyOf"):
        branches = schema.get(keyword)
        for branch in branches if isinstance(branches, list) else ():
            yield from _embedded(branch, value, content, seen)


def _fits(schema: Json, value: Json) -> bool:
    """Whether a property's `const` and `enum` allow the value drawn."""
    if not isinstance(schema, dict):
        return True
    return schema.get("const", value) == value and value in schema.get("enum", [value])
