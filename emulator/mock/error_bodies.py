"""Refusals in the shape that the document describes, filled with what was wrong, and valid."""

from collections.abc import Callable

from emulator.http.codings import in_charset
from emulator.http.encode import dump
from emulator.http.media_types import base_type, best_match, is_json
from emulator.http.messages import Event, Json
from emulator.http.problems import MEDIA_TYPE, Problem
from emulator.mock.filling import anything, fill
from emulator.mock.generate import ResponseGenerator
from emulator.mock.responses import PreparedResponse, ResponseOptions
from emulator.openapi.document.model import MediaType
from emulator.openapi.write.bodies import concrete
from emulator.schema.draws import Word
from emulator.schema.generate.generator import Ungeneratable
from emulator.schema.locality import is_local


class _Form:
    """How refusals are written as one media type of a response.

    Nothing needs to be drawn for `whole` JSON, where problem details are valid or the author gave
    an `example`. `local` says that each part of a body is judged on its own.
    """

    __slots__ = (
        *("details", "example", "is_valid", "key", "local", "media_type", "name", "text"),
        *("valid", "whole"),
    )

    def __init__(
        self, generator: ResponseGenerator, media_type: MediaType, stored: PreparedResponse | None
    ) -> None:
        responses, key = generator.api.responses, media_type.schema_key
        self.media_type = media_type
        self.key = key
        self.name = concrete(media_type.name)
        self.is_valid = anything if key is None else responses.validator(key)
        keys = [each for each in (key, media_type.item_key) if each is not None]
        self.local = all(is_local(responses.roots[each], responses.definitions) for each in keys)
        self.example = _example(stored)
        #: Whether the example, or else whatever is filled in its place, is known to be valid.
        self.valid = self.example is None or self.is_valid(self.example)
        self.details = base_type(self.name) == MEDIA_TYPE
        self.text = base_type(self.name) == "text/plain"
        self.whole = is_json(self.name) and (key is None or generator.describes(media_type))


def refusal_body(
    generator: ResponseGenerator,
    refusal: Problem,
    options: ResponseOptions,
    status: int,
    accept: str | None,
    chance: Callable[[], Word],
) -> tuple[str, bytes | tuple[Event, ...]] | None:
    """Content-Type and body of a refusal, saying what was wrong wherever the schema has room.

    Problem details where those are documented, else the author's example, else a drawn body, each
    filled. None where the response documents no body at all, or none can be made.
    """
    forms = generator.kept(options, _forms)
    form = forms.get(best_match(tuple(forms), accept) or next(iter(forms), ""))
    if form is None:
        return None
    if form.text and form.is_valid(refusal.detail):
        return form.name, in_charset(refusal.detail.encode(), form.name)
    if form.whole:
        if form.details or form.key is None:
            details = refusal.as_json(status)
            if form.details and form.is_valid(details):
                return form.name, dump(details)
        if form.example is not None or form.key is None:
            base = details if form.example is None else form.example
            return form.name, dump(
                fill(base, refusal, status, form.is_valid, local=form.local, valid=form.valid)
            )

    def filled(drawn: Json, key: str, valid: bool) -> Json:
        is_valid = form.is_valid if key == form.key else generator.api.responses.validator(key)
        details = refusal.as_json(status) if form.details else None
        if form.details and is_valid(details):
            return details
        base = drawn if form.example is None else form.example
        valid = valid and form.example is None
        return fill(base, refusal, status, is_valid, local=form.local, valid=valid)

    try:
        return generator.body(form.media_type, chance(), filled)
    except Ungeneratable:
        return None


def _forms(generator: ResponseGenerator, options: ResponseOptions) -> dict[str, _Form]:
    """The forms of a response by media type, JSON first."""
    described = sorted(options.response.content, key=lambda each: not is_json(each.name))
    forms: dict[str, _Form] = {}
    for media_type in described:
        if media_type.name not in forms:
            forms[media_type.name] = _Form(generator, media_type, options.best(media_type.name))
    return forms


def _example(stored: PreparedResponse | None) -> Json:
    """The body that is stored for everybody, None where there is none."""
    if stored is None or stored.fixture.body is None or not stored.fixture.constant:
        return None
    return stored.fixture.body({})
