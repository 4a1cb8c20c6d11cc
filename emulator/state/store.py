"""The store: snapshots out, effects in. Nothing else in the emulator changes while it serves."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a request may know of its scope. `in_flight` are keys of runs not yet answered."""

    in_flight: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hold:
    """Effect: this key is in flight until the answer has been delivered, or the client has left."""

    key: str


#: Every kind of effect.
Effect = Hold


class Store(Protocol):
    """What delivery needs of a store. Scopes can't see one another."""

    def snapshot(self, scope: str) -> Snapshot:
        """What the scope is like now."""
        ...

    def apply(self, scope: str, effects: Iterable[Effect]) -> None:
        """Make the effects of one answer real, before it is sent."""
        ...

    def release(self, scope: str, effects: Iterable[Effect]) -> None:
        """End what only lasted while the answer was being sent."""
        ...


@dataclass(slots=True)
class MemoryStore:
    """State in this process. Safe without locks: no `await` stands between snapshot and apply."""

    _in_flight: dict[str, set[str]] = field(default_factory=dict)

    def snapshot(self, scope: str) -> Snapshot:
        """What the scope is like now; a scope nobody used is empty."""
        held = self._in_flight.get(scope)
        return Snapshot(held) if held else _EMPTY

    def apply(self, scope: str, effects: Iterable[Effect]) -> None:
        """Hold the keys."""
        for effect in effects:
            self._in_flight.setdefault(scope, set()).add(effect.key)

    def release(self, scope: str, effects: Iterable[Effect]) -> None:
        """Let the keys go; a scope that holds nothing is forgotten."""
        for effect in effects:
            held = self._in_flight.get(scope)
            if held is not None:
                held.discard(effect.key)
                if not held:
                    del self._in_flight[scope]


_EMPTY = Snapshot()
