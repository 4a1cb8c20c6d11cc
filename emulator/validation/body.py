"""Body bytes → value, by media type."""

from collections.abc import Callable

import orjson

from emulator.media_types import is_json
from emulator.messages import Json, Violation
from emulator.spec.model import Api, MediaType

#: Levels of objects and arrays; templates and encoders recurse, and give up soon after.
MAX_DEPTH = 200

#: (body, Content-Type) → the value, and what keeps the bytes from being one.
Decoder = Callable[[bytes, str], tuple[Json, tuple[Violation, ...]]]


def compile_decoder(api: Api, media_type: MediaType) -> Decoder:
    """The decoder for bodies of a documented media type."""
    if is_json(media_type.name):
        return decode_json
    return decode_text


def decode_json(body: bytes, content_type: str) -> tuple[Json, tuple[Violation, ...]]:
    """JSON (RFC 8259): UTF-8, no NaN, no lone surrogates, at most `MAX_DEPTH` levels deep."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        return None, (Violation("body", "", "json", message),)
    # Counting brackets is quick, and few bodies have so many.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _too_deep(value):
        message = f"the body is nested more than {MAX_DEPTH} levels deep"
        return None, (Violation("body", "", "depth", message),)
    return value, ()


def _too_deep(value: Json) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


def decode_text(body: bytes, content_type: str) -> tuple[Json, tuple[Violation, ...]]:
    """Any other body as text; bytes that are no UTF-8 stand as themselves (Latin-1)."""
    try:
        return body.decode(), ()
    except UnicodeDecodeError:
        return body.decode("latin-1"), ()
