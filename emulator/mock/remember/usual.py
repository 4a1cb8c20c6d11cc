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
    """The shape that says most of a record: of reading it, or else of an entry of the list.

    What PUT, PATCH or POST answer with counts where it says as much, and of the same thing.
    """
    if (read := own.get(resource.read)) is not None:
        return read
    written = (own.get(each) for each in (resource.replace, resource.update, resource.create))
    made = next((each for each in written if each is not None), None)
    if made is None or listed is None:
        return made if listed is None else _entry(generator, listed)
    definitions = generator.api.responses.definitions
    says, entry = (members(each.part, definitions).keys() for each in (made, listed))
    more = len(says) >= len(entry) and 2 * len(says & entry) >= len(entry)
    return made if more else _entry(generator, listed)


def _entry(generator: ResponseGenerator, listed: ResponseShape) -> ResponseShape:
    """An entry of a list as a shape of its own."""

    def is_valid(record: Json) -> bool:
        frame = listed.example if listed.example is not None else generator.kept(listed, drawn)
        return frame is not None and listed.is_valid(put(frame, listed.place, [record]))

    return replace(listed, is_valid=is_valid, schema=listed.part, place=(), example=None)
