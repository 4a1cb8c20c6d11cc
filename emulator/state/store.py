"""The store: snapshots out, effects in. Nothing else in the emulator changes while it serves."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from emulator.limits import Usage
from emulator.messages import Json

K = TypeVar("K")
V = TypeVar("V")

#: Records of one service: by collection, then by id. Records are never changed, only replaced.
Collections = Mapping[str, Mapping[str, Json]]

#: Executions kept in a scope's ledger; the oldest go first.
LEDGER_LIMIT = 10_000

#: Records kept in a collection of a scope, and so calls, usages of limits; the oldest go first.
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
class Ask:
    """Effect: an operation was asked for a logical call, whatever came of it."""

    operation: str
    call: str


@dataclass(frozen=True, slots=True)
class Spend:
    """Effect: so much of a limit is spent by now, of what the key counts."""

    key: str
    usage: Usage


#: Every kind of effect.
Effect = Hold | Put | Remove | Execute | Ask | Spend


@dataclass(frozen=True, slots=True)
class Execution:
    """One line of the ledger: an `Execute` of a service, and when it happened."""

    api: str
    effect: Execute
    at: datetime


@dataclass(frozen=True, slots=True)
class LogicalCall:
    """What a client means to happen once, and how often it has asked for it."""

    api: str
    operation: str
    call: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a request may know of one service in its scope.

    `in_flight` are keys of runs not yet answered; `sequence` counts the changes so far, so that
    ids made from it are fresh and yet the same in every run. `usages` of limits are by their keys.
    """

    in_flight: Set[str] = frozenset()
    collections: Collections = field(default_factory=dict)
    sequence: int = 0
    usages: Mapping[str, Usage] = field(default_factory=dict)

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

    def calls(self, scope: str) -> tuple[LogicalCall, ...]:
        """The logical calls that were asked for in the scope, the first asked for first."""
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
    usages: OrderedDict[str, Usage] = field(default_factory=OrderedDict)

    def change(self, effect: Effect, initial: Collections) -> None:
        """Take in one effect; what never shows in a record leaves the ids to come as they are."""
        match effect:
            case Hold(key):
                self.in_flight.add(key)
            case Spend(key, usage):
                _keep(self.usages, key, usage)
            case Put(collection, id_, record):
                self.sequence += 1
                _keep(self.collection(collection, initial), id_, record)
            case Remove(collection, id_):
                self.sequence += 1
                self.collection(collection, initial).pop(id_, None)
            case Execute():
                self.sequence += 1

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
    _asked: dict[str, OrderedDict[tuple[str, str, str], int]] = field(default_factory=dict)

    def snapshot(self, scope: str, api: str) -> Snapshot:
        """What a service is like in a scope now; in a scope nobody used, as at start."""
        initial = self.initial.get(api, {})
        room = self._rooms.get(scope, {}).get(api)
        if room is None:
            return Snapshot(collections=initial) if initial else _EMPTY
        records = {**initial, **room.collections}
        return Snapshot(room.in_flight, records, room.sequence, room.usages)

    def apply(self, scope: str, api: str, effects: Iterable[Effect], now: datetime) -> None:
        """Change the service's room, and write down what was asked for and what was executed."""
        for effect in effects:
            if isinstance(effect, Ask):
                asked = self._asked.setdefault(scope, OrderedDict())
                key = (api, effect.operation, effect.call)
                _keep(asked, key, asked.get(key, 0) + 1)
                continue
            self._room(scope, api).change(effect, self.initial.get(api, {}))
            if isinstance(effect, Execute):
                ledger = self._ledgers.setdefault(scope, deque(maxlen=LEDGER_LIMIT))
                ledger.append(Execution(api, effect, now))

    def _room(self, scope: str, api: str) -> _Room:
        rooms = self._rooms.setdefault(scope, {})
        if api not in rooms:
            rooms[api] = _Room()
        return rooms[api]

    def release(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """Let the keys go; a room where nothing else ever happened is forgotten."""
        rooms = self._rooms.get(scope, {})
        room = rooms.get(api)
        if room is None:
            return
        for effect in effects:
            if isinstance(effect, Hold):
                room.in_flight.discard(effect.key)
        if not (room.in_flight or room.collections or room.sequence or room.usages):
            del rooms[api]
            if not rooms:
                del self._rooms[scope]

    def executions(self, scope: str) -> tuple[Execution, ...]:
        """The scope's ledger, oldest first."""
        return tuple(self._ledgers.get(scope, ()))

    def calls(self, scope: str) -> tuple[LogicalCall, ...]:
        """The scope's logical calls, the first asked for first."""
        asked = self._asked.get(scope, OrderedDict())
        return tuple(
            LogicalCall(api, operation, call, attempts)
            for (api, operation, call), attempts in asked.items()
        )

    def reset(self, scope: str) -> None:
        """Forget the scope, but for runs that are still in flight."""
        self._ledgers.pop(scope, None)
        self._asked.pop(scope, None)
        for room in self._rooms.get(scope, {}).values():
            room.collections.clear()
            room.usages.clear()
            room.sequence = 0


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """Keep one more value; where that is too many, the oldest goes."""
    kept[key] = value
    if len(kept) > RECORD_LIMIT:
        kept.popitem(last=False)


_EMPTY = Snapshot()
