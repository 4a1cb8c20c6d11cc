"""Values → bytes by media type, and times → text."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

import orjson

from emulator.http.exact import fragments
from emulator.http.late import Late
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
        # A copy: what orjson returns keeps the room it was written in, 4 KB and more.
        return b"%b" % orjson.dumps(value)
    except TypeError:
        return _dump_nearest(value)


def _dump_nearest(value: Json) -> bytes:
    """JSON of what holds Undefined, generators, decimals, or keys that are no texts."""
    try:
        return orjson.dumps(value, default=_nearest, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return _dump_unusual(value)


def _dump_unusual(value: Json) -> bytes:
    """Integers beyond 64 bits and lone surrogates are JSON, but not to orjson."""
    try:
        return orjson.dumps(fragments(value), default=_nearest, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), default=_nearest_plain).encode()


def dump_readable(value: Json) -> str:
    """JSON as people read it, over several lines, each number as it is."""
    return orjson.dumps(fragments(value), option=orjson.OPT_INDENT_2).decode()


def _nearest(value: object) -> Json:
    """Undefined → null, a generator → array, a decimal as it is; TypeError for anything else."""
    if isinstance(value, Late):
        return value.made()
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    from jinja2 import Undefined  # late: most starts have no template

    if isinstance(value, Undefined):
        return None
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def _nearest_plain(value: object) -> Json:
    return float(value) if isinstance(value, Decimal) else _nearest(value)


def moment(at: datetime) -> str:
    """A time in UTC, to the millisecond, as RFC 3339 writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def to_the_second(at: datetime) -> str:
    """A time in UTC, to the second, as RFC 3339 writes it."""
    since = (at if at.tzinfo is UTC else at.astimezone(UTC)) - _START
    return _second(since.days, since.seconds)


def whole_seconds(at: datetime) -> int:
    """A time in whole seconds since 1970."""
    since = at - _START
    return since.days * 86_400 + since.seconds if since.days >= 0 else int(at.timestamp())


@lru_cache(maxsize=64)
def _second(days: int, seconds: int) -> str:
    """The text of a second, which many requests have in common."""
    return (_START + timedelta(days, seconds)).isoformat()[:19] + "Z"
