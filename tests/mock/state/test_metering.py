"""What limits say to one request."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.rate_limits import Limit, Usage, allowance
from emulator.mock.state.metering import Reading, read_limits

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
TWO = Limit("two", 2, 60)
FIVE = Limit("five", 5, 10)


class Service:
    """Limits, and what was spent of them."""

    def __init__(self, *limits: Limit) -> None:
        self.limits = limits
        self.usages: dict[str, Usage] = {}

    def __call__(self, caller: str = "a", operation: str = "o", after_s: int = 0) -> Reading:
        by = {"credential": caller, "operation": operation}
        reading = read_limits(self.limits, self.usages, by, NOW + timedelta(seconds=after_s))
        self.usages |= {effect.key: effect.usage for effect in reading.effects}
        return reading

    def passes(self, *callers: str) -> list[bool]:
        return [self(caller).refusal is None for caller in callers]


@pytest.mark.parametrize("limits", [None, ()])
def test_service_without_limits_counts_nothing(limits: tuple[Limit, ...] | None) -> None:
    assert read_limits(limits, {}, {}, NOW) == Reading()


@pytest.mark.parametrize(
    ("by", "passes"),
    [
        ((), [True, True, False, False]),
        (("operation",), [True, True, False, False]),
        (("credential",), [True, True, False, True]),
        (("credential", "operation"), [True, True, False, True]),
    ],
)
def test_callers_are_counted_together_or_apart(by: tuple[str, ...], passes: list[bool]) -> None:
    service = Service(Limit("l", 2, 60, by=by))
    assert service.passes("a", "a", "a", "b") == passes


def test_limits_of_one_key_are_counted_apart() -> None:
    service = Service(Limit("a", 1, 60, by=("credential",)), Limit("b", 1, 60, by=("credential",)))
    assert service.passes("a", "a", "b") == [True, False, True]


def test_what_one_limit_refuses_spends_nothing_of_the_others() -> None:
    service = Service(FIVE, TWO)
    assert service.passes(*"aaaa") == [True, True, False, False]
    assert service.usages["five"].spent == 2


def test_scarcest_limit_is_told() -> None:
    service = Service(FIVE, TWO)
    told = service().shown
    assert (told["name"], told["limit"], told["remaining"], told["window"]) == ("two", 2, 1, "60s")


def test_refusal_is_of_the_limit_that_takes_longest() -> None:
    service = Service(Limit("short", 1, 10), Limit("long", 1, 60))
    service()
    reading = service(after_s=5)
    assert reading.refusal is not None
    assert reading.refusal.headers == (("retry-after", "55"),)
    assert (reading.shown["name"], reading.shown["retry_after_s"]) == ("long", 55)
    assert service(after_s=60).refusal is None


def test_limit_that_is_not_enforced_is_told_and_refuses_nobody() -> None:
    service = Service(Limit("l", 1, 60, enforced=False))
    assert [service().shown["remaining"] for _ in range(3)] == [0, 0, 0]
    assert service.passes("a") == [True]


def test_request_that_nothing_counts_is_told() -> None:
    reading = read_limits((TWO,), {"two": Usage(0, 2)}, None, datetime(1970, 1, 1, tzinfo=UTC))
    assert (reading.shown["remaining"], reading.effects, reading.refusal) == (0, (), None)


@given(
    limit=st.integers(1, 3),
    by=st.sampled_from([(), ("credential",)]),
    counted=st.booleans(),
    steps_s=st.lists(st.integers(-3, 12), max_size=8),
)
def test_window_that_rejects_nobody_is_read_like_any_other(
    limit: int, by: tuple[str, ...], counted: bool, steps_s: list[int]
) -> None:
    shown = Limit("l", limit, 10, by=by, enforced=False)
    counted_by = {"credential": "a"} if counted else None
    usages: dict[str, Usage] = {}
    now = NOW
    for step_s in steps_s:
        now += timedelta(seconds=step_s)
        reading = read_limits((shown,), usages, counted_by, now)
        key = "l\0a" if by and counted else "l"
        before = allowance(shown, usages.get(key), round(now.timestamp() * 1_000_000))
        state = before.spend() if counted else before
        assert reading.shown["remaining"] == state.remaining
        assert reading.shown["retry_after_s"] == state.retry_after_s
        assert [(e.key, e.usage) for e in reading.effects] == (
            [(key, state.usage)] if counted else []
        )
        usages |= {effect.key: effect.usage for effect in reading.effects}
