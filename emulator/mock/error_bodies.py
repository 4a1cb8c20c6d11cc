"""Refusals in the shape that the document describes, filled with what was wrong, and valid."""

from typing import TypeAlias

from emulator.http.codings import in_charset
from emulator.http.encode import dump
from emulator.http.media_types import base_type, best_match, is_json
from emulator.http.messages import Event, Json
from emulator.http.problems import MEDIA_TYPE, Problem, ProblemType
from emulator.mock import error_words as words
from emulator.mock.exchange import Exchange, Service
from emulator.mock.filling import Room, anything, fill, speaks_of_errors
from emulator.mock.generate import Change, Judge, ResponseGenerator
from emulator.mock.responses import ResponseOptions, Responses, compile_responses
from emulator.mock.stored import PreparedResponse
from emulator.openapi.document.model import MediaType
from emulator.openapi.write.bodies import concrete
from emulator.schema.generate.generator import Ungeneratable
from emulator.schema.locality import is_local

#: Content-Type and body of an error.
Made: TypeAlias = tuple[str, bytes | tuple[Event, ...]]


class _Form:
    """How refusals are written as one media type of a response.

    Nothing needs to be drawn for `whole` JSON, where problem details are valid or the author gave
    an `example`.
    """

    __slots__ = (
        *("details", "example", "key", "media_type", "name", "room", "text", "valid", "whole"),
    )

    def __init__(
        self, generator: ResponseGenerator, media_type: MediaType, options: ResponseOptions
    ) -> None:
        key, response = media_type.schema_key, options.response
        self.media_type = media_type
        self.key = key
        self.name = concrete(media_type.name)
        self.example = _example(options.best(media_type.name))
        shown = None if self.example is None else response.key
        self.room = _room(generator, key, shown)
        #: Whether the example, or else whatever is filled in its place, is known to be valid.
        self.valid = self.example is None or self.room.is_valid(self.example)
        self.details = base_type(self.name) == MEDIA_TYPE
        self.text = base_type(self.name) == "text/plain"
        self.whole = is_json(self.name) and (key is None or generator.describes(media_type))


def _room(generator: ResponseGenerator, key: str | None, shown: str | None = None) -> Room:
    responses = generator.api.responses
    if key is None:
        return Room(anything, local=True, shown=shown)
    local = is_local(responses.roots[key], responses.definitions)
    return Room(responses.validator(key), local=local, shown=shown)


def refusal_body(
    exchange: Exchange,
    generator: ResponseGenerator,
    refusal: Problem,
    options: ResponseOptions,
    status: int,
) -> Made | None:
    """Content-Type and body of a refusal, saying what was wrong wherever the schema has room.

    Problem details where those are documented, else the author's example, else a drawn body, each
    filled. None where the response documents no body at all, or none can be made.
    """
    forms = generator.kept(options, _forms)
    accept = exchange.request.header("accept")
    form = forms.get(best_match(tuple(forms), accept) or next(iter(forms), ""))
    if form is None:
        return None
    room = form.room
    if form.text and room.is_valid(refusal.detail):
        return form.name, in_charset(refusal.detail.encode(), form.name)
    if form.whole:
        if form.details or form.key is None:
            details = refusal.as_json(status)
            if form.details and room.is_valid(details):
                return form.name, dump(details)
        if form.example is not None or form.key is None:
            base = details if form.example is None else form.example
            return form.name, dump(fill(base, refusal, status, room, exchange, valid=form.valid))

    def filled(drawn: Json, key: str, judge: Judge) -> Json:
        own = room if key == form.key else generator.kept(form.media_type, _rooms)[key]
        details = refusal.as_json(status) if form.details else None
        if form.details and own.is_valid(details):
            return details
        base = drawn if form.example is None else form.example
        valid = judge is not None and form.example is None
        return fill(base, refusal, status, own, exchange, valid=valid)

    try:
        return generator.body(form.media_type, exchange.chance.words(), filled)
    except Ungeneratable:
        return None


def documented_error(
    exchange: Exchange, generator: ResponseGenerator, media_type: MediaType, status: int
) -> Change:
    """What fills bodies drawn for an error of which only the status is known."""
    kind = ProblemType(words.slug(status), words.phrase(status), (status,))
    error = Problem(kind, words.said(status))

    def filled(drawn: Json, key: str, judge: Judge) -> Json:
        if not (judge and speaks_of_errors(drawn)):
            return drawn
        room = generator.kept(media_type, _rooms)[key]
        return fill(drawn, error, status, room, exchange, valid=True, adds=False)

    return filled


def _rooms(generator: ResponseGenerator, media_type: MediaType) -> dict[str, Room]:
    keys = (media_type.schema_key, media_type.item_key)
    return {key: _room(generator, key) for key in keys if key is not None}


def usual_options(service: Service, status: int) -> ResponseOptions | None:
    """What stands for a status that an operation leaves out: the document's usual error, if any."""
    usual = service.generator.kept(service, _usual)
    return usual.get(str(status)) or usual.get(f"{status // 100}XX") or usual.get("default")


def _usual(_: ResponseGenerator, service: Service) -> dict[str, ResponseOptions]:
    """The responses that show the usual error, with what is stored for them."""
    api, operations = service.api, {each.key: each for each in service.api.operations}
    compiled: dict[str, Responses] = {}
    found: dict[str, ResponseOptions] = {}
    for status, (operation, key) in api.usual_errors.items():
        if operation not in compiled:
            compiled[operation] = compile_responses(api, operations[operation], service.fixtures)
        found[status] = compiled[operation].by_key[key]
    return found


def _forms(generator: ResponseGenerator, options: ResponseOptions) -> dict[str, _Form]:
    """The forms of a response by media type, JSON first."""
    described = sorted(options.response.content, key=lambda each: not is_json(each.name))
    forms: dict[str, _Form] = {}
    for media_type in described:
        if media_type.name not in forms:
            forms[media_type.name] = _Form(generator, media_type, options)
    return forms


def _example(stored: PreparedResponse | None) -> Json:
    """The body that is stored for everybody, None where there is none."""
    if stored is None or stored.fixture.body is None or not stored.fixture.constant:
        return None
    return stored.fixture.body({})
