"""Values → bytes by media type."""

import json

import orjson

from emulator.media_types import is_json
from emulator.messages import Json


def encode(value: Json, media_type: str | None) -> bytes:
    """`value` as a body of this media type: text as it is where the type is text, else JSON."""
    if isinstance(value, str) and media_type is not None and not is_json(media_type):
        return value.encode()
    return dump(value)


def dump(value: Json) -> bytes:
    """Compact JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # Integers beyond 64 bits and lone surrogates are JSON, but not to orjson.
        return json.dumps(value, separators=(",", ":")).encode()
