"""Settings: sizes, times, and that rows and fields agree."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest

from emulator.errors import SettingsError
from emulator.settings import (
    SETTINGS,
    Settings,
    make_settings,
    parse_size,
    parse_time,
    parse_waits,
)


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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("body_limit", "ten"),
        ("now", "tomorrow"),
        ("now", "2026-13-01"),
        ("webhook_targets", "http://a.example"),
        ("webhook_retries", "5s"),
        ("webhook_retries", "5,,6"),
        ("webhook_retries", "-1"),
    ],
)
def test_value_that_cannot_be_names_its_flag(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        make_settings((), {name: value})
    assert refused.value.setting == "--" + name.replace("_", "-")
    assert repr(value) in str(refused.value)
    assert refused.value.hint


def test_specs_are_those_that_were_named() -> None:
    assert make_settings((), {}).specs == ()
    assert make_settings(("a.yaml",), {}).specs == ("a.yaml",)


def test_every_row_is_a_field_with_the_same_default() -> None:
    rows = {row.name: row.default for row in SETTINGS}
    assert list(rows) == [field.name for field in fields(Settings) if field.name != "specs"]
    assert make_settings((), rows) == Settings()


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.name)
def test_row_names(row: object) -> None:
    assert next(r for r in SETTINGS if r is row).flag.startswith("--")
    assert next(r for r in SETTINGS if r is row).environment.isupper()
