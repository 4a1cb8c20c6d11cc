"""When a fault strikes: each kind of schedule as a table, and what holds for all of them."""

from datetime import UTC, datetime, timedelta

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from emulator.http.messages import Json
from emulator.mock.fault_rules.schedule import WHEN_SCHEMA, Occasion, make_schedule
from emulator.schema.chance import chance_of

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
FIRST = Occasion(number=0, attempt=0, elapsed_s=0, now=NOW, draw=0.5)


def strikes(when: Json, occasion: Occasion) -> bool:
    jsonschema_rs.validate(WHEN_SCHEMA, when)
    return make_schedule(when)(occasion)


@pytest.mark.parametrize(
    ("when", "struck"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7]),
        ({"always": True}, [1, 2, 3, 4, 5, 6, 7]),
        ({"always": False}, []),
        ({"first": 2}, [1, 2]),
        ({"every": 1}, [1, 2, 3, 4, 5, 6, 7]),
        ({"every": 3}, [3, 6]),
        ({"calls": [3, 5]}, [3, 4, 5]),
        ({"calls": [5, 3]}, []),
    ],
    ids=str,
)
def test_by_number(when: Json, struck: list[int]) -> None:
    found = [n for n in range(1, 8) if strikes(when, replace(FIRST, number=n - 1))]
    assert found == struck


@pytest.mark.parametrize(
    ("when", "struck"),
    [
        ({"between": [2, 4]}, [2, 3]),
        ({"between": [0, 1]}, [0]),
        ({"between": [4, 2]}, []),
        ({"between": ["2026-04-28T14:30:02Z", "2026-04-28T16:30:05+02:00"]}, [2, 3, 4]),
        ({"between": ["2026-04-28T14:30:05Z", 7]}, [5, 6]),
        ({"outage": {"for_s": 2}}, [0, 1]),
        ({"outage": {"for_s": 2, "after_s": 3}}, [3, 4]),
        ({"outage": {"for_s": 1, "every_s": 3}}, [0, 3, 6]),
        ({"outage": {"for_s": 1, "every_s": 3, "after_s": 2}}, [2, 5, 8]),
    ],
    ids=str,
)
def test_by_time(when: Json, struck: list[int]) -> None:
    def at(second: int) -> Occasion:
        return replace(FIRST, elapsed_s=second, now=NOW + timedelta(seconds=second))

    assert [second for second in range(9) if strikes(when, at(second))] == struck


@pytest.mark.parametrize(
    ("when", "second", "chance"),
    [
        ({"ramp": {"over_s": 10}}, 0, 0.0),
        ({"ramp": {"over_s": 10}}, 5, 0.5),
        ({"ramp": {"over_s": 10}}, 10, 1.0),
        ({"ramp": {"over_s": 10}}, 99, 1.0),
        ({"ramp": {"over_s": 10, "from": 0.2, "to": 0.6}}, 5, 0.4),
        ({"ramp": {"over_s": 10, "from": 1, "to": 0}}, 10, 0.0),
        ({"probability": 0}, 0, 0.0),
        ({"probability": 0.3}, 0, 0.3),
        ({"probability": 1}, 0, 1.0),
    ],
    ids=str,
)
def test_by_chance(when: Json, second: float, chance: float) -> None:
    draws = [number / 1000 for number in range(1000)]
    struck = [d for d in draws if strikes(when, replace(FIRST, elapsed_s=second, draw=d))]
    assert struck == [draw for draw in draws if draw < chance]


@given(st.integers(1, 5), st.lists(st.sampled_from("abc")))
def test_every_logical_call_fails_exactly_so_often(count: int, calls: list[str]) -> None:
    seen: dict[str, int] = {}
    failed: dict[str, list[bool]] = {}
    for number, call in enumerate(calls):
        occasion = replace(FIRST, number=number, attempt=seen.get(call, 0))
        failed.setdefault(call, []).append(strikes({"per_call": count}, occasion))
        seen[call] = seen.get(call, 0) + 1
    for outcomes in failed.values():
        assert outcomes == [attempt < count for attempt in range(len(outcomes))]


@given(st.floats(0, 1), st.floats(0, 1), st.lists(st.floats(0, 20), min_size=2), st.floats(0, 0.99))
def test_ramp_is_monotonic(start: float, end: float, seconds: list[float], draw: float) -> None:
    ramp = {"ramp": {"over_s": 10, "from": start, "to": end}}
    at = [strikes(ramp, replace(FIRST, elapsed_s=s, draw=draw)) for s in sorted(seconds)]
    assert at == sorted(at, reverse=end < start)


@given(st.text(max_size=8), st.floats(0.05, 0.95))
def test_probability_is_what_the_draws_say(seed: str, chance: float) -> None:
    schedule = make_schedule({"probability": chance})
    draws = [chance_of(seed, str(number)).random().random() for number in range(200)]
    struck = [schedule(replace(FIRST, draw=draw)) for draw in draws]
    assert abs(sum(struck) / len(struck) - chance) < 0.2


@pytest.mark.parametrize(
    "when",
    [
        {"probability": 1.1},
        {"probability": -1},
        {"first": 0},
        {"every": 0},
        {"every": 1.5},
        {"calls": [1]},
        {"calls": [0, 1]},
        {"between": [1]},
        {"between": [None, 1]},
        {"ramp": {}},
        {"ramp": {"over_s": 0}},
        {"outage": {"for_s": 0}},
        {"outage": {"for_s": 1, "every_s": 0}},
        {"per_call": "2"},
        {"first": 1, "every": 2},
        {"sometimes": True},
        [],
    ],
    ids=str,
)
def test_schedule_that_cannot_be_is_refused(when: Json) -> None:
    assert not jsonschema_rs.is_valid(WHEN_SCHEMA, when)


@pytest.mark.parametrize("bound", ["soon", "2026-04-28T14:30:00", "2026-13-01T00:00:00Z"])
def test_time_that_cannot_be_read_is_an_error(bound: str) -> None:
    with pytest.raises(ValueError, match=bound):
        make_schedule({"between": [bound, 1]})
