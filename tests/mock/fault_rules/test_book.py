"""Which faults strike: rules in order, turns that are counted, draws that repeat, replays."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import Json, Request
from emulator.mock.fault_rules.book import NO_FAULTS, Exchange, FaultBook, Strikes, Tries, strike
from emulator.mock.fault_rules.rules import FaultRule, Place, read_rule
from emulator.mock.state.scope_state import Notes

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
PLACE = Place(Request("GET", "/"), "paragon", "runTool", "", ("token",), "call")
DRAWN: Mapping[str, Json] = {"distribution": "uniform", "max_ms": 1000}


def rule(fault: str = "delay", id_: str = "r", **raw: Json) -> FaultRule:
    read = read_rule({"fault": fault, "id": id_, **raw}, id_, NOW)
    assert isinstance(read, FaultRule), read
    return read


def fault(name: str, **parameters: Json) -> Fault:
    return make_fault(FAULTS[name], parameters)[0]


def run(
    book: FaultBook,
    times: int = 1,
    *,
    seed: str = "s",
    wished: Fault | None = None,
    step_s: float = 0,
    place: Place = PLACE,
) -> list[Strikes]:
    """What strikes the same request, so many times after another."""
    notes = Notes(book)
    found = []
    for number in range(times):
        now = NOW + timedelta(seconds=step_s * number)
        exchange = Exchange("default", "d", number)
        found.append(strike(book, wished, place, notes.tries, exchange, now, seed))
        for tried in found[-1].tried:
            notes.take("paragon", tried)
    return found


def names(strikes: Strikes) -> list[str]:
    return [each.name for each in strikes.faults]


def test_rules_keep_their_order_within_the_order_of_levels() -> None:
    rules = (rule("connection-reset"), rule("error", "b"), rule("stream-cut", "c"), rule("delay"))
    struck = run(FaultBook(rules), wished=fault("dribble"))[0]
    assert names(struck) == ["stream-cut", "dribble", "error", "delay", "connection-reset"]


def test_every_rule_that_fits_takes_its_turn() -> None:
    book = FaultBook((rule(when={"every": 2}), rule("error", "e", where={"api": "composio"})))
    assert [names(each) for each in run(book, 4)] == [[], ["delay"], [], ["delay"]]


def test_rule_whose_time_is_over_strikes_nothing() -> None:
    book = FaultBook((rule(ttl_s=2),))
    assert [len(each.faults) for each in run(book, 4, step_s=1)] == [1, 1, 0, 0]


def test_replaced_rule_begins_anew() -> None:
    notes = Notes(NO_FAULTS.with_rule(rule(when={"first": 1})))
    turn = strike(notes.faults, None, PLACE, notes.tries, Exchange("", "", 0), NOW, "s")
    notes.take("paragon", turn.tried[0])
    assert notes.tries["r"].number == 1
    notes.use(notes.faults.with_rule(rule("error", "other")))
    assert notes.tries["r"].number == 1
    notes.use(notes.faults.with_rule(rule(when={"first": 1})))
    assert notes.tries == {}


def test_book_finds_and_drops_rules_by_id() -> None:
    book = NO_FAULTS.with_rule(rule()).with_rule(rule("error", "e")).with_rule(rule("dribble"))
    assert [each.id for each in book.rules] == ["e", "r"]
    assert book.rule("r") is book.rules[1]
    assert book.without("e").rule("e") is None


@given(st.text(max_size=5))
def test_draws_follow_the_seed(seed: str) -> None:
    book = FaultBook((rule(parameters=DRAWN, when={"probability": 0.5}),))
    first, second, other = (run(book, 20, seed=s) for s in (seed, seed, seed + "x"))
    assert first == second
    assert first != other


def test_draws_are_settled() -> None:
    drawn = run(FaultBook((rule(parameters=DRAWN),)), 20)
    values = [each.faults[0].parameters for each in drawn]
    assert all(value["distribution"] == "fixed" and 0 <= value["ms"] <= 1000 for value in values)
    assert len({value["ms"] for value in values}) > 10


def test_replay_strikes_with_what_is_logged_and_nothing_else() -> None:
    logged = {"default/d/1": (fault("error", status=500),)}
    book = FaultBook((rule(),), replay=logged)
    assert [names(each) for each in run(book, 3)] == [[], ["error"], []]


def test_replay_meets_no_wish_that_is_not_logged() -> None:
    wish = fault("dribble")
    book = FaultBook(replay={"default/d/0": (wish,)})
    assert [each.faults for each in run(book, 2, wished=wish)] == [(wish,), ()]


def test_limit_strikes_when_it_is_used_up() -> None:
    limit = {"limit": 2, "window_s": 10}
    struck = run(FaultBook((rule("rate-limit", parameters=limit),)), 6, step_s=3)
    after = [[each.parameters["retry_after_s"] for each in one.faults] for one in struck]
    assert after == [[], [], [4], [1], [], []]


def test_wished_limit_is_counted_too() -> None:
    wish = fault("rate-limit", limit=1, window_s=10, kind="token-bucket", retry_after_s=7)
    struck = run(NO_FAULTS, 4, wished=wish, step_s=5)
    after = [[each.parameters["retry_after_s"] for each in one.faults] for one in struck]
    assert after == [[], [7], [], [7]]


@given(st.sampled_from(["caller", "api", "operation", "tool", "scope"]), st.booleans())
def test_limit_counts_apart_what_is_not_shared(word: str, shared: bool) -> None:
    book = FaultBook((rule("rate-limit", parameters={"limit": 1, "by": word}),))
    other = Place(PLACE.request, "paragon" if shared else "x", "runTool", "", ("token",), "call")
    if word == "caller" and not shared:
        other = Place(PLACE.request, "paragon", "runTool", "", ("token 2",), "call")
    notes = Notes(book)
    exchange = Exchange("default", "d", 0)
    for tried in strike(book, None, PLACE, notes.tries, exchange, NOW, "s").tried:
        notes.take("paragon", tried)
    again = strike(book, None, other, notes.tries, exchange, NOW, "s")
    assert bool(again.faults) is (shared or word == "scope")


def test_tries_of_a_rule_are_its_own() -> None:
    book = FaultBook((rule(when={"first": 1}), rule("error", "e", when={"calls": [2, 2]})))
    assert [names(each) for each in run(book, 2)] == [["delay"], ["error"]]
    assert Tries() == Tries(0)
