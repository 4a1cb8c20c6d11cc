"""Body bytes → value, by media type."""

from collections.abc import Callable

import orjson

from emulator.media_types import is_json
from emulator.messages import Json, Violation
from emulator.spec.model import Api, MediaType

#: (body, Content-Type) → the value, and what keeps the bytes from being one.
Decoder = Callable[[bytes, str], tuple[Json, tuple[Violation, ...]]]


def compile_decoder(api: Api, media_type: MediaType) -> Decoder:
    """The decoder for bodies of a documented media type."""
    if is_json(media_type.name):
        return decode_json
    return decode_text


def decode_json(body: bytes, content_type: str) -> tuple[Json, tuple[Violation, ...]]:
    """JSON (RFC 8259): UTF-8, no NaN, no lone surrogates, at most about 1,000 levels deep."""
    try:
        return orjson.loads(body), ()
    except orjson.JSONDecodeError as error:
        message = f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        return None, (Violation("body", "", "json", message),)


def decode_text(body: bytes, content_type: str) -> tuple[Json, tuple[Violation, ...]]:
    """Any other body as text; bytes that are no UTF-8 stand as themselves (Latin-1)."""
    try:
        return body.decode(), ()
    except UnicodeDecodeError:
        return body.decode("latin-1"), ()
