"""What is remembered of a scope beside its services: faults, counts, what was answered last."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from emulator.faults.base import Answer, Fault
from emulator.mock.fault_rules.book import FaultBook, Tried, Tries

K = TypeVar("K")
V = TypeVar("V")

#: Exchanges of a scope whose faults are kept; the oldest go first.
STRUCK_LIMIT = 10_000

#: Different requests of a scope, and logical calls of a rule, that are counted; those that were
#: not seen for the longest time go first.
COUNT_LIMIT = 10_000

#: Operations of a scope whose last answer is kept; the oldest go first.
ANSWER_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """Effect: a request with this digest came once more."""

    digest: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Effect: an operation was asked for a logical call, whatever came of it."""

    operation: str
    call: str


@dataclass(frozen=True, slots=True)
class Struck:
    """Effect: it was these faults' turn. `exchange` names the exchange in every run.

    `missed` are the reasons of those that could not strike, by name.
    """

    exchange: str
    request: str
    faults: tuple[Fault, ...]
    missed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """Effect: this is what an operation has answered last."""

    operation: str
    answer: Answer


#: Every kind of effect that is no service's own.
Note = Seen | Tried | Ask | Struck | Answered


@dataclass(slots=True)
class Notes:
    """What is remembered of a scope beside its services."""

    faults: FaultBook
    seen: OrderedDict[str, int] = field(default_factory=OrderedDict)
    tries: dict[str, Tries] = field(default_factory=dict)
    calls: OrderedDict[tuple[str, str, str], int] = field(default_factory=OrderedDict)
    struck: deque[Struck] = field(default_factory=lambda: deque(maxlen=STRUCK_LIMIT))
    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)

    def take(self, api: str, effect: Note) -> None:
        """Write one down; the oldest of its kind goes where there are too many."""
        match effect:
            case Seen(digest):
                _count(self.seen, digest)
            case Tried(rule, call, spent):
                tries = self.tries.setdefault(rule, Tries())
                tries.number += 1
                _count(tries.calls, call)
                if spent is not None:
                    _keep(tries.usages, *spent, COUNT_LIMIT)
            case Ask(operation, call):
                named = (api, operation, call)
                _keep(self.calls, named, self.calls.get(named, 0) + 1, COUNT_LIMIT)
            case Struck():
                self.struck.append(effect)
            case Answered(operation, answer):
                _keep(self.answers, operation, answer, ANSWER_LIMIT)

    def use(self, book: FaultBook) -> None:
        """Another book; a rule that was not in the old one has not been tried yet."""
        known = ["", *(rule.id for rule in book.rules if self.faults.rule(rule.id) is rule)]
        self.tries = {id_: tries for id_, tries in self.tries.items() if id_ in known}
        self.faults = book


def _count(counts: OrderedDict[str, int], key: str) -> None:
    """Once more; what was not counted for the longest time is the oldest."""
    _keep(counts, key, counts.pop(key, 0) + 1, COUNT_LIMIT)


def _keep(kept: OrderedDict[K, V], key: K, value: V, limit: int) -> None:
    """Keep one more value; where that is too many, the oldest goes."""
    kept[key] = value
    if len(kept) > limit:
        kept.popitem(last=False)
