"""The store: keys in flight, by scope."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from emulator.state.store import Hold, MemoryStore, Snapshot


def test_scope_nobody_used_is_empty() -> None:
    assert MemoryStore().snapshot("x") == Snapshot()


def test_held_key_is_in_flight_until_released() -> None:
    store = MemoryStore()
    store.apply("s", [Hold("a"), Hold("b")])
    assert store.snapshot("s").in_flight == {"a", "b"}
    store.release("s", [Hold("a")])
    assert store.snapshot("s").in_flight == {"b"}


def test_scopes_cannot_see_one_another() -> None:
    store = MemoryStore()
    store.apply("s", [Hold("a")])
    store.release("t", [Hold("a")])
    assert store.snapshot("t").in_flight == frozenset()
    assert store.snapshot("s").in_flight == {"a"}


@pytest.mark.parametrize("key", ["never held", ""])
def test_releasing_what_is_not_held_changes_nothing(key: str) -> None:
    store = MemoryStore()
    store.apply("s", [Hold("a")])
    store.release("s", [Hold(key)])
    assert store.snapshot("s").in_flight == {"a"}


SCOPES, KEYS = st.sampled_from("st"), st.sampled_from("ab")


class StoreMachine(RuleBasedStateMachine):
    """The store beside a plain set of (scope, key)."""

    @initialize()
    def start(self) -> None:
        self.store, self.model = MemoryStore(), set[tuple[str, str]]()

    @rule(scope=SCOPES, key=KEYS)
    def hold(self, scope: str, key: str) -> None:
        self.store.apply(scope, [Hold(key)])
        self.model.add((scope, key))
        self.compare()

    @rule(scope=SCOPES, key=KEYS)
    def release(self, scope: str, key: str) -> None:
        self.store.release(scope, [Hold(key)])
        self.model.discard((scope, key))
        self.compare()

    def compare(self) -> None:
        for scope in "st":
            expected = {key for owner, key in self.model if owner == scope}
            assert self.store.snapshot(scope).in_flight == expected


test_store_is_a_set_of_keys_by_scope = StoreMachine.TestCase
