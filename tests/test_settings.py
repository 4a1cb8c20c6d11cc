"""Settings: that rows and fields agree."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.errors import SettingsError
from emulator.settings import (
    SETTINGS,
    Settings,
    make_settings,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("body_limit", "ten"),
        ("now", "tomorrow"),
        ("now", "2026-13-01"),
        ("now", "9999-12-31T23:59:59-14:00"),
        ("now", "0001-01-01T00:00:00+14:00"),
        ("webhook_targets", "http://a.example"),
        ("webhook_retries", "5s"),
        ("webhook_retries", "5,,6"),
        ("webhook_retries", "-1"),
        ("auth", "knwon"),
        ("unmatched", "fial"),
        ("remember", True),
        ("journal_limit", -5),
        ("journal_limit", "-5"),
        ("journal_limit", 1.5),
        ("journal_limit", True),
        ("journal_limit", None),
        ("head_limit", -1),
        ("read_timeout", -1),
        ("port", 65536),
        ("port", "four"),
        ("strict", "false"),
        ("strict", 1),
        ("fixtures", 5),
        ("now", 5),
    ],
)
def test_value_that_cannot_be_names_its_flag(name: str, value: object) -> None:
    with pytest.raises(SettingsError) as refused:
        make_settings((), {name: value})
    assert refused.value.setting == "--" + name.replace("_", "-")
    assert repr(value) in str(refused.value)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("seed", 5, "5"),
        ("head_limit", 100, 100),
        ("head_limit", "1KB", 1000),
        ("read_timeout", 0.5, 0.5),
        ("fixtures", "here", Path("here")),
        ("fixtures", None, None),
        ("now", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        ("auth", "known", "known"),
        ("strict", True, True),
    ],
)
def test_value_that_can_be(name: str, value: object, read: object) -> None:
    assert getattr(make_settings((), {name: value}), name) == read


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
