"""A stored response of an operation, from a fixture or an example, ready to be served."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from emulator.fixtures.responses import StoredResponse
from emulator.fixtures.templates.compile import constant
from emulator.http.codings import in_charset
from emulator.http.encode import encode
from emulator.http.exact import loads
from emulator.http.media_types import EVENT_STREAM, is_json
from emulator.http.messages import Headers, Json
from emulator.openapi.document.model import Api, MediaType, Operation, ResponseObject
from emulator.openapi.write.bodies import concrete
from emulator.schema.pointers import pointer_of


@dataclass(frozen=True, slots=True)
class PreparedResponse:
    """A stored response and the media type it is served as; None where it has no body.

    `content` is the body encoded, where it is the same for every request. A stored response that
    is not `valid` by the document is served only to those who ask for it by name. `response` is
    the documented response that it is stored for. `headers` are its own where they, too, are the
    same for every request, None where they are not. It is sent as `sent_as`: where the document
    has a range, a type that the range covers.
    """

    fixture: StoredResponse
    media_type: str | None
    rule: Literal["fixture", "example"]
    content: bytes | None = None
    valid: bool = True
    response: ResponseObject | None = None
    sent_as: str | None = None
    headers: Headers | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if self.sent_as is None and self.media_type is not None:
            sent = concrete(self.media_type) if "*" in self.media_type else self.media_type
            object.__setattr__(self, "sent_as", sent)
        varies = self.fixture.headers or self.fixture.events is not None or self.content is None
        documented = self.response is not None and self.response.headers
        headers: Headers = (("content-type", self.sent_as),) if self.sent_as else ()
        object.__setattr__(self, "headers", None if varies or documented else headers)


def prepare(fixture: StoredResponse, media_type: str | None) -> PreparedResponse:
    """The fixture as it will be served, encoded now if it says the same to every request."""
    content = _content(fixture, media_type)
    return PreparedResponse(fixture, media_type, "fixture", content, sent_as=media_type)


def _content(fixture: StoredResponse, media_type: str | None) -> bytes | None:
    if fixture.binary is not None:
        return fixture.binary
    if fixture.constant and fixture.text is not None:
        return in_charset(str(fixture.text({})).encode(), media_type)
    if fixture.constant and fixture.body is not None:
        return in_charset(encode(fixture.body({}), media_type), media_type)
    return None


def prepare_fixture(
    api: Api, fixture: StoredResponse, response: ResponseObject
) -> PreparedResponse:
    """A fixture as its documented response has it."""
    media_type = _media_type(fixture, response)
    content, valid = _content(fixture, media_type), True
    if fixture.constant and fixture.body is not None:
        described = next((m for m in response.content if m.name == media_type), None)
        valid = _is_valid(api, described, fixture.body({}))
    return PreparedResponse(fixture, media_type, "fixture", content, valid, response)


def _is_valid(api: Api, media_type: MediaType | None, value: Json) -> bool:
    """Whether a stored value keeps its schema; text of types other than JSON can't be judged."""
    if media_type is None or media_type.schema_key is None:
        return True
    judged = is_json(media_type.name) or not isinstance(value, str)
    return not judged or api.responses.is_valid(media_type.schema_key, value)


def _media_type(fixture: StoredResponse, response: ResponseObject) -> str | None:
    """As what a fixture is served: as it says, or as the first documented type that suits it."""
    if fixture.media_type is not None:
        return fixture.media_type
    if fixture.events is not None:
        return EVENT_STREAM
    names = [media_type.name for media_type in response.content]
    if fixture.body is not None:
        return next((name for name in names if is_json(name)), "application/json")
    if fixture.text is not None:
        return next((name for name in names if name.startswith("text/")), "text/plain")
    if fixture.binary is not None:
        return names[0] if names else "application/octet-stream"
    return None


def prepare_examples(
    api: Api, operation: Operation, response: ResponseObject
) -> Iterator[PreparedResponse]:
    """The examples of a documented response, in the order of its media types."""
    for media_type in response.content:
        for example in media_type.examples:
            fixture = StoredResponse(
                key=response.key,
                name=example.name,
                file=f"{api.file}#{_pointer(operation, response, media_type, example.name)}",
                source=response.source,
                body=constant(example.value) if example.content is None else None,
                binary=example.content,
            )
            # Values of types that are neither JSON nor text are written on request.
            written = isinstance(example.content or example.value, str | bytes)
            name = media_type.name
            content = _content(fixture, name) if written or is_json(name) else None
            valid = _is_valid(api, media_type, example.value)
            sent = _sent_as(api, media_type, content if written else None)
            yield PreparedResponse(fixture, name, "example", content, valid, response, sent)


def _sent_as(api: Api, media_type: MediaType, written: bytes | None) -> str:
    """As what an example is sent; of a range that may be JSON, by what is `written` out."""
    name = media_type.name
    sent = concrete(name)
    if written is None or is_json(name):
        return sent
    if "*" not in name:
        return name  # a text of parts has its own boundary
    if not is_json(sent):
        return sent
    with suppress(ValueError):
        value, key = loads(written), media_type.schema_key
        if isinstance(value, dict | list) and (key is None or api.responses.is_valid(key, value)):
            return sent
    return "text/plain" if name.startswith("*") else "application/octet-stream"


def _pointer(
    operation: Operation, response: ResponseObject, media_type: MediaType, name: str
) -> str:
    """Where an example stands in the document, its response object taken to be inline."""
    place = ("paths", operation.path, operation.method.lower(), "responses", response.key)
    last = ("example",) if name == "example" else ("examples", name)
    return pointer_of((*place, "content", media_type.name, *last))
