"""What large records and executions weigh, and which of them go where that is too much.

What is small is bounded by its number alone, so that most requests weigh nothing.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from emulator.mock.state.store import Effect, Execute, Put

#: Executions kept in a scope's ledger; the oldest go first.
LEDGER_LIMIT = 10_000

#: What is larger than this is weighed.
LARGE_BYTES = 4_096


class Removes(Protocol):
    """What removes a record of a service by its collection and id."""

    def __call__(self, api: str, collection: str, id_: str) -> None:
        """Remove it, if it is there."""
        ...


@dataclass(slots=True)
class Weighed:
    """The ledger of a scope, and what its large records weigh, by service, collection and id.

    Some of those records may be gone.
    """

    ledger: deque[Execute] = field(default_factory=lambda: deque(maxlen=LEDGER_LIMIT))
    large_records: OrderedDict[tuple[str, str, str], int] = field(default_factory=OrderedDict)

    def note(self, api: str, effects: Iterable[Effect], size_bytes: int) -> int:
        """Note what is large of the effects of a request of this size; gives what that adds."""
        added, large = 0, size_bytes > LARGE_BYTES
        for effect in effects:
            if isinstance(effect, Put):
                record = api, effect.collection, effect.id
                added -= self.large_records.pop(record, 0)
                if large:
                    self.large_records[record] = size_bytes
            if large and isinstance(effect, (Put, Execute)):
                added += size_bytes
        return added

    def large_bytes(self) -> int:
        """What everything large in it weighs."""
        executed = [each.size_bytes for each in self.ledger if each.size_bytes > LARGE_BYTES]
        return sum(executed) + sum(self.large_records.values())

    def shed(self, size_bytes: int, remove: Removes, spared: int) -> int:
        """Let the oldest go, so much at least, but so many of each kind; gives how much went."""
        shed, large = 0, sum([each.size_bytes > LARGE_BYTES for each in self.ledger])
        while shed < size_bytes and large > spared:
            size = self.ledger.popleft().size_bytes
            if size > LARGE_BYTES:
                shed, large = shed + size, large - 1
        while shed < size_bytes and len(self.large_records) > spared:
            record, size = self.large_records.popitem(last=False)
            remove(*record)
            shed += size
        return shed
