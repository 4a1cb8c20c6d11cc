"""The state of scopes: snapshots out, effects in."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec

from emulator.http.messages import AnyResponse, Json
from emulator.http.rate_limits import Usage
from emulator.mock.fault_rules.book import NO_FAULTS, FaultBook, RuleCounts
from emulator.mock.state.counts import RequestCounts
from emulator.mock.state.events import Deliver, Emit, Withdraw
from emulator.mock.state.records import Records
from emulator.mock.state.scope_state import FaultsInjected, ScopeEffect
from emulator.schema.chance import RequestKey
from emulator.stubs.book import StubBook

#: Records of one service: by collection, then by id. Records are never changed, only replaced.
Collections = Mapping[str, Mapping[str, Json]]


def fresh_id(prefix: str, sequence: int, length: int = 12) -> str:
    """An id that no record of a scope has after so many changes."""
    return prefix + hashlib.sha256(f"{prefix}\0{sequence}".encode()).hexdigest()[:length]


class Hold(msgspec.Struct, frozen=True, gc=False):
    """Effect: this key is in flight until the response is delivered, or the client has left."""

    key: str


class Put(msgspec.Struct, frozen=True, gc=False):
    """Effect: this record is there from now on, in place of the one with its id.

    One that is `late` is made when somebody reads it.
    """

    collection: str
    id: str
    record: Json
    late: bool = False


class Remove(msgspec.Struct, frozen=True, gc=False):
    """Effect: this record is gone."""

    collection: str
    id: str


class Execute(msgspec.Struct, gc=False):
    """Effect: a tool did what it does, once; where, when and what it weighs is noted in it.

    `named` is the logical call that it belongs to, where the client names one; otherwise it is a
    call of its own, after `sequence` changes.
    """

    tool: str
    side_effect: str
    arguments: Json
    caller: str
    named: str
    sequence: int = 0
    api: str = ""
    at: datetime = datetime.min
    size_bytes: int = 0

    @property
    def call(self) -> str:
        """The logical call; its id is made for whoever reads it."""
        return self.named or fresh_id("call_", self.sequence)


class Spend(msgspec.Struct, frozen=True, gc=False):
    """Effect: so much of a limit is spent by now, of what the key counts."""

    key: str
    usage: Usage


class Enter(msgspec.Struct, frozen=True, gc=False):
    """Effect: a scenario is in this state from now on."""

    scenario: str
    state: str


#: Every effect on a service, and every kind of effect.
ServiceEffect = Put | Spend | Execute | Remove | Hold | Emit | Deliver | Withdraw
Effect = ServiceEffect | ScopeEffect | Enter
#: The types of effects on a service: `isinstance` asks the metaclass of a struct, which takes ten
#: times as long as a look at `type`.
SERVICE_EFFECTS = frozenset((Put, Spend, Execute, Remove, Hold, Emit, Deliver, Withdraw))


class LogicalCall(msgspec.Struct, frozen=True, gc=False):
    """What a client means to happen once, and how often it was attempted."""

    api: str
    operation: str
    call: str
    attempts: int


class Snapshot(msgspec.Struct):
    """What a request may know of one service in its scope, until effects are applied to it.

    `in_flight` are keys of runs not yet answered; `sequence` counts the changes so far, so that
    ids made from it are fresh and yet the same in every run. `usages` of limits are by their keys.
    """

    in_flight: Set[str] = frozenset()
    collections: Collections = {}
    sequence: int = 0
    usages: Mapping[str, Usage] = {}

    def having(
        self, collection: str, fields: tuple[str, ...], values: tuple[Json, ...]
    ) -> Mapping[str, Json]:
        """The records of a collection whose fields have these values: by id, found by an index."""
        records = self.collections.get(collection)
        if not isinstance(records, Records):
            records = Records(records or {})
        return records.having(fields, values)

    def worked_out(self, collection: str) -> dict[Json, Json]:
        """What was worked out from the records of a collection, kept until one of them changes."""
        records = self.collections.get(collection)
        return records.worked_out if isinstance(records, Records) else {}

    def records(self, collection: str) -> Mapping[str, Json]:
        """The records of a collection by id, in the order they came."""
        return self.collections.get(collection, {})

    def stored(self, collection: str) -> list[Json]:
        """The records of a collection as a list, as templates ask for them."""
        return list(self.records(collection).values())


#: A service that nothing is known of.
EMPTY = Snapshot()


@dataclass(frozen=True, slots=True)
class Memory:
    """What a request may know of its scope: each service by its name, and what is common to all.

    `stubs` is None where there are none. It is `plain` where nothing was set that answers or faults
    requests in front of the services.
    """

    scope: str = "default"
    service: Callable[[str], Snapshot] = lambda _: Snapshot()
    faults: FaultBook = NO_FAULTS
    seen: RequestCounts = field(default_factory=RequestCounts)
    rule_counts: Mapping[str, RuleCounts] = field(default_factory=dict)
    responses: Mapping[str, AnyResponse] = field(default_factory=dict)
    stubs: StubBook | None = None
    plain: bool = field(init=False)

    def __post_init__(self) -> None:
        plain = self.stubs is None and not self.faults.rules and self.faults.replay is None
        object.__setattr__(self, "plain", plain)


@dataclass(slots=True)
class Watchers:
    """What to call after each change, by scope; after one in any, by no name."""

    calls: dict[str, list[Callable[[], None]]] = field(default_factory=dict)

    def watch_all(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change in any scope, until what this returns is called."""
        return self.watch("", changed)

    def watch(self, scope: str, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change in the scope, until what this returns is called."""
        self.calls.setdefault(scope, []).append(changed)

        def leave() -> None:
            calls = self.calls[scope]
            calls.remove(changed)
            if not calls:
                del self.calls[scope]

        return leave

    def tell(self, scope: str) -> None:
        """Something has changed in the scope."""
        for changed in (*self.calls.get(scope, ()), *self.calls.get("", ())):
            changed()


class StubLimits(msgspec.Struct, frozen=True):
    """How many stubs a scope may have, and how much those of all scopes may hold."""

    count: int = 10_000
    size_bytes: int = 256_000_000


class Store(Protocol):
    """What the emulator needs of a store. Scopes can't see one another, nor can services.

    `initial_stubs` are those that every scope begins with; `stub_bytes` is what scopes have put in
    their place or beside them. Its `watchers` hear of every change. A collection of a scope has
    `record_limit` records at most.
    """

    initial_stubs: StubBook
    stub_limits: StubLimits
    stub_bytes: int
    watchers: Watchers
    record_limit: int

    def memory(self, scope: str) -> Memory:
        """What a request may know of a scope now."""
        ...

    def admits(self, scope: str) -> bool:
        """Whether something may be remembered of this scope."""
        ...

    def apply(
        self, scope: str, api: str, effects: Iterable[Effect], now: datetime, size_bytes: int = 0
    ) -> list[Deliver | Withdraw]:
        """Apply the effects of one response, before it is sent; gives those on webhooks.

        What they keep is no larger than the request, of `size_bytes`.
        """
        ...

    def answered(self, scope: str, key: RequestKey, operation: str, response: AnyResponse) -> None:
        """Count a request by its key; the response is the last one of the operation, if any."""
        ...

    def release(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """End what only lasted while the response was being sent."""
        ...

    def executions(self, scope: str) -> tuple[Execute, ...]:
        """The scope's ledger, oldest first."""
        ...

    def calls(self, scope: str) -> tuple[LogicalCall, ...]:
        """The logical calls of the scope, the first attempted first."""
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

    def injections(self, scope: str) -> tuple[FaultsInjected, ...]:
        """Every fault injection of the scope, oldest first."""
        ...

    def stubs(self, scope: str) -> StubBook:
        """The scope's stubs, with the states of its scenarios."""
        ...

    def use_stubs(self, book: StubBook) -> None:
        """Begin every scope with other stubs, those that have begun as well."""
        ...

    def set_stubs(self, scope: str, book: StubBook) -> None:
        """Put others in their place."""
        ...

    def reset(self, scope: str) -> None:
        """Forget everything the scope did: it is as it was at start."""
        ...
