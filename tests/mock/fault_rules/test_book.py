"""Which faults are selected: rules in order, turns counted, draws that repeat, replays."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import Json, Request
from emulator.mock.fault_rules.book import (
    NO_FAULTS,
    FaultBook,
    RuleCounts,
    Selection,
    select_faults,
)
from emulator.mock.fault_rules.rules import FaultRule, RequestFacts, read_rule
from emulator.mock.state.scope_state import ScopeState

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
FACTS = RequestFacts(Request("GET", "/"), "paragon", "runTool", "", ("token",), "call")
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
    preferred: Fault | None = None,
    step_s: float = 0,
    facts: RequestFacts = FACTS,
) -> list[Selection]:
    """What strikes the same request, so many times after another."""
    state = ScopeState(book)
    found = []
    for number in range(times):
        now = NOW + timedelta(seconds=step_s * number)
        exchange = f"default/d/{number}"
        found.append(select_faults(book, preferred, facts, state.rule_counts, exchange, now, seed))
        for tried in found[-1].tried:
            state.apply("paragon", tried)
    return found


def names(selection: Selection) -> list[str]:
    return [each.name for each in selection.faults]


def test_rules_keep_their_order_within_the_order_of_levels() -> None:
    rules = (rule("connection-reset"), rule("error", "b"), rule("stream-cut", "c"), rule("delay"))
    selection = run(FaultBook(rules), preferred=fault("dribble"))[0]
    assert names(selection) == ["stream-cut", "dribble", "error", "delay", "connection-reset"]


def test_every_rule_that_fits_takes_its_turn() -> None:
    book = FaultBook((rule(when={"every": 2}), rule("error", "e", where={"api": "composio"})))
    assert [names(each) for each in run(book, 4)] == [[], ["delay"], [], ["delay"]]


def test_rule_whose_time_is_over_strikes_nothing() -> None:
    book = FaultBook((rule(ttl_s=2),))
    assert [len(each.faults) for each in run(book, 4, step_s=1)] == [1, 1, 0, 0]


def test_replaced_rule_begins_anew() -> None:
    state = ScopeState(NO_FAULTS.with_rule(rule(when={"first": 1})))
    turn = select_faults(state.faults, None, FACTS, state.rule_counts, "//0", NOW, "s")
    state.apply("paragon", turn.tried[0])
    assert state.rule_counts["r"].number == 1
    state.use_faults(state.faults.with_rule(rule("error", "other")))
    assert state.rule_counts["r"].number == 1
    state.use_faults(state.faults.with_rule(rule(when={"first": 1})))
    assert state.rule_counts == {}


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
    assert [each.faults for each in run(book, 2, preferred=wish)] == [(wish,), ()]


def test_limit_strikes_when_it_is_used_up() -> None:
    limit = {"limit": 2, "window_s": 10}
    selection = run(FaultBook((rule("rate-limit", parameters=limit),)), 6, step_s=3)
    after = [[each.parameters["retry_after_s"] for each in one.faults] for one in selection]
    assert after == [[], [], [4], [1], [], []]


def test_preferred_limit_is_counted_too() -> None:
    wish = fault("rate-limit", limit=1, window_s=10, kind="token-bucket", retry_after_s=7)
    selection = run(NO_FAULTS, 4, preferred=wish, step_s=5)
    after = [[each.parameters["retry_after_s"] for each in one.faults] for one in selection]
    assert after == [[], [7], [], [7]]


@given(st.sampled_from(["caller", "api", "operation", "tool", "scope"]), st.booleans())
def test_limit_counts_apart_what_is_not_shared(word: str, shared: bool) -> None:
    book = FaultBook((rule("rate-limit", parameters={"limit": 1, "by": word}),))
    other = RequestFacts(
        FACTS.request, "paragon" if shared else "x", "runTool", "", ("token",), "call"
    )
    if word == "caller" and not shared:
        other = RequestFacts(FACTS.request, "paragon", "runTool", "", ("token 2",), "call")
    state = ScopeState(book)
    exchange = "default/d/0"
    for tried in select_faults(book, None, FACTS, state.rule_counts, exchange, NOW, "s").tried:
        state.apply("paragon", tried)
    again = select_faults(book, None, other, state.rule_counts, exchange, NOW, "s")
    assert bool(again.faults) is (shared or word == "scope")


def test_tries_of_a_rule_are_its_own() -> None:
    book = FaultBook((rule(when={"first": 1}), rule("error", "e", when={"calls": [2, 2]})))
    assert [names(each) for each in run(book, 2)] == [["delay"], ["error"]]
    assert RuleCounts() == RuleCounts(0)
