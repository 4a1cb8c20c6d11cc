"""The store: keys in flight, by scope."""

from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from emulator.http.rate_limits import Usage
from emulator.mock.state.memory_store import MemoryStore
from emulator.mock.state.records import RECORD_LIMIT
from emulator.mock.state.scope_state import CallAttempted
from emulator.mock.state.store import (
    Effect,
    Execute,
    Hold,
    LogicalCall,
    Put,
    Remove,
    Snapshot,
    Spend,
)
from emulator.mock.state.weights import LEDGER_LIMIT

NOW = datetime(2026, 4, 28, tzinfo=UTC)


def test_scope_nobody_used_is_empty() -> None:
    assert MemoryStore().snapshot("x", "api") == Snapshot()


def test_held_key_is_in_flight_until_released() -> None:
    store = MemoryStore()
    store.apply("s", "api", [Hold("a"), Hold("b")], NOW)
    assert store.snapshot("s", "api").in_flight == {"a", "b"}
    store.release("s", "api", [Hold("a")])
    assert store.snapshot("s", "api").in_flight == {"b"}


def test_scopes_cannot_see_one_another() -> None:
    store = MemoryStore()
    store.apply("s", "api", [Hold("a")], NOW)
    store.release("t", "api", [Hold("a")])
    assert store.snapshot("t", "api").in_flight == frozenset()
    assert store.snapshot("s", "api").in_flight == {"a"}


@pytest.mark.parametrize("key", ["never held", ""])
def test_releasing_what_is_not_held_changes_nothing(key: str) -> None:
    store = MemoryStore()
    store.apply("s", "api", [Hold("a")], NOW)
    store.release("s", "api", [Hold(key)])
    assert store.snapshot("s", "api").in_flight == {"a"}


INITIAL = {"api": {"pets": {"1": "old", "2": "other"}}}


def test_records_change_in_their_scope_alone() -> None:
    store = MemoryStore(INITIAL)
    store.apply("s", "api", [Put("pets", "1", "new"), Remove("pets", "2"), Put("x", "y", 1)], NOW)
    assert store.snapshot("s", "api").collections == {"pets": {"1": "new"}, "x": {"y": 1}}
    assert store.snapshot("t", "api").collections == INITIAL["api"]
    assert store.snapshot("s", "other").collections == {}


def test_every_change_makes_the_next_id_fresh() -> None:
    store = MemoryStore()
    store.apply("s", "api", [Put("a", "1", 1), Hold("k"), Remove("a", "1")], NOW)
    assert store.snapshot("s", "api").sequence == 2


def test_reset_brings_the_start_back_but_for_runs_in_flight() -> None:
    store = MemoryStore(INITIAL)
    run = Execute("TOOL", "send", {}, "caller", "call")
    spend, ask = Spend("limit", Usage(0, 1)), CallAttempted("operation", "call")
    store.apply("s", "api", [Put("pets", "3", "new"), Hold("k"), run, spend, ask], NOW)
    assert store.executions("s") == (run,)
    assert (run.api, run.at) == ("api", NOW)
    store.reset("s")
    assert store.snapshot("s", "api").usages == {}
    assert store.calls("s") == ()
    assert store.snapshot("s", "api").collections == INITIAL["api"]
    assert store.snapshot("s", "api").in_flight == {"k"}
    assert store.executions("s") == ()


def test_what_a_scope_keeps_is_bounded() -> None:
    store = MemoryStore()
    run = Execute("TOOL", "send", {}, "", "")
    for number in range(RECORD_LIMIT + 2):
        store.apply("s", "api", [Put("a", str(number), number), run], NOW)
    records = store.snapshot("s", "api").records("a")
    assert (len(records), next(iter(records))) == (RECORD_LIMIT, "2")
    assert len(store.executions("s")) == LEDGER_LIMIT


def test_what_a_scope_counts_is_bounded() -> None:
    store = MemoryStore()
    for number in range(RECORD_LIMIT + 2):
        effects: list[Effect] = [Spend(f"l{number}", Usage(0, 1)), CallAttempted("o", f"c{number}")]
        store.apply("s", "api", effects, NOW)
    usages, calls = store.snapshot("s", "api").usages, store.calls("s")
    assert (len(usages), next(iter(usages))) == (RECORD_LIMIT, "l2")
    assert (len(calls), calls[0].call) == (RECORD_LIMIT, "c2")


def test_usage_is_kept_and_makes_no_id_fresh() -> None:
    store = MemoryStore()
    store.apply("s", "api", [Spend("l", Usage(0, 1)), Spend("l", Usage(0, 2))], NOW)
    store.release("s", "api", [])
    assert store.snapshot("s", "api") == Snapshot(usages={"l": Usage(0, 2)})
    assert store.snapshot("s", "other") == store.snapshot("t", "api") == Snapshot()


