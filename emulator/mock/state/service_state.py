"""One service in one scope: what changes of it while the emulator serves."""

from collections import OrderedDict

from emulator.http.rate_limits import Usage
from emulator.mock.state.records import LateRecords, Records
from emulator.mock.state.store import (
    Collections,
    Effect,
    Hold,
    Put,
    Remove,
    Snapshot,
    Spend,
)


class ServiceState:
    """One service in one scope: the snapshot that requests see, and what may change of it."""

    __slots__ = ("changed", "collections", "in_flight", "limit", "snapshot", "usages")

    def __init__(self, initial: Collections, limit: int) -> None:
        self.limit = limit
        self.in_flight: set[str] = set()
        self.collections = dict(initial)
        #: The collections that are this scope's own; the others are as at start, for all scopes.
        self.changed: dict[str, Records] = {}
        self.usages: OrderedDict[str, Usage] = OrderedDict()
        self.snapshot = Snapshot(self.in_flight, self.collections, 0, self.usages)

    @property
    def is_new(self) -> bool:
        """Whether it is as at start."""
        return not (self.in_flight or self.changed or self.snapshot.sequence or self.usages)

    def change(self, effect: Effect) -> None:
        """Take in one effect; what never shows in a record leaves the ids to come as they are."""
        if type(effect) is Put:
            self.snapshot.sequence += 1
            records = self.changed.get(effect.collection)
            if effect.late:
                if type(records) is not LateRecords:
                    records = self._late_collection(effect.collection)
                records.put_late(effect.id, effect.record)
                return
            if records is None:
                records = self.collection(effect.collection)
            records.put(effect.id, effect.record)
        elif type(effect) is Spend:
            usages = self.usages
            usages[effect.key] = effect.usage
            if len(usages) > self.limit:
                usages.popitem(last=False)
        elif type(effect) is Hold:
            self.in_flight.add(effect.key)
        else:
            self.snapshot.sequence += 1
            if type(effect) is Remove:
                self.collection(effect.collection).remove(effect.id)

    def restore(self, sequence: int, collections: Collections) -> None:
        """Be as after so many changes, with these collections instead of those at start."""
        for name, records in collections.items():
            found = self.changed[name] = self.collections[name] = Records(limit=self.limit)
            for id_, record in records.items():
                found.put(id_, record)
        self.snapshot.sequence = sequence

    def collection(self, name: str) -> Records:
        """A collection to change: a copy of the initial one, made when it is first changed."""
        found = self.changed.get(name)
        if found is None:
            found = self.changed[name] = Records(self.collections.get(name, {}), self.limit)
            self.collections[name] = found
        return found

    def _late_collection(self, name: str) -> LateRecords:
        """A collection to put records in that are still to be made."""
        found = self.changed[name] = LateRecords(self.collections.get(name, {}), self.limit)
        self.collections[name] = found
        return found
