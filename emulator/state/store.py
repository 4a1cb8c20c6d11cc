"""The store: snapshots out, effects in. Nothing else in the emulator changes while it serves."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from emulator.faults.base import Fault
from emulator.faults.book import NO_FAULTS, FaultBook
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


@dataclass(frozen=True, slots=True)
class Count:
    """Effect: what this key stands for happened once more in the scope."""

    key: str


@dataclass(frozen=True, slots=True)
class Struck:
    """Effect: an exchange met these faults. `exchange` names it in every run."""

    exchange: str
    request: str
    faults: tuple[Fault, ...]


#: Every kind of effect.
Effect = Hold | Put | Remove | Execute | Count | Struck


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


def _empty(_: str) -> Snapshot:
    return _EMPTY


@dataclass(frozen=True, slots=True)
class Memory:
    """What a request may know of its scope: each service by its name, and what is common to all."""

    scope: str = "default"
    service: Callable[[str], Snapshot] = _empty
    faults: FaultBook = NO_FAULTS
    counts: Mapping[str, int] = field(default_factory=dict)


class Store(Protocol):
    """What the emulator needs of a store. Scopes can't see one another, nor can services."""

    def memory(self, scope: str) -> Memory:
        """What a request may know of a scope now."""
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

    def scopes(self) -> tuple[str, ...]:
        """The scopes that something is remembered of."""
        ...

    def faults(self, scope: str) -> FaultBook:
        """The scope's rules of faults."""
        ...

    def set_faults(self, scope: str, book: FaultBook) -> None:
        """Put other rules in their place."""
        ...

    def struck(self, scope: str) -> tuple[Struck, ...]:
        """Every exchange of the scope that met a fault, oldest first."""
        ...

    def reset(self, scope: str) -> None:
        """Forget everything the scope did: it is as it was at start."""
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
class _Notes:
    """What is remembered of a scope beside its services."""

    faults: FaultBook
    counts: OrderedDict[str, int] = field(default_factory=OrderedDict)
    struck: deque[Struck] = field(default_factory=lambda: deque(maxlen=LEDGER_LIMIT))

    def count(self, key: str) -> None:
        """One more of what the key stands for."""
        self.counts[key] = self.counts.get(key, 0) + 1
        if len(self.counts) > RECORD_LIMIT:
            self.counts.popitem(last=False)


@dataclass(slots=True)
class MemoryStore:
    """State in this process. Safe without locks: no `await` stands between memory and apply.

    `initial` is what each service knows at start, by its name; `initial_faults` are the rules that
    every scope begins with.
    """

    initial: Mapping[str, Collections] = field(default_factory=dict)
    initial_faults: FaultBook = NO_FAULTS
    _notes: dict[str, _Notes] = field(default_factory=dict)
    _rooms: dict[str, dict[str, _Room]] = field(default_factory=dict)
    _ledgers: dict[str, deque[Execution]] = field(default_factory=dict)

    def memory(self, scope: str) -> Memory:
        """What a request may know of a scope now; each service is looked up when asked for."""
        service = partial(self.snapshot, scope)
        notes = self._notes.get(scope)
        if notes is None:
            return Memory(scope, service, self.initial_faults)
        return Memory(scope, service, notes.faults, notes.counts)

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
            if isinstance(effect, Count):
                self._note(scope).count(effect.key)
                continue
            if isinstance(effect, Struck):
                self._note(scope).struck.append(effect)
                continue
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

    def release(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """Let the keys go; a room where nothing else ever happened is forgotten."""
        rooms = self._rooms.get(scope, {})
        room = rooms.get(api)
        if room is None:
            return
        for effect in effects:
            if isinstance(effect, Hold):
                room.in_flight.discard(effect.key)
        if not (room.in_flight or room.collections or room.sequence):
            del rooms[api]
            if not rooms:
                del self._rooms[scope]

    def executions(self, scope: str) -> tuple[Execution, ...]:
        """The scope's ledger, oldest first."""
        return tuple(self._ledgers.get(scope, ()))

    def scopes(self) -> tuple[str, ...]:
        """The scopes that something is remembered of."""
        return tuple({*self._rooms, *self._notes, *self._ledgers})

    def faults(self, scope: str) -> FaultBook:
        """The scope's rules of faults."""
        notes = self._notes.get(scope)
        return notes.faults if notes else self.initial_faults

    def set_faults(self, scope: str, book: FaultBook) -> None:
        """Put other rules in their place."""
        self._note(scope).faults = book

    def struck(self, scope: str) -> tuple[Struck, ...]:
        """Every exchange of the scope that met a fault, oldest first."""
        notes = self._notes.get(scope)
        return tuple(notes.struck) if notes else ()

    def reset(self, scope: str) -> None:
        """Forget the scope, but for runs that are still in flight."""
        self._notes.pop(scope, None)
        self._ledgers.pop(scope, None)
        for room in self._rooms.get(scope, {}).values():
            room.collections.clear()
            room.sequence = 0

    def _note(self, scope: str) -> _Notes:
        if scope not in self._notes:
            self._notes[scope] = _Notes(self.initial_faults)
        return self._notes[scope]


_EMPTY = Snapshot()