def test_attempts_of_a_call_are_counted_by_operation() -> None:
    store = MemoryStore()
    store.apply(
        "s", "api", [CallAttempted("a", "c"), CallAttempted("b", "c"), CallAttempted("a", "c")], NOW
    )
    assert store.calls("s") == (
        LogicalCall("api", "a", "c", 2),
        LogicalCall("api", "b", "c", 1),
    )
    assert store.calls("t") == ()


def test_ledger_is_one_scopes() -> None:
    store = MemoryStore()
    store.apply("s", "api", [Execute("TOOL", "read", {}, "", "")], NOW)
    assert store.executions("t") == ()


SCOPES, KEYS = st.sampled_from("st"), st.sampled_from("ab")


class StoreMachine(RuleBasedStateMachine):
    """The store beside a plain set of (scope, key)."""

    @initialize()
    def start(self) -> None:
        self.store, self.model = MemoryStore(), set[tuple[str, str]]()

    @rule(scope=SCOPES, key=KEYS)
    def hold(self, scope: str, key: str) -> None:
        self.store.apply(scope, "api", [Hold(key)], NOW)
        self.model.add((scope, key))
        self.compare()

    @rule(scope=SCOPES, key=KEYS)
    def release(self, scope: str, key: str) -> None:
        self.store.release(scope, "api", [Hold(key)])
        self.model.discard((scope, key))
        self.compare()

    def compare(self) -> None:
        for scope in "st":
            expected = {key for owner, key in self.model if owner == scope}
            assert self.store.snapshot(scope, "api").in_flight == expected


test_store_is_a_set_of_keys_by_scope = StoreMachine.TestCase


def execute(text: str = "") -> Execute:
    return Execute("T", "write", {"text": text}, "caller", "")


def kept(store: MemoryStore, scope: str) -> tuple[list[str], list[str]]:
    """The records of a scope and the texts of its executions."""
    texts = [each.arguments["text"] for each in store.executions(scope)]
    return list(store.snapshot(scope, "api").records("c")), texts


def test_oldest_large_records_go_where_they_weigh_too_much() -> None:
    store = MemoryStore(limit_bytes=100_000)
    for number in range(11):
        store.apply("s", "api", [Put("c", f"r{number}", {})], NOW, 10_000)
    assert kept(store, "s")[0] == [f"r{number}" for number in range(2, 11)]


def test_what_is_small_goes_by_its_number_alone() -> None:
    store = MemoryStore(limit_bytes=10_000)
    for number in range(20):
        store.apply("s", "api", [Put("c", f"r{number}", {}), execute(f"e{number}")], NOW, 4_000)
    assert [len(each) for each in kept(store, "s")] == [20, 20]


def test_record_that_became_small_stays() -> None:
    store = MemoryStore(limit_bytes=20_000)
    store.apply("s", "api", [Put("c", "a", {})], NOW, 15_000)
    store.apply("s", "api", [Put("c", "a", {"small": 1})], NOW, 10)
    store.apply("s", "api", [Put("c", "b", {})], NOW, 15_000)
    assert kept(store, "s")[0] == ["a", "b"]


def test_large_executions_go_of_this_scope_before_others() -> None:
    store = MemoryStore(limit_bytes=40_000)
    store.apply("other", "api", [execute("kept")], NOW, 10_000)
    for number in range(10):
        store.apply("s", "api", [execute(f"e{number}")], NOW, 10_000)
    assert kept(store, "other")[1] == ["kept"]
    assert kept(store, "s")[1] == ["e8", "e9"]
    store.apply("s", "api", [execute("larger")], NOW, 39_000)
    assert (kept(store, "other")[1], kept(store, "s")[1]) == ([], ["larger"])
    store.apply("new", "api", [execute("new")], NOW, 20_000)
    assert (kept(store, "new")[1], kept(store, "s")[1]) == (["new"], [])
    store.apply("new", "api", [execute("too large")], NOW, 41_000)
    assert kept(store, "new")[1] == []


def test_room_of_what_was_reset_or_removed_is_used_again() -> None:
    store = MemoryStore(limit_bytes=50_000)
    for _ in range(10):
        store.apply("s", "api", [Put("c", "a", {}), execute("a")], NOW, 20_000)
        store.apply("s", "api", [Remove("c", "a")], NOW)
        store.reset("s")
    store.apply("s", "api", [Put("c", "a", {}), execute("b")], NOW, 20_000)
    assert kept(store, "s") == (["a"], ["b"])


def test_no_more_scopes_than_may_be() -> None:
    store = MemoryStore(scope_limit=2)
    for scope in ("a", "b"):
        assert store.admits(scope)
        store.apply(scope, "api", [Put("c", "a", {})], NOW)
    assert [store.admits(scope) for scope in ("a", "b", "c")] == [True, True, False]
    store.reset("a")
    assert store.admits("c")
