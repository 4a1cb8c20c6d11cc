"""The store in this process. Nothing else in the emulator changes while it serves."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType

from emulator.http.encode import dump
from emulator.http.messages import AnyResponse
from emulator.mock.fault_rules.book import NO_FAULTS, FaultBook
from emulator.mock.state.events import Deliver, Withdraw
from emulator.mock.state.records import RECORD_LIMIT, Records
from emulator.mock.state.scope_state import (
    COUNT_LIMIT,
    RESPONSE_LIMIT,
    FaultsInjected,
    ScopeEffect,
    ScopeState,
)
from emulator.mock.state.service_state import ServiceState
from emulator.mock.state.store import (
    EMPTY,
    SERVICE_EFFECTS,
    Collections,
    Effect,
    Enter,
    Execute,
    Hold,
    LogicalCall,
    Memory,
    Put,
    Snapshot,
    StubLimits,
    Watchers,
)
from emulator.mock.state.weights import LARGE_BYTES, Weighed
from emulator.schema.chance import RequestKey
from emulator.stubs.book import NO_STUBS, StubBook

#: What nothing is known of at start.
_NO_COLLECTIONS: Collections = MappingProxyType({})


@dataclass(slots=True)
class _Scope:
    """All that is remembered of one scope; `memory` is made when the first request asks."""

    state: ScopeState
    stubs: StubBook
    memory: Memory | None = None
    services: dict[str, ServiceState] = field(default_factory=dict)
    weighed: Weighed = field(default_factory=Weighed)

    def remove(self, api: str, collection: str, id_: str) -> None:
        """Remove a record, if it is there."""
        self.services[api].collection(collection).remove(id_)


@dataclass(slots=True)
class MemoryStore:
    """State in this process. Safe without locks: no `await` stands between memory and apply.

    `initial` is what each service knows at start, by its name; `initial_faults` and
    `initial_stubs` are what every scope begins with. There are `scope_limit` scopes at most,
    `record_limit` records in a collection and executions in a ledger. Where all that is large
    weighs more than `limit_bytes`, the oldest of it goes, of the scope at hand first.
    """

    initial: Mapping[str, Collections] = field(default_factory=dict)
    initial_faults: FaultBook = NO_FAULTS
    initial_stubs: StubBook = NO_STUBS
    watchers: Watchers = field(default_factory=Watchers)
    scope_limit: int = 10_000
    limit_bytes: int = 256_000_000
    record_limit: int = RECORD_LIMIT
    stub_limits: StubLimits = field(default_factory=StubLimits)
    stub_bytes: int = 0
    _large_bytes: int = 0
    _scopes: dict[str, _Scope] = field(default_factory=dict)
    _at_start: dict[str, Snapshot] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.initial = {
            api: {name: Records(records) for name, records in collections.items()}
            for api, collections in self.initial.items()
        }
        self._at_start = {
            api: Snapshot(collections=collections) for api, collections in self.initial.items()
        }

    def admits(self, scope: str) -> bool:
        """Whether something may be remembered of this scope."""
        return scope in self._scopes or len(self._scopes) < self.scope_limit

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
        found = self._scopes.get(scope)
        service = found.services.get(api) if found else None
        if service is not None:
            return service.snapshot
        return self._at_start.get(api, EMPTY)

    def answered(self, scope: str, key: RequestKey, operation: str, response: AnyResponse) -> None:
        """Count a request by its key; the response is the last one of the operation, if any."""
        found = self._scopes.get(scope) or self._scope(scope)
        seen, responses = found.state.seen, found.state.responses
        seen.total += 1
        # What was not counted for the longest time is the oldest.
        before = seen.get(key, 0)
        seen[key] = before + 1
        if before:
            seen.move_to_end(key)
        if len(seen) > COUNT_LIMIT:
            seen.popitem(last=False)
        if operation:
            responses[operation] = response
            if len(responses) > RESPONSE_LIMIT:
                responses.popitem(last=False)

    def apply(
        self, scope: str, api: str, effects: Iterable[Effect], now: datetime, size_bytes: int = 0
    ) -> list[Deliver | Withdraw]:
        """Apply effects to the scope and its service; executions go into the ledger.

        Gives the effects on webhooks, which whoever sends messages applies as well.
        """
        messages: list[Deliver | Withdraw] = []
        found = self._scopes.get(scope) or self._scope(scope)
        service = found.services.get(api)
        for effect in effects:
            kind = type(effect)
            if kind in SERVICE_EFFECTS:
                if service is None:
                    initial = self.initial.get(api, _NO_COLLECTIONS)
                    service = found.services[api] = ServiceState(initial, self.record_limit)
                service.change(effect)
                if type(effect) is Execute:
                    effect.api, effect.at, effect.size_bytes = api, now, size_bytes
                    found.weighed.ledger.append(effect)
                elif type(effect) is Deliver or type(effect) is Withdraw:
                    messages.append(effect)
            elif isinstance(effect, Enter):
                found.stubs = found.stubs.with_state(effect.scenario, effect.state)
                found.memory = None
            elif isinstance(effect, ScopeEffect):
                found.state.apply(api, effect)
        if size_bytes > LARGE_BYTES or found.weighed.large_records:
            self._weigh(found, api, effects, size_bytes)
        if self.watchers.calls:
            self.watchers.tell(scope)
        return messages

    def release(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """Let the keys go; a service where nothing else ever happened is forgotten."""
        found = self._scopes.get(scope)
        service = found.services.get(api) if found else None
        if found is None or service is None:
            return
        for effect in effects:
            if type(effect) is Hold:
                service.in_flight.discard(effect.key)
                self.watchers.tell(scope)
        if service.is_new:
            del found.services[api]

    def executions(self, scope: str) -> tuple[Execute, ...]:
        """The scope's ledger, oldest first."""
        found = self._scopes.get(scope)
        return tuple(found.weighed.ledger) if found else ()

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

    def use_stubs(self, book: StubBook) -> None:
        """Begin every scope with other stubs, those that have begun as well."""
        before, self.initial_stubs = self.initial_stubs, book
        if book is not before:
            for found in [*self._scopes.values()]:
                found.stubs, found.memory = found.stubs.following(before, book), None
            own = (found.stubs.size_bytes - book.size_bytes for found in self._scopes.values())
            self.stub_bytes = sum(own)

    def set_stubs(self, scope: str, book: StubBook) -> None:
        """Put others in their place."""
        found = self._scope(scope)
        self.stub_bytes += book.size_bytes - found.stubs.size_bytes
        found.stubs, found.memory = book, None

    def reset(self, scope: str) -> None:
        """Forget the scope, but for runs that are still in flight."""
        found = self._scopes.pop(scope, None)
        if found is not None:
            self.stub_bytes -= found.stubs.size_bytes - self.initial_stubs.size_bytes
        for api, service in found.services.items() if found else ():
            if service.in_flight:
                fresh = ServiceState(self.initial.get(api, _NO_COLLECTIONS), self.record_limit)
                fresh.in_flight |= service.in_flight
                self._scope(scope).services[api] = fresh
        self.watchers.tell(scope)

    def changed(self, apis: Set[str]) -> Iterator[tuple[str, str, int, Collections]]:
        """By scope and service, of these: how often it was changed, its collections that were."""
        for scope, found in self._scopes.items():
            for api, service in found.services.items():
                if service.changed and api in apis:
                    own = {name: dict(records) for name, records in service.changed.items()}
                    yield scope, api, service.snapshot.sequence, own

    def restore(self, scope: str, api: str, sequence: int, collections: Collections) -> None:
        """Let a service in a scope be as `changed` told of it."""
        found = self._scope(scope)
        initial = self.initial.get(api, _NO_COLLECTIONS)
        service = found.services[api] = ServiceState(initial, self.record_limit)
        service.restore(sequence, collections)
        for name, records in collections.items():
            for id_, record in records.items():
                if (size := len(dump(record))) > LARGE_BYTES:
                    self._weigh(found, api, (Put(name, id_, record),), size)

    def _weigh(self, found: _Scope, api: str, effects: Iterable[Effect], size_bytes: int) -> None:
        """Note what is large, and let the oldest go: of this scope, of others, what is new."""
        self._large_bytes += found.weighed.note(api, effects, size_bytes)
        if self._large_bytes <= self.limit_bytes:
            return
        # Some is gone by now. More goes than must, or each request would have to weigh all.
        scopes = self._scopes.values()
        left = sum([each.weighed.large_bytes() for each in scopes])
        for each, spared in ((found, 1), *((other, 0) for other in scopes if other is not found)):
            left -= each.weighed.shed(left - self.limit_bytes * 9 // 10, each.remove, spared)
        left -= found.weighed.shed(left - self.limit_bytes, found.remove, 0)
        self._large_bytes = left

    def _scope(self, name: str) -> _Scope:
        found = self._scopes.get(name)
        if found is None:
            weighed = Weighed(deque(maxlen=self.record_limit))
            state = ScopeState(self.initial_faults)
            found = _Scope(state, self.initial_stubs, weighed=weighed)
            self._scopes[name] = found
        return found
