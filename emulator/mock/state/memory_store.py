"""The store in this process. Nothing else in the emulator changes while it serves."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from emulator.http.messages import Json
from emulator.http.rate_limits import Usage
from emulator.mock.fault_rules.book import NO_FAULTS, FaultBook
from emulator.mock.state.events import Deliver, Emit, Withdraw
from emulator.mock.state.scope_state import FaultsInjected, ScopeEffect, ScopeState
from emulator.mock.state.store import (
    EMPTY,
    Collections,
    Effect,
    Enter,
    Execute,
    Hold,
    LedgerEntry,
    LogicalCall,
    Memory,
    Put,
    Remove,
    Snapshot,
    Spend,
    Watchers,
)
from emulator.stubs.book import NO_STUBS, StubBook

K = TypeVar("K")
V = TypeVar("V")

#: Executions kept in a scope's ledger; the oldest go first.
LEDGER_LIMIT = 10_000

#: Records kept in a collection of a scope, and so usages of limits; the oldest go first.
RECORD_LIMIT = 10_000


@dataclass(slots=True)
class _ServiceState:
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
            case Execute() | Emit() | Deliver() | Withdraw():
                self.sequence += 1

    def collection(self, name: str, initial: Collections) -> OrderedDict[str, Json]:
        """A collection to change: a copy of the initial one, made when it is first changed."""
        if name not in self.collections:
            self.collections[name] = OrderedDict(initial.get(name, {}))
        return self.collections[name]


@dataclass(slots=True)
class _Scope:
    """All that is remembered of one scope; `memory` is made when the first request asks."""

    state: ScopeState
    stubs: StubBook
    memory: Memory | None = None
    services: dict[str, _ServiceState] = field(default_factory=dict)
    ledger: deque[LedgerEntry] = field(default_factory=lambda: deque(maxlen=LEDGER_LIMIT))

    def service(self, api: str) -> _ServiceState:
        """What changed at a service since the start."""
        if api not in self.services:
            self.services[api] = _ServiceState()
        return self.services[api]


@dataclass(slots=True)
class MemoryStore:
    """State in this process. Safe without locks: no `await` stands between memory and apply.

    `initial` is what each service knows at start, by its name; `initial_faults` and
    `initial_stubs` are what every scope begins with.
    """

    initial: Mapping[str, Collections] = field(default_factory=dict)
    initial_faults: FaultBook = NO_FAULTS
    initial_stubs: StubBook = NO_STUBS
    watchers: Watchers = field(default_factory=Watchers)
    _scopes: dict[str, _Scope] = field(default_factory=dict)

    def memory(self, scope: str) -> Memory:
        """What a request may know of a scope now; each service is looked up on demand."""
        found = self._scopes.get(scope)
        if found is None:
            service = partial(self.snapshot, scope)
            return Memory(scope, service, self.initial_faults, stubs=self.initial_stubs or None)
        if found.memory is None:
            state, stubs = found.state, None if found.stubs is NO_STUBS else found.stubs or None
            counts = state.seen, state.rule_counts, state.responses
            service = partial(self.snapshot, scope)
            found.memory = Memory(scope, service, state.faults, *counts, stubs)
        return found.memory

    def snapshot(self, scope: str, api: str) -> Snapshot:
        """What a service is like in a scope now; in a scope nobody used, as at start."""
        initial = self.initial.get(api, {})
        found = self._scopes.get(scope)
        service = found.services.get(api) if found else None
        if service is None:
            return Snapshot(collections=initial) if initial else EMPTY
        records = {**initial, **service.collections}
        return Snapshot(service.in_flight, records, service.sequence, service.usages)

    def apply(self, scope: str, api: str, effects: Iterable[Effect], now: datetime) -> None:
        """Apply effects to the scope and its service; executions go into the ledger."""
        found = self._scope(scope)
        for effect in effects:
            if isinstance(effect, ScopeEffect):
                found.state.apply(api, effect)
            elif isinstance(effect, Enter):
                found.stubs = found.stubs.with_state(effect.scenario, effect.state)
                found.memory = None
            else:
                found.service(api).change(effect, self.initial.get(api, {}))
                if isinstance(effect, Execute):
                    found.ledger.append(LedgerEntry(api, effect, now))
        self.watchers.tell(scope)

    def release(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """Let the keys go; a service where nothing else ever happened is forgotten."""
        found = self._scopes.get(scope)
        service = found.services.get(api) if found else None
        if found is None or service is None:
            return
        for effect in effects:
            if isinstance(effect, Hold):
                service.in_flight.discard(effect.key)
                self.watchers.tell(scope)
        if not (service.in_flight or service.collections or service.sequence or service.usages):
            del found.services[api]

    def executions(self, scope: str) -> tuple[LedgerEntry, ...]:
        """The scope's ledger, oldest first."""
        found = self._scopes.get(scope)
        return tuple(found.ledger) if found else ()

    def calls(self, scope: str) -> tuple[LogicalCall, ...]:
        """The scope's logical calls, the first attempted first."""
        found = self._scopes.get(scope)
        calls = found.state.calls.items() if found else ()
        return tuple(LogicalCall(*named, attempts=attempts) for named, attempts in calls)

    def scopes(self) -> tuple[str, ...]:
        """The scopes that something is remembered of."""
        return tuple(self._scopes)

    def faults(self, scope: str) -> FaultBook:
        """The scope's rules of faults."""
        found = self._scopes.get(scope)
        return found.state.faults if found else self.initial_faults

    def set_faults(self, scope: str, book: FaultBook) -> None:
        """Put other rules in their place."""
        found = self._scope(scope)
        found.state.use_faults(book)
        found.memory = None

    def injections(self, scope: str) -> tuple[FaultsInjected, ...]:
        """Every fault injection of the scope, oldest first."""
        found = self._scopes.get(scope)
        return tuple(found.state.injections) if found else ()

    def stubs(self, scope: str) -> StubBook:
        """The scope's stubs, with the states of its scenarios."""
        found = self._scopes.get(scope)
        return found.stubs if found else self.initial_stubs

    def set_stubs(self, scope: str, book: StubBook) -> None:
        """Put others in their place."""
        found = self._scope(scope)
        found.stubs, found.memory = book, None

    def reset(self, scope: str) -> None:
        """Forget the scope, but for runs that are still in flight."""
        found = self._scopes.pop(scope, None)
        in_flight = {
            api: _ServiceState(in_flight=service.in_flight)
            for api, service in (found.services.items() if found else ())
            if service.in_flight
        }
        if in_flight:
            self._scope(scope).services = in_flight
        self.watchers.tell(scope)

    def _scope(self, name: str) -> _Scope:
        if name not in self._scopes:
            self._scopes[name] = _Scope(ScopeState(self.initial_faults), self.initial_stubs)
        return self._scopes[name]


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """Keep one more value; where that is too many, the oldest goes."""
    kept[key] = value
    if len(kept) > RECORD_LIMIT:
        kept.popitem(last=False)
