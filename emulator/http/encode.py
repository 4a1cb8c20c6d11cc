"""Values → bytes by media type, and times → text."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import orjson

from emulator.http.media_types import is_json
from emulator.http.messages import Json

_START = datetime(1970, 1, 1, tzinfo=UTC)


def encode(value: Json, media_type: str | None) -> bytes:
    """`value` as a body of this media type: a text as it is unless the type is JSON, else JSON."""
    if isinstance(value, str) and media_type is not None and not is_json(media_type):
        return value.encode()
    return dump(value)


def dump(value: Json) -> bytes:
    """Compact JSON; other values that templates may produce become the nearest JSON value."""
    try:
        return orjson.dumps(value, default=_nearest, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # Integers beyond 64 bits and lone surrogates are JSON, but not to orjson.
        return json.dumps(value, separators=(",", ":"), default=_nearest).encode()


def _nearest(value: object) -> Json:
    """Undefined → null, a generator → array; TypeError for anything else."""
    from jinja2 import Undefined  # late: most starts have no template

    if isinstance(value, Undefined):
        return None
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def moment(at: datetime) -> str:
    """A time in UTC, to the millisecond, as RFC 3339 writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def to_the_second(at: datetime) -> str:
    """A time in UTC, to the second, as RFC 3339 writes it."""
    since = at.astimezone(UTC) - _START
    return _second(since.days, since.seconds)


@lru_cache(maxsize=64)
def _second(days: int, seconds: int) -> str:
    """The text of a second, which many requests have in common."""
    return (_START + timedelta(days, seconds)).isoformat()[:19] + "Z"
