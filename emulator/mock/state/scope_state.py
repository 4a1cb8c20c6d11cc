"""The state of a scope beside its services: fault rules, counts, last responses."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from emulator.faults.base import Fault
from emulator.http.messages import AnyResponse
from emulator.mock.fault_rules.book import FaultBook, RuleCounts, RuleTried
from emulator.mock.state.counts import RequestCounts

K = TypeVar("K")
V = TypeVar("V")

#: Exchanges of a scope whose faults are kept; the oldest go first.
INJECTION_LIMIT = 10_000

#: Different requests of a scope, and logical calls of a rule, that are counted; those that were
#: not seen for the longest time go first.
COUNT_LIMIT = 10_000

#: Operations of a scope whose last response is kept; the oldest go first.
RESPONSE_LIMIT = 100


class RequestSeen(msgspec.Struct, frozen=True, gc=False):
    """Effect: a request with this digest came once more."""

    digest: str


class CallAttempted(msgspec.Struct, frozen=True, gc=False):
    """Effect: a logical call of an operation was attempted, whatever came of it."""

    operation: str
    call: str


class FaultsInjected(msgspec.Struct, frozen=True, gc=False):
    """Effect: these faults were selected. `exchange` names the exchange in every run.

    `skipped` are the reasons of those that could not be applied, by name.
    """

    exchange: str
    request: str
    faults: tuple[Fault, ...]
    skipped: Mapping[str, str] = {}


#: Every effect on a scope that is none of a service's own.
ScopeEffect = RequestSeen | RuleTried | CallAttempted | FaultsInjected


@dataclass(slots=True)
class ScopeState:
    """The state of a scope beside its services."""

    faults: FaultBook
    seen: RequestCounts = field(default_factory=RequestCounts)
    rule_counts: dict[str, RuleCounts] = field(default_factory=dict)
    calls: OrderedDict[tuple[str, str, str], int] = field(default_factory=OrderedDict)
    injections: deque[FaultsInjected] = field(default_factory=lambda: deque(maxlen=INJECTION_LIMIT))
    responses: OrderedDict[str, AnyResponse] = field(default_factory=OrderedDict)

    def apply(self, api: str, effect: ScopeEffect) -> None:
        """Apply one effect; the oldest of its kind goes where there are too many."""
        match effect:
            case RequestSeen(digest):
                _count(self.seen, digest)
            case RuleTried(rule, call, spent):
                counts = self.rule_counts.setdefault(rule, RuleCounts())
                counts.number += 1
                _count(counts.calls, call)
                if spent is not None:
                    _keep(counts.usages, *spent, COUNT_LIMIT)
            case CallAttempted(operation, call):
                named = (api, operation, call)
                _keep(self.calls, named, self.calls.get(named, 0) + 1, COUNT_LIMIT)
            case FaultsInjected():
                self.injections.append(effect)
                self._count_faults(effect)

    def _count_faults(self, effect: FaultsInjected) -> None:
        for fault in effect.faults:
            counts = self.rule_counts.get(fault.rule)
            if counts is not None and fault.name in effect.skipped:
                counts.missed = effect.skipped[fault.name]
            elif counts is not None:
                counts.injected += 1

    def use_faults(self, book: FaultBook) -> None:
        """Replace the fault rules; one that was not among the old has not been tried yet."""
        known = {"", *(rule.id for rule in book.rules if self.faults.rule(rule.id) is rule)}
        self.rule_counts = {id_: counts for id_, counts in self.rule_counts.items() if id_ in known}
        self.faults = book


def _count(counts: OrderedDict[K, int], key: K) -> None:
    """Once more; what was not counted for the longest time is the oldest."""
    _keep(counts, key, counts.pop(key, 0) + 1, COUNT_LIMIT)


def _keep(kept: OrderedDict[K, V], key: K, value: V, limit: int) -> None:
    """Keep one more value; where that is too many, the oldest goes."""
    kept[key] = value
    if len(kept) > limit:
        kept.popitem(last=False)
