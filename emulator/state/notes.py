"""What is remembered of a scope beside its services: faults, counts, what was answered last."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TypeVar

from emulator.faults.base import Answer, Fault
from emulator.faults.book import FaultBook, Tried, Tries

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
class Struck:
    """Effect: an exchange met these faults. `exchange` names it in every run."""

    exchange: str
    request: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """Effect: this is what an operation has answered last."""

    operation: str
    answer: Answer


#: Every kind of effect that is no service's own.
Note = Seen | Tried | Struck | Answered


@dataclass(slots=True)
class Notes:
    """What is remembered of a scope beside its services."""

    faults: FaultBook
    seen: OrderedDict[str, int] = field(default_factory=OrderedDict)
    tries: dict[str, Tries] = field(default_factory=dict)
    struck: deque[Struck] = field(default_factory=lambda: deque(maxlen=STRUCK_LIMIT))
    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)

    def take(self, effect: Note) -> None:
        """Write one down; the oldest of its kind goes where there are too many."""
        match effect:
            case Seen(digest):
                _keep(self.seen, digest, self.seen.get(digest, 0) + 1, COUNT_LIMIT)
            case Tried(rule, call, spent):
                tries = self.tries.setdefault(rule, Tries())
                tries.number += 1
                _keep(tries.calls, call, tries.calls.get(call, 0) + 1, COUNT_LIMIT)
                if spent is not None:
                    _keep(tries.usages, *spent, COUNT_LIMIT)
            case Struck():
                self.struck.append(effect)
            case Answered(operation, answer):
                _keep(self.answers, operation, answer, ANSWER_LIMIT)

    def use(self, book: FaultBook) -> None:
        """Another book; a rule that was not in the old one has not been tried yet."""
        known = ["", *(rule.id for rule in book.rules if self.faults.rule(rule.id) is rule)]
        self.tries = {id_: tries for id_, tries in self.tries.items() if id_ in known}
        self.faults = book


def _keep(kept: OrderedDict[str, V], key: str, value: V, limit: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > limit:
        kept.popitem(last=False)
