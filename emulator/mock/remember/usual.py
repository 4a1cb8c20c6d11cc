"""The shape that says most of one kind of record."""

from collections.abc import Mapping
from dataclasses import replace

from emulator.http.messages import Json
from emulator.mock.generate import ResponseGenerator
from emulator.mock.remember.kinds import drawn
from emulator.mock.remember.shapes import ResponseShape, members, put
from emulator.openapi.promises.model import Resource


def usual_shape(
    generator: ResponseGenerator,
    resource: Resource,
    own: Mapping[str, ResponseShape | None],
    listed: ResponseShape | None,
) -> ResponseShape | None:
    """The shape that says most of a record: of reading it, or else of an entry of the list."""
    for step in ("read", "replace", "update"):
        if (shape := own.get(getattr(resource, step))) is not None:
            return shape
    created = own.get(resource.create)
    if listed is None:
        return created
    definitions = generator.api.responses.definitions
    more = created is not None and len(members(created.part, definitions)) >= len(
        members(listed.part, definitions)
    )
    return created if more else _entry(generator, listed)


def _entry(generator: ResponseGenerator, listed: ResponseShape) -> ResponseShape:
    """An entry of a list as a shape of its own."""

    def is_valid(record: Json) -> bool:
        frame = listed.example if listed.example is not None else generator.kept(listed, drawn)
        return frame is not None and listed.is_valid(put(frame, listed.place, [record]))

    return replace(listed, is_valid=is_valid, schema=listed.part, place=(), example=None)
