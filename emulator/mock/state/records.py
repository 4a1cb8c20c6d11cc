"""The records of one collection: by id in the order they came, and by the values of fields."""

from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from emulator.http.late import Late
from emulator.http.messages import Json

#: Records kept in a collection of a scope, unless a setting says so; the oldest go first.
RECORD_LIMIT = 10_000

#: Records by id, for each combination of values.
_Index: TypeAlias = dict[tuple[Json, ...], dict[str, Json]]

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_ABSENT = object()


class Records(OrderedDict[str, Json]):
    """Records by id. What finds them by fields is made when it is first asked for, and kept.

    `worked_out` is what was worked out from all of them, forgotten when one changes.

    A plain dict would take longer and longer to find its first key as the oldest ones are removed.
    """

    def __init__(self, records: Mapping[str, Json] = _NOTHING, limit: int = RECORD_LIMIT) -> None:
        super().__init__(records)
        self.worked_out: dict[Json, Json] = {}
        self._limit = limit
        self._indexes: dict[tuple[str, ...], _Index] = {}

    def having(self, fields: tuple[str, ...], values: tuple[Json, ...]) -> Mapping[str, Json]:
        """The records whose fields have these values, by id, in the order of all records."""
        index = self._indexes.get(fields)
        if index is None:
            index = self._indexes[fields] = {}
            for id_, record in self.items():
                _add(index, _key(record, fields), id_, record)
        return index.get(values, _NOTHING)

    def put(self, id_: str, record: Json) -> None:
        """Keep a record, in place of the one with its id; if too many, the first goes."""
        if self.worked_out:
            self.worked_out.clear()
        if self._indexes:
            self._index(id_, self.get(id_, _ABSENT), record)
        self[id_] = record
        if len(self) > self._limit:
            self.remove(next(iter(self)))

    def remove(self, id_: str) -> None:
        """Remove a record, if it is there."""
        record = self.pop(id_, _ABSENT)
        if record is not _ABSENT:
            self.worked_out.clear()
            for fields, index in self._indexes.items():
                _drop(index, _key(record, fields), id_)

    def _index(self, id_: str, before: Json, record: Json) -> None:
        for fields, index in tuple(self._indexes.items()):
            key = _key(record, fields)
            if before is _ABSENT or (old := _key(before, fields)) == key:
                _add(index, key, id_, record)
            elif not index.get(key):
                _drop(index, old, id_)
                _add(index, key, id_, record)
            else:
                # It belongs somewhere among the others now: made again when it is asked for.
                del self._indexes[fields]


class LateRecords(Records):
    """Records of which some are made when somebody reads them."""

    _late: bool = False

    def put_late(self, id_: str, record: Late) -> None:
        """Keep a record that is still to be made; one that has to be found by fields is now."""
        if self._indexes:
            self.put(id_, record.made())
            return
        if self.worked_out:
            self.worked_out.clear()
        self[id_] = record
        self._late = True
        if len(self) > self._limit:
            self.remove(next(iter(self)))

    def get(self, id_: str, default: Json = None) -> Json:
        """One record."""
        if id_ not in self:
            return default
        return self[id_]

    def __getitem__(self, id_: str) -> Json:
        record = super().__getitem__(id_)
        if isinstance(record, Late):
            record = self[id_] = record.made()
        return record

    def values(self) -> Any:
        """Every record."""
        self._make()
        return super().values()

    def items(self) -> Any:
        """Every record by its id."""
        self._make()
        return super().items()

    def __eq__(self, other: object) -> bool:
        self._make()
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as that of any dict

    def remove(self, id_: str) -> None:
        """Remove a record, if it is there; it is not made for that."""
        if self._indexes:
            super().remove(id_)
        elif id_ in self:
            self.worked_out.clear()
            del self[id_]

    def _make(self) -> None:
        if self._late:
            self._late = False
            for id_ in self:
                record = super().__getitem__(id_)
                if isinstance(record, Late):
                    self[id_] = record.made()


def _add(index: _Index, key: tuple[Json, ...], id_: str, record: Json) -> None:
    found = index.get(key)
    if found is None:
        index[key] = {id_: record}
    else:
        found[id_] = record


def _drop(index: _Index, key: tuple[Json, ...], id_: str) -> None:
    found = index.get(key)
    if found is not None and found.pop(id_, None) is not None and not found:
        del index[key]


def _key(record: Json, fields: tuple[str, ...]) -> tuple[Json, ...]:
    """The values of the fields; of what can't be compared by a hash, the record's own."""
    key = tuple([record.get(name, _ABSENT) for name in fields]) if isinstance(record, dict) else ()
    try:
        hash(key)
    except TypeError:
        return (id(record), _ABSENT)
    return key
