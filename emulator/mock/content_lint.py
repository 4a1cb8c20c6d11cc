"""Notices about what can't be sent as it is described: `emulator lint` prints them, too."""

from collections.abc import Iterator

from emulator.http.codings import lost_in, unknown_charset
from emulator.http.exact import loads
from emulator.http.media_types import is_json
from emulator.http.messages import BODILESS
from emulator.mock.exchange import Service
from emulator.mock.responses import Responses
from emulator.mock.stored import PreparedResponse
from emulator.openapi.document.model import MediaType, Operation, ResponseObject
from emulator.openapi.write.bodies import concrete, is_written
from emulator.schema.coerce.shapes import compile_shape
from emulator.schema.notices import Notice
from emulator.schema.pointers import pointer_of


def content_notices(
    service: Service, operation: Operation, responses: Responses
) -> Iterator[Notice]:
    """Content that is never sent, that its type has no words for, or that its charset lacks."""
    for key, response in operation.responses.items():
        place = ("paths", operation.path, operation.method.lower(), "responses", key, "content")
        if not response.augmented:
            for code, name, message in _of_response(service, key, response):
                pointer = pointer_of((*place, name) if name else place)
                yield Notice(service.api.file, pointer, code, message)
    for options in responses.by_key.values():
        for stored in (each for several in options.stored.values() for each in several):
            for code, message in _of_stored(stored):
                file, _, pointer = stored.fixture.file.partition("#")
                yield Notice(file, pointer, code, f"{stored.fixture.name!r} {message}")


def _of_response(
    service: Service, key: str, response: ResponseObject
) -> Iterator[tuple[str, str, str]]:
    if response.content and key in map(str, BODILESS):
        yield "content-unsent", "", f"a response {key} has no content (RFC 9110, 15); none is sent"
        return
    for media_type in response.content:
        name = media_type.name
        if charset := unknown_charset(name):
            message = f"the charset {charset!r} is not known; bodies are in UTF-8"
            yield "charset-unknown", name, message
        if not is_written(concrete(name)) and _is_value(service, media_type):
            message = f"bodies of {name} can't be written; values are sent as JSON under that name"
            yield "type-not-written", name, message


def _is_value(service: Service, media_type: MediaType) -> bool:
    """Whether examples or the schema of a media type describe values that are no text."""
    schemas, key = service.api.responses, media_type.schema_key
    if any(e.content is None and not isinstance(e.value, str) for e in media_type.examples):
        return True
    if key is None:
        return False
    shape = compile_shape(schemas.roots[key], schemas.definitions)
    return shape.object or shape.array


def _of_stored(stored: PreparedResponse) -> Iterator[tuple[str, str]]:
    fixture, name = stored.fixture, stored.media_type or ""
    if fixture.status in BODILESS and stored.content:
        yield "content-unsent", f"has content, and a response {fixture.status} has none"
    if stored.rule == "example" and fixture.binary is not None and is_json(name):
        try:
            loads(fixture.binary)
        except ValueError:
            yield "example-not-json", f"is no JSON, and is sent as it is written, as {name}"
    text = fixture.text if fixture.text is not None else fixture.body
    value = text({}) if text is not None and fixture.constant else None
    lost = lost_in(value, name) if isinstance(value, str) else ""
    if lost:
        yield "charset-lacks", f"has {lost[:20]!r}, which the charset of {name} lacks: sent as '?'"
