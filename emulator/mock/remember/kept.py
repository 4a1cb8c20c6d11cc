"""What a scope has of one kind of record: those at start, those made since, less those deleted."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from emulator.http.messages import Json
from emulator.mock.remember.fitting import Record
from emulator.mock.remember.kinds import RecordKind, named_in
from emulator.mock.state.records import Records
from emulator.mock.state.store import Put, Remove, Snapshot

#: The member of a nested record that says below which parents it is; no document has it.
_ABOVE = ""


class KeptRecords:
    """The records of one collection in a scope, in order: those at start, then those made."""

    __slots__ = ("_above", "_gone", "_kind", "_made", "_named", "_snapshot", "_start")

    def __init__(
        self, kind: RecordKind, snapshot: Snapshot, above: tuple[str, ...], now: datetime
    ) -> None:
        self._kind = kind
        self._above = above
        self._snapshot = snapshot
        emptied = snapshot.records(kind.emptied)
        there = not emptied or "/".join(above) not in emptied
        self._start = kind.at_start(above, now) if there else Records()
        self._gone = snapshot.records(kind.gone)
        self._named = snapshot.records(kind.named)
        if above:
            self._made = snapshot.having(kind.collection, (_ABOVE,), ("/".join(above),))
        else:
            self._made = snapshot.records(kind.collection)

    def get(self, key: str) -> Record | None:
        """The record that is kept or was there at start; None where there is none, or no longer."""
        found = self._made.get(key)
        if found is None and key not in self._gone:
            found = self._start.get(key)
        return _shown(found) if found is not None else None

    def was_made(self, key: str) -> bool:
        """Whether a client made the record, or changed it."""
        return key in self._made

    def was_deleted(self, key: str) -> bool:
        """Whether there was a record that a client deleted."""
        return key in self._gone and key not in self._made

    def has(self, member: str, value: Json, besides: str, *, at_start: bool) -> bool:
        """Whether another record has this value: one that was made, or one `at_start`, too."""
        if not isinstance(value, str | int | float):
            return False
        if self._above:
            where = "/".join(self._above)
            made = self._snapshot.having(self._kind.collection, (_ABOVE, member), (where, value))
        else:
            made = self._snapshot.having(self._kind.collection, (member,), (value,))
        if any(key != besides for key in made):
            return True
        start = self._start.having((member,), (value,)) if at_start else ()
        left = (key for key in start if key not in self._made and key not in self._gone)
        return any(key != besides for key in left)

    def __len__(self) -> int:
        there = sum(key not in self._gone or key in self._made for key in self._start)
        return there + len(self._made) - sum(key in self._made for key in self._start)

    def keys(self) -> Iterator[str]:
        """What the records are kept under, in order."""
        for key in self._start:
            if key in self._made or key not in self._gone:
                yield key
        yield from (key for key in self._made if key not in self._start)

    def records(self, first: int = 0, count: int | None = None) -> Iterator[Record]:
        """So many records from the one with this number on."""
        last = None if count is None else first + count
        for key in islice(self.keys(), first, last):
            found = self._made.get(key)
            yield _shown(self._start[key] if found is None else found)

    def put(self, key: str, record: Record, *, named: bool = False) -> tuple[Put | Remove, ...]:
        """What keeps a record from now on; `named` if a client chose the id of one not there."""
        back = (Remove(self._kind.gone, key),) if key in self._gone else ()
        name = (Put(self._kind.named, key, True),) if named else ()
        return (*back, *name, Put(self._kind.collection, key, placed(record, self._above)))

    def delete(self, key: str, below: Iterable[str] = ()) -> tuple[Put | Remove, ...]:
        """What deletes a record, and remembers that it was there.

        With it goes what is below, in these collections and everywhere else, unless nobody knew of
        the record but the client that chose its id, and nothing got an id below it.
        """
        with_all_below = self.get(key) is not None and key not in self._named
        for each in below:
            named = self._snapshot.records(named_in(each))
            made = self._snapshot.having(each, (_ABOVE,), (key,))
            with_all_below = with_all_below or any(other not in named for other in made)
        return Remove(self._kind.collection, key), Put(self._kind.gone, key, with_all_below)

    def replace(self, records: Mapping[str, Record]) -> Iterator[Put | Remove]:
        """What puts these in the place of all that there is, and of what was deleted."""
        where = "/".join(self._above)
        yield from (Remove(self._kind.collection, key) for key in self._made)
        for collection, keys in ((self._kind.gone, self._gone), (self._kind.named, self._named)):
            here = (key for key in keys if not where or key.startswith(f"{where}/"))
            yield from (Remove(collection, key) for key in here)
        yield Put(self._kind.emptied, where, True)
        for key, record in records.items():
            yield Put(self._kind.collection, key, placed(record, self._above))


def placed(record: Record, above: tuple[str, ...]) -> Record:
    """A record as it is kept, with what it is below."""
    return {**record, _ABOVE: "/".join(above)} if above else record


def _shown(record: Json) -> Record:
    if _ABOVE in record:
        return {name: value for name, value in record.items() if name != _ABOVE}
    return record  # type: ignore[no-any-return]
