"""Sizes, times and base paths as people write them in settings."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import Any

_UNITS = {"": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "kib": 1024, "mib": 1_048_576}


def parse_size(text: str) -> int:
    """Bytes from `500`, `10MB` or `10 MiB`; ValueError otherwise."""
    match = re.fullmatch(r"(\d{1,12})\s*([A-Za-z]*)", text.strip())
    if match is None or match[2].lower() not in _UNITS:
        raise ValueError("write it as a number of bytes, or like 500KB, 10MB, 64MiB")
    return int(match[1]) * _UNITS[match[2].lower()]


def parse_admin_prefix(text: str) -> str:
    """A path of one segment, like `/__admin`; ValueError otherwise."""
    if re.fullmatch(r"/[A-Za-z0-9._-]+", text) is None:
        raise ValueError("write it like /__admin or /_control: one segment of A-Z a-z 0-9 . _ -")
    return text


def parse_prefixes(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name, base path) pairs from `petstore=/v1`; ValueError otherwise. `/` is the root."""
    pairs = []
    for text in texts:
        match = re.fullmatch(r"([a-z0-9-]+)=((?:/[^/?#\s{}]+)*/?)", text)
        if match is None:
            raise ValueError("write it like petstore=/v1, or petstore=/ for the root")
        pairs.append((match[1], match[2].rstrip("/")))
    return tuple(pairs)


def parse_time(text: str) -> datetime:
    """A time from RFC 3339 text, in UTC if it has no offset; ValueError otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("write it like 2026-04-28T14:30:00Z") from error
    return on_a_clock(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


#: What clocks can show: there must be room before and after, as for the end of a token's life.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)


def on_a_clock(moment: datetime) -> datetime:
    """The time, if a clock can show it; ValueError otherwise."""
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"a clock shows times from {EARLIEST.date()} to {LATEST.date()}")
    return moment


def parse_seconds(text: str) -> float:
    """Seconds from `5` or `0.5`; ValueError otherwise."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,3})?", text.strip()):
        raise ValueError("write it as seconds: 5, or 0.5")
    return float(text)


def parse_waits(text: str) -> tuple[timedelta, ...]:
    """Waits from comma-separated seconds (`5,300`), none from `""`; ValueError otherwise."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(re.fullmatch(r"\d{1,9}(\.\d{1,3})?", part) for part in parts):
        raise ValueError("write comma-separated seconds: 5,300,1800")
    return tuple(timedelta(seconds=float(part)) for part in parts)


def read_value(
    value: Any,
    kind: Callable[[Any], Any],
    parse: Callable[[Any], Any] | None,
    choices: Sequence[Any],
    most: int | None,
) -> Any:
    """A setting's value, read from text if it is one; ValueError says what it accepts.

    It is one of the `choices` if there are any, else what `parse` or `kind` makes of a text.
    Numbers are 0 or more, and `most` at most.
    """
    if choices:
        if not any(value == each and type(value) is type(each) for each in choices):
            raise ValueError(f"it is {' or '.join(map(str, choices))}")
        return value
    counts = kind is int or parse in (parse_size, parse_seconds)
    if isinstance(value, str | tuple) or (kind is Path and isinstance(value, PathLike)):
        value = (parse or kind)(value)
    elif counts and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueError("it is a number")
    elif kind is int and not isinstance(value, int):
        raise ValueError("it is a whole number")
    elif not counts and isinstance(value, bool | int | float):
        if kind is not str or parse is not None:
            raise ValueError("it is a text")
        value = str(value)
    if counts and not 0 <= value <= (value if most is None else most):
        raise ValueError("it is 0 or more" if most is None else f"it is from 0 to {most}")
    return value
