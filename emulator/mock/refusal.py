"""Refusals in the shape that the document describes for them."""

from functools import partial
from random import Random

from emulator.http.encode import dump
from emulator.http.media_types import base_type, best_match, is_json
from emulator.http.messages import Event, Json
from emulator.http.problems import MEDIA_TYPE, Problem
from emulator.mock.error_bodies import fill
from emulator.mock.generate import ResponseGenerator
from emulator.mock.responses import PreparedResponse, ResponseOptions
from emulator.openapi.write.bodies import concrete
from emulator.schema.generate.generator import Ungeneratable


def refusal_body(
    generator: ResponseGenerator,
    refusal: Problem,
    options: ResponseOptions,
    status: int,
    accept: str | None,
    rng: Random,
) -> tuple[str, bytes | tuple[Event, ...]] | None:
    """Content-Type and body of a refusal, saying what was wrong wherever the schema has room.

    Problem details where those are documented, else the author's example, else a drawn body, each
    filled. None where the response documents no body at all, or none can be made.
    """
    names = sorted((m.name for m in options.response.content), key=lambda name: not is_json(name))
    chosen = best_match(names, accept) or next(iter(names), None)
    media_type = options.media_type(chosen)
    if media_type is None:
        return None
    name, details = concrete(media_type.name), refusal.as_json(status)
    example = _example(options.best(chosen))

    def filled(drawn: Json, key: str | None) -> Json:
        is_valid = partial(generator.accepts, key)
        if base_type(name) == MEDIA_TYPE and is_valid(details):
            return details
        base = drawn if example is None else example
        return fill(base, refusal, status, is_valid)

    if base_type(name) == "text/plain" and generator.accepts(media_type.schema_key, refusal.detail):
        return name, refusal.detail.encode()
    if is_json(name) and media_type.schema_key is None:
        return name, dump(filled(details, None))
    try:
        return generator.body(media_type, rng, filled)
    except Ungeneratable:
        return None


def _example(stored: PreparedResponse | None) -> Json:
    """The body that is stored for everybody, None where there is none."""
    if stored is None or stored.fixture.body is None or not stored.fixture.constant:
        return None
    return stored.fixture.body({})
