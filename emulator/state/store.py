"""The store: snapshots out, effects in. Nothing else in the emulator changes while it serves."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from emulator.messages import Json

#: Records of one service: by collection, then by id. Records are never changed, only replaced.
Collections = Mapping[str, Mapping[str, Json]]

#: Executions kept in a scope's ledger; the oldest go first.
LEDGER_LIMIT = 10_000

#: Records kept in a collection of a scope; the oldest go first.
RECORD_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Hold:
    """Effect: this key is in flight until the answer has been delivered, or the client has left."""

    key: str


@dataclass(frozen=True, slots=True)
class Put:
    """Effect: this record is there from now on, in place of the one with its id."""

    collection: str
    id: str
    record: Json


@dataclass(frozen=True, slots=True)
class Remove:
    """Effect: this record is gone."""

    collection: str
    id: str


@dataclass(frozen=True, slots=True)
class Execute:
    """Effect: a tool did what it does, once. `call` names the logical call that asked for it."""

    tool: str
    side_effect: str
    arguments: Json
    caller: str
    call: str


#: Every kind of effect.
Effect = Hold | Put | Remove | Execute


@dataclass(frozen=True, slots=True)
class Execution:
    """One line of the ledger: an `Execute` of a service, and when it happened."""

    api: str
    effect: Execute
    at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a request may know of one service in its scope.

    `in_flight` are keys of runs not yet answered; `sequence` counts the changes so far, so that
    ids made from it are fresh and yet the same in every run.
    """

    in_flight: Set[str] = frozenset()
    collections: Collections = field(default_factory=dict)
    sequence: int = 0

    def records(self, collection: str) -> Mapping[str, Json]:
        """The records of a collection by id, in the order they came."""
        return self.collections.get(collection, {})


class Store(Protocol):
    """What the emulator needs of a store. Scopes can't see one another, nor can services."""

    def snapshot(self, scope: str, api: str) -> Snapshot:
        """What a service is like in a scope now."""
        ...

    def apply(self, scope: str, api: str, effects: Iterable[Effect], now: datetime) -> None:
        """Make the effects of one answer real, before it is sent."""
        ...

    def release(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """End what only lasted while the answer was being sent."""
        ...

    def executions(self, scope: str) -> tuple[Execution, ...]:
        """The scope's ledger, oldest first."""
        ...

    def reset(self, scope: str) -> None:
        """Forget everything the scope did: it is as it was at start."""
        ...

    def watch(self, scope: str, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change in the scope, until what this returns is called."""
        ...


@dataclass(slots=True)
class _Room:
    """One service in one scope: what changed since the start."""

    in_flight: set[str] = field(default_factory=set)
    # A plain dict takes longer and longer to find its first key as the oldest ones are removed.
    collections: dict[str, OrderedDict[str, Json]] = field(default_factory=dict)
    sequence: int = 0

    def collection(self, name: str, initial: Collections) -> OrderedDict[str, Json]:
        """A collection to change: a copy of the initial one, made when it is first changed."""
        if name not in self.collections:
            self.collections[name] = OrderedDict(initial.get(name, {}))
        return self.collections[name]


@dataclass(slots=True)
class MemoryStore:
    """State in this process. Safe without locks: no `await` stands between snapshot and apply.

    `initial` is what each service knows at start, by its name.
    """

    initial: Mapping[str, Collections] = field(default_factory=dict)
    _rooms: dict[str, dict[str, _Room]] = field(default_factory=dict)
    _ledgers: dict[str, deque[Execution]] = field(default_factory=dict)
    _watchers: dict[str, list[Callable[[], None]]] = field(default_factory=dict)

    def snapshot(self, scope: str, api: str) -> Snapshot:
        """What a service is like in a scope now; in a scope nobody used, as at start."""
        initial = self.initial.get(api, {})
        room = self._rooms.get(scope, {}).get(api)
        if room is None:
            return Snapshot(collections=initial) if initial else _EMPTY
        return Snapshot(room.in_flight, {**initial, **room.collections}, room.sequence)

    def apply(self, scope: str, api: str, effects: Iterable[Effect], now: datetime) -> None:
        """Change the service's room, and write down what was executed."""
        for effect in effects:
            room = self._rooms.setdefault(scope, {}).setdefault(api, _Room())
            room.sequence += not isinstance(effect, Hold)
            initial = self.initial.get(api, {})
            match effect:
                case Hold(key):
                    room.in_flight.add(key)
                case Put(collection, id_, record):
                    records = room.collection(collection, initial)
                    records[id_] = record
                    if len(records) > RECORD_LIMIT:
                        records.popitem(last=False)
                case Remove(collection, id_):
                    room.collection(collection, initial).pop(id_, None)
                case Execute():
                    ledger = self._ledgers.setdefault(scope, deque(maxlen=LEDGER_LIMIT))
                    ledger.append(Execution(api, effect, now))
        self._tell(scope)

    def release(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """Let the keys go; a room where nothing else ever happened is forgotten."""
        rooms = self._rooms.get(scope, {})
        room = rooms.get(api)
        if room is None:
            return
        for effect in effects:
            if isinstance(effect, Hold):
                room.in_flight.discard(effect.key)
                self._tell(scope)
        if not (room.in_flight or room.collections or room.sequence):
            del rooms[api]
            if not rooms:
                del self._rooms[scope]

    def executions(self, scope: str) -> tuple[Execution, ...]:
        """The scope's ledger, oldest first."""
        return tuple(self._ledgers.get(scope, ()))

    def reset(self, scope: str) -> None:
        """Forget the scope, but for runs that are still in flight."""
        self._ledgers.pop(scope, None)
        for room in self._rooms.get(scope, {}).values():
            room.collections.clear()
            room.sequence = 0
        self._tell(scope)

    def watch(self, scope: str, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change in the scope, until what this returns is called."""
        self._watchers.setdefault(scope, []).append(changed)

        def leave() -> None:
            watchers = self._watchers[scope]
            watchers.remove(changed)
            if not watchers:
                del self._watchers[scope]

        return leave

    def _tell(self, scope: str) -> None:
        for changed in tuple(self._watchers.get(scope, ())):
            changed()


_EMPTY = Snapshot()
