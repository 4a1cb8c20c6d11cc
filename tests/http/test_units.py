"""Sizes, times and base paths as settings write them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from emulator.http.units import (
    parse_prefixes,
    parse_seconds,
    parse_size,
    parse_time,
    parse_waits,
)

TABLE: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (parse_size, "500", 500),
    (parse_size, " 10 MiB ", 10_485_760),
    (parse_size, "2kb", 2_000),
    (parse_size, "1.5MB", None),
    (parse_size, "-1", None),
    (parse_size, "1 parsec", None),
    (parse_prefixes, ("a=/v1/", "b=/"), (("a", "/v1"), ("b", ""))),
    (parse_prefixes, ("petstore",), None),
    (parse_prefixes, ("a=v1",), None),
    (parse_time, "2026-04-28T14:30:00Z", datetime(2026, 4, 28, 14, 30, tzinfo=UTC)),
    (parse_time, "2026-04-28T14:30:00", datetime(2026, 4, 28, 14, 30, tzinfo=UTC)),
    (parse_time, "soon", None),
    (parse_seconds, "0.5", 0.5),
    (parse_seconds, "-1", None),
    (parse_seconds, "1e9", None),
    (parse_waits, "5, 0.5", (timedelta(seconds=5), timedelta(seconds=0.5))),
    (parse_waits, "", ()),
    (parse_waits, "5,,5", None),
]


@pytest.mark.parametrize(("parse", "text", "value"), TABLE)
def test_what_is_written_is_read_or_told(
    parse: Callable[[Any], Any], text: Any, value: Any
) -> None:
    if value is not None:
        assert parse(text) == value
    else:
        with pytest.raises(ValueError, match="write"):
            parse(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("500", 500),
        ("1b", 1),
        ("10MB", 10_000_000),
        ("10 MiB", 10_485_760),
        (" 2kb ", 2000),
    ],
)
def test_size(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1", "1.5MB", "1GB", "1 0", "0x10", "9" * 13])
def test_text_that_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="10MB"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("", []), (" ", []), ("5", [5]), ("0, 0.5,300", [0, 0.5, 300])]
)
def test_waits(text: str, seconds: list[float]) -> None:
    assert [wait.total_seconds() for wait in parse_waits(text)] == seconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-28T14:30:00Z", datetime(2026, 4, 28, 14, 30, tzinfo=UTC)),
        ("2026-04-28T14:30:00", datetime(2026, 4, 28, 14, 30, tzinfo=UTC)),
        ("2026-04-28", datetime(2026, 4, 28, tzinfo=UTC)),
        (
            "2026-04-28T14:30:00+02:00",
            datetime(2026, 4, 28, 14, 30, tzinfo=timezone(timedelta(hours=2))),
        ),
    ],
)
def test_time(text: str, moment: datetime) -> None:
    assert parse_time(text) == moment
    assert parse_time(text).utcoffset() == moment.utcoffset()
