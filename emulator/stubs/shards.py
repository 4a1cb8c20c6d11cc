"""A mapping that is a value, and cheap to change: a changed one shares most with the one before."""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
G = TypeVar("G", bound=tuple[Any, ...])

#: Dicts in one mapping: a change copies one of them, so that ten thousand keys cost what eighty do.
_COUNT = 128

_NOTHING: list[dict[Any, Any]] = [{}] * _COUNT


class Shards(Generic[K, V]):
    """Keys with their values in no order; `len` is their number."""

    __slots__ = ("_parts", "_size")

    def __init__(self) -> None:
        self._parts: list[dict[K, V]] = _NOTHING
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[K]:
        return (key for part in self._parts for key in part)

    def get(self, key: K) -> V | None:
        """The value of a key, None where there is none."""
        return self._parts[hash(key) % _COUNT].get(key)

    def found(self, keys: Iterable[K]) -> list[V]:
        """The values of those of the keys that there are."""
        parts = self._parts
        values = [parts[hash(key) % _COUNT].get(key) for key in keys]
        return [value for value in values if value is not None]

    def values(self) -> Iterator[V]:
        """Every value."""
        return (value for part in self._parts for value in part.values())

    def changed(self, changes: Mapping[K, V | None]) -> "Shards[K, V]":
        """This mapping with other values; a key whose value is None is gone."""
        if not changes:
            return self
        changed: Shards[K, V] = Shards()
        parts, own, size = list(self._parts), set(), self._size
        for key, value in changes.items():
            place = hash(key) % _COUNT
            if place not in own:
                own.add(place)
                parts[place] = dict(parts[place])
            part = parts[place]
            size -= key in part
            if value is None:
                part.pop(key, None)
            else:
                part[key] = value
                size += 1
        changed._parts, changed._size = parts, size
        return changed


def regrouped(
    groups: Shards[K, tuple[G, ...]], gone: Iterable[tuple[K, G]], come: Iterable[tuple[K, G]]
) -> Shards[K, tuple[G, ...]]:
    """Sorted groups, less some members and with others; a group without any is gone."""
    members: dict[K, list[G]] = {}
    left: dict[K, set[int]] = {}
    for key, member in gone:
        left.setdefault(key, set()).add(id(member))
    for key, ids in left.items():
        members[key] = [each for each in groups.get(key) or () if id(each) not in ids]
    for key, member in come:
        if key not in members:
            members[key] = list(groups.get(key) or ())
        insort(members[key], member)
    return groups.changed({key: tuple(group) or None for key, group in members.items()})
