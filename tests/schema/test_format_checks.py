"""What a text lacks to have a format."""

import pytest

from emulator.schema.format_checks import format_hint, format_meant

OFFSET = "its offset is missing: add Z, or one like +02:00"


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("date-time", "2026-01-31T10:00:00", OFFSET),
        ("date-time", "2026-01-31T10:00:00.123", OFFSET),
        ("date-time", "2026-01-31", "its time is missing: add one like T00:00:00Z"),
        ("date-time", "2026-01-31 10:00:00Z", "a T stands between date and time"),
        ("date-time", "2026-01-31 10:00:00", f"a T stands between; {OFFSET}"),
        ("date-time", "2026-01-31T10:00Z", "its seconds are missing"),
        ("date-time", "2026-01-31T10:00", f"its seconds are missing; {OFFSET}"),
        ("date-time", "2026-01-31T10:00:00+0200", "a colon stands in its offset, as in +02:00"),
        ("date-time", "2026-02-31T10:00:00", ""),
        ("date-time", "tomorrow" * 1000, ""),
        ("time", "10:00:00", OFFSET),
        ("time", "10:00", f"its seconds are missing; {OFFSET}"),
        ("date", "2026-01-31T10:00:00Z", "a date has no time"),
        ("date", "31.01.2026", ""),
        ("uuid", "0123456789abcdef0123456789abcdef", "its hyphens are missing"),
        ("uri", "//example.com/a", "its scheme is missing: add one like https:"),
        ("uri", "a b", ""),
        ("email", "x", ""),
        ("unknown", "x", ""),
        ("date", "2024-02-30", "there is no such day"),
        ("date", "2024-02-3x", ""),
        ("date-time", "2023-02-29T00:00:00Z", "there is no such day"),
        ("email", "e=a b@example.com", "a + in a query is a blank: write %2B"),
    ],
)
def test_one_thing_that_is_missing_is_told(name: str, text: str, hint: str) -> None:
    assert format_hint(name, text) == hint


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        *(("datetime", "date-time"), ("Date", "date"), ("uuid4", "uuid"), ("hostnme", "hostname")),
        *(("date-time", ""), ("int16", ""), ("uint32", ""), ("slug", ""), ("phone", "")),
    ],
)
def test_format_that_is_nearly_a_known_one_is_a_slip(name: str, meant: str) -> None:
    assert format_meant(name) == meant
