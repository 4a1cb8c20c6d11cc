"""Refusals in the shape that the document describes for them."""

from functools import partial
from random import Random

from emulator.http.encode import dump
from emulator.http.media_types import base_type, best_match, is_json
from emulator.http.messages import Event, Json
from emulator.http.problems import MEDIA_TYPE
from emulator.mock.decide import Decision
from emulator.mock.error_bodies import fill
from emulator.mock.generate import Maker
from emulator.mock.responses import Stored
from emulator.openapi.write.bodies import concrete
from emulator.schema.generate.generator import Ungeneratable


def refusal_body(
    maker: Maker, decision: Decision, accept: str | None, rng: Random
) -> tuple[str, bytes | tuple[Event, ...]] | None:
    """Content-Type and body of a refusal, saying what was wrong wherever the schema has room.

    Problem details where those are documented, else the author's example, else a drawn body, each
    filled. None where the response documents no body at all, or none can be made.
    """
    possible, refusal = decision.possible, decision.problem
    if possible is None or refusal is None:
        return None
    names = sorted((m.name for m in possible.response.content), key=lambda name: not is_json(name))
    chosen = best_match(names, accept) or next(iter(names), None)
    media_type = possible.media_type(chosen)
    if media_type is None:
        return None
    name, details = concrete(media_type.name), refusal.as_json(decision.status)
    example = _example(possible.best(chosen))

    def told(drawn: Json, key: str | None) -> Json:
        is_valid = partial(maker.accepts, key)
        if base_type(name) == MEDIA_TYPE and is_valid(details):
            return details
        base = drawn if example is None else example
        return fill(base, refusal, decision.status, is_valid)

    if base_type(name) == "text/plain" and maker.accepts(media_type.schema_key, refusal.detail):
        return name, refusal.detail.encode()
    if is_json(name) and media_type.schema_key is None:
        return name, dump(told(details, None))
    try:
        return maker.body(media_type, rng, told)
    except Ungeneratable:
        return None


def _example(stored: Stored | None) -> Json:
    """The body that is stored for everybody, None where there is none."""
    if stored is None or stored.fixture.body is None or not stored.fixture.constant:
        return None
    return stored.fixture.body({})
