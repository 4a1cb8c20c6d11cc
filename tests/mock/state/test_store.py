"""Watchers: who is told of which scope's changes, and until when."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from emulator.mock.state.memory_store import MemoryStore
from emulator.mock.state.store import Hold, Put

NOW = datetime(2026, 4, 28, tzinfo=UTC)


def store_with_hold() -> MemoryStore:
    store = MemoryStore()
    store.apply("s", "api", [Hold("k")], NOW)
    return store


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.apply("s", "api", [Put("c", "1", {})], NOW),
        lambda store: store.release("s", "api", [Hold("k")]),
        lambda store: store.reset("s"),
    ],
    ids=["apply", "release", "reset"],
)
def test_every_change_of_the_scope_is_told(change: Callable[[MemoryStore], None]) -> None:
    store, told = store_with_hold(), list[str]()
    store.watchers.watch("s", lambda: told.append("s"))
    store.watchers.watch("t", lambda: told.append("t"))
    change(store)
    assert told == ["s"]


def test_who_has_left_is_told_no_more_and_others_are() -> None:
    store, told = store_with_hold(), list[int]()
    leave = store.watchers.watch("s", lambda: told.append(1))
    store.watchers.watch("s", lambda: told.append(2))
    leave()
    store.reset("s")
    assert told == [2]
