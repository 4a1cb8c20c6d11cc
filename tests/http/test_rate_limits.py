"""The arithmetic of limits, as properties over requests at any moments."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.rate_limits import (
    FIXED_WINDOW,
    KINDS,
    TOKEN_BUCKET,
    Allowance,
    Limit,
    Usage,
    allowance,
)
from emulator.http.rate_limits import microseconds as microseconds_of

S = 1_000_000
START = microseconds_of(datetime(2026, 4, 28, 14, 30, tzinfo=UTC))

LIMITS = st.builds(
    Limit, st.just("l"), st.integers(1, 7), st.integers(1, 90), st.sampled_from(KINDS)
)
#: Microseconds between requests: often none, often short, sometimes more than any window.
PAUSES = st.lists(st.sampled_from([0, 1, S // 3, S]) | st.integers(0, 100 * S), max_size=40)


def passed(limit: Limit, pauses: list[int]) -> list[int]:
    """When requests passed that came with these pauses between them."""
    usage, now, moments = None, START, []
    for pause in pauses:
        now += pause
        found = allowance(limit, usage, now)
        if found.remaining:
            found = found.spend()
            moments.append(now)
        usage = found.usage
    return moments


def exhausted(limit: Limit, now: int = START) -> Allowance:
    found = allowance(limit, None, now)
    for _ in range(limit.limit):
        assert found.wait_us == found.retry_after_s == 0
        found = found.spend()
    return found


@given(LIMITS, PAUSES)
def test_no_window_lets_more_through_than_its_limit(limit: Limit, pauses: list[int]) -> None:
    moments = passed(Limit("l", limit.limit, limit.window_s), pauses)
    while moments:
        window = [each for each in moments if each < moments[0] + limit.window_s * S]
        assert len(window) <= limit.limit
        moments = moments[len(window) :]


@given(LIMITS, PAUSES)
def test_no_span_lets_more_through_than_a_full_bucket_and_its_gain(
    limit: Limit, pauses: list[int]
) -> None:
    moments = passed(Limit("l", limit.limit, limit.window_s, TOKEN_BUCKET), pauses)
    for first, begin in enumerate(moments):
        for last, end in enumerate(moments[first:], 1):
            assert (last - limit.limit) * limit.window_s * S <= (end - begin) * limit.limit


@given(LIMITS, PAUSES)
def test_wait_is_exact(limit: Limit, pauses: list[int]) -> None:
    moments = passed(limit, pauses)
    usage = None
    for now in moments:
        usage = allowance(limit, usage, now).spend().usage
    now = START + sum(pauses)
    wait_us = allowance(limit, usage, now).wait_us
    assert allowance(limit, usage, now + wait_us).remaining >= 1
    if wait_us:
        assert allowance(limit, usage, now + wait_us - 1).remaining == 0


@given(LIMITS)
def test_all_that_remains_can_be_spent_and_no_more(limit: Limit) -> None:
    found = allowance(limit, None, START)
    left = []
    for _ in range(limit.limit + 2):
        left.append(found.remaining)
        found = found.spend()
    assert left == [*range(limit.limit, 0, -1), 0, 0]


@pytest.mark.parametrize(
    ("kind", "waits"), [(FIXED_WINDOW, [60, 59, 1, 0]), (TOKEN_BUCKET, [20, 19, 0, 0])]
)
def test_retry_after_never_comes_too_early(kind: str, waits: list[int]) -> None:
    """Three requests a minute: a window ends after 60 s, a bucket gains one in 20 s."""
    usage = exhausted(Limit("l", 3, 60, kind)).usage
    seconds = (0.4, 1, 59.5, 60)
    found = [allowance(Limit("l", 3, 60, kind), usage, START + int(s * S)) for s in seconds]
    assert [each.retry_after_s for each in found] == waits


def test_bucket_fills_evenly_and_no_further_than_full() -> None:
    limit = Limit("l", 3, 60, TOKEN_BUCKET)
    usage = exhausted(limit).usage
    seconds = (0, 19.999999, 20, 40, 60, 600)
    found = [allowance(limit, usage, START + int(s * S)).remaining for s in seconds]
    assert found == [0, 0, 1, 2, 3, 3]


@pytest.mark.parametrize(("kind", "remaining"), [(FIXED_WINDOW, 3), (TOKEN_BUCKET, 0)])
def test_clock_that_was_set_back(kind: str, remaining: int) -> None:
    limit = Limit("l", 3, 60, kind)
    usage = Usage(START, exhausted(limit).usage.spent)
    assert allowance(limit, usage, START - 1).remaining == remaining
