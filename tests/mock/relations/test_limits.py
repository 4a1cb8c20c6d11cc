"""What header fields tell of rate limits."""

import pytest

from emulator.mock.relations.limits import count_down, limit_fields

NAMES = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-used", "x-ratelimit-reset")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (NAMES, [("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-used")]),
        (
            ("ratelimit-limit", "ratelimit-remaining"),
            [("ratelimit-limit", "ratelimit-remaining", "")],
        ),
        (
            ("x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens"),
            [("x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "")],
        ),
        (
            ("x-rate-limit-limit", "x-rate-limit-remaining"),
            [("x-rate-limit-limit", "x-rate-limit-remaining", "")],
        ),
        (("x-rate-limit", "x-limit", "x-remaining", "retry-after"), []),
    ],
)
def test_fields_of_one_limit_are_found(
    names: tuple[str, ...], expected: list[tuple[str, str, str]]
) -> None:
    assert [tuple(each) for each in limit_fields(names)] == expected


@pytest.mark.parametrize(
    ("limit", "requests", "remaining", "used"),
    [
        ("3", 0, "2", "1"),
        ("3", 2, "0", "3"),
        ("3", 3, "2", "1"),
        ("0", 3, "9", "9"),
        ("many", 3, "9", "9"),
        ("9" * 99, 3, "9", "9"),
    ],
)
def test_what_remains_gets_less(limit: str, requests: int, remaining: str, used: str) -> None:
    values = dict(zip(NAMES, (limit, "9", "9", "60"), strict=True))
    count_down(values, limit_fields(NAMES), requests)
    assert [values[name] for name in NAMES] == [limit, remaining, used, "60"]


def test_what_is_no_number_stays() -> None:
    values = {"ratelimit-limit": "5", "ratelimit-remaining": "4;w=60"}
    count_down(values, limit_fields(values), 3)
    assert values["ratelimit-remaining"] == "4;w=60"
