"""Examples and defaults that contradict their own schema."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.schema.collect import SchemaCollector
from emulator.schema.locations import Locate, Place
from emulator.schema.notices import Notice
from emulator.schema.pointers import follow
from emulator.schema.validators import Schemas

#: The kind of an object with examples, the object in the document, and where its author has it.
Sample: TypeAlias = tuple[str, Json, Place]
#: A schema, a value of it, what the value is called, and its place.
_Value: TypeAlias = tuple[Json, Json, str, Place]

_MOST = 20_000  # examples; reading more would take longer than anybody waits
_MOST_TOLD = 1_000


def sample_notices(
    document: Mapping[str, Json], samples: tuple[Sample, ...], locate: Locate
) -> Iterator[Notice]:
    """A notice for each example and default that its own schema refuses, with the reason.

    One that is right in requests or in responses is right.
    """
    values = [value for sample in samples for value in _values(document, *sample)][:_MOST]
    judges = [SchemaCollector(document, "request"), SchemaCollector(document, "response")]
    for judge in judges:
        for index, (schema, *_) in enumerate(values):
            judge.add(str(index), schema)
    requests, responses = (judge.compile() for judge in judges)
    told = 0
    for index, (_, value, called, place) in enumerate(values):
        key = str(index)
        if not requests.is_valid(key, value) and not responses.is_valid(key, value):
            if (told := told + 1) > _MOST_TOLD:
                break
            file, pointer = _located(place, locate)
            message = f"the {called} contradicts its schema: {_reason(requests, key, value)}"
            yield Notice(file, pointer, f"{called}-invalid", message)


def _located(place: Place, locate: Locate) -> tuple[str, str]:
    """Where an example is: `example` is read as the first of `examples`."""
    match place:
        case ((parent, "examples"), 0) if locate((parent, "example"))[1].endswith("/example"):
            return locate((parent, "example"))
    return locate(place)


def _reason(schemas: Schemas, key: str, value: Json) -> str:
    first = schemas.reasons(key, value, "")[0]
    return f"{first.pointer} {first.message}" if first.pointer else first.message


def _values(document: Mapping[str, Json], kind: str, node: Json, place: Place) -> Iterator[_Value]:
    if kind == "schema":
        for index, value in enumerate(node.get("examples") or ()):
            yield node, value, "example", ((place, "examples"), index)
        if "default" in node:
            yield node, node["default"], "default", (place, "default")
    elif kind == "requestBody":
        for name, described in (node.get("content") or {}).items():
            media_type = follow(document, described)
            for found in _described(document, media_type, ((place, "content"), name)):
                # Text of other types is no value of the schema, but is written from one.
                if is_json(name) or not isinstance(found[1], str):
                    yield found
    else:
        yield from _described(document, node, place)


def _described(document: Mapping[str, Json], node: Json, place: Place) -> Iterator[_Value]:
    """The examples of a parameter, header or media type."""
    schema = node.get("schema") if isinstance(node, dict) else None
    if schema is None:
        return
    if "example" in node:
        yield schema, node["example"], "example", (place, "example")
    for name, each in (node.get("examples") or {}).items():
        example = follow(document, each)
        for field in ("value", "dataValue"):
            if isinstance(example, dict) and field in example:
                yield schema, example[field], "example", (((place, "examples"), name), field)
