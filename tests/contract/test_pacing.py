import pytest

from emulator.contract.pacing import LONGEST_WAIT_S, Pace, retry_after_s
from tests.support.clocks import ManualClock


def test_rate_spreads_requests() -> None:
    clock = ManualClock()
    pace = Pace(rate_per_s=4, now=clock.now, sleep=clock.sleep)
    assert [pace.take_turn() for _ in range(3)] == [True, True, True]
    assert clock.slept == [0.25, 0.25]


def test_budget_of_requests_is_an_end() -> None:
    pace = Pace(max_requests=2)
    assert [pace.take_turn() for _ in range(4)] == [True, True, False, False]
    assert pace.spent == "all 2 requests of --max-requests are sent"


def test_budget_of_time_is_an_end() -> None:
    clock = ManualClock()
    pace = Pace(max_time_s=5, now=clock.now, sleep=clock.sleep)
    assert pace.take_turn()
    clock.sleep(5)
    assert not pace.take_turn()
    assert pace.spent == "the 5 s of --max-time are over"


@pytest.mark.parametrize(
    ("status", "retry_after", "slept"),
    [
        (429, "7", [7.0]),
        (429, f"{LONGEST_WAIT_S + 1:.0f}", []),
        (429, None, []),
        (503, "1", []),
    ],
    ids=["short", "too long", "without Retry-After", "only 429"],
)
def test_wait_that_a_server_asks_for(
    status: int, retry_after: str | None, slept: list[float]
) -> None:
    clock = ManualClock()
    pace = Pace(now=clock.now, sleep=clock.sleep)
    assert pace.wait_out(status, retry_after) == bool(slept)
    assert clock.slept == slept


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, expected: float | None) -> None:
    assert retry_after_s(value) == expected
