"""Lists: no two items have one id, and what counts them is right."""

from functools import lru_cache
from typing import Any

from emulator.http.messages import Json
from emulator.mock.relations.draft import Draft
from emulator.mock.relations.table import HERE, IN_ALL, LIMITS
from emulator.openapi.promises.routes import IDS
from emulator.schema.spelling import members_by_plain_name, plain, singular

_HEXADECIMAL = frozenset("0123456789abcdefABCDEF-")
_DIGITS, _LOWER = "0123456789", "abcdefghijklmnopqrstuvwxyz"
#: Tries at another id for one item.
_TRIES = 50


@lru_cache(maxsize=4096)
def id_members(names: tuple[str, ...], noun: str) -> tuple[str, ...]:
    """The members that tell the items of a list apart, by what the list is called."""
    return tuple(name for name in names if plain(name) in IDS or plain(name) == f"{noun}id")


def tell_apart(draft: Draft, items: list[Json], name: str) -> None:
    """Give the objects of a list different ids."""
    for member in id_members(tuple(items[0]), singular(plain(name))):
        seen: set[str] = set()
        for number, item in enumerate(items):
            value = item.get(member) if item.__class__ is dict else None
            if value.__class__ is not str and value.__class__ is not int:
                continue
            if str(value) in seen and member not in draft.pinned_in(item):
                tries = (_varied(value, number + each) for each in range(_TRIES))
                value = next((each for each in tries if str(each) not in seen), value)
                draft.put(item, member, value)
            seen.add(str(value))


def _varied(value: Any, number: int) -> Any:
    """Another value like this one: its last letters and digits count on, each in its kind."""
    if value.__class__ is int:
        return value + number
    low = "0123456789abcdef" if _HEXADECIMAL.issuperset(value) else None
    made = list(value)
    for place in range(len(made) - 1, -1, -1):
        if number == 0:
            break
        each = made[place]
        if low is not None and each in low:
            kind = low
        elif each in _DIGITS:
            kind = _DIGITS
        elif each in _LOWER:
            kind = _LOWER
        elif each in _LOWER.upper():
            kind = _LOWER.upper()
        else:
            continue
        number, rest = divmod(kind.index(each) + number, len(kind))
        made[place] = kind[rest]
    return "".join(made)


def counts_of(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Members that count a list beside them by its name: (`pet_count`, `pets`)."""
    known = members_by_plain_name(names)
    found = []
    for name in names:
        word = plain(name)
        for ends in (("", "count"), ("", "total"), ("numberof", ""), ("num", ""), ("total", "")):
            first, last = ends
            stem = word.removeprefix(first).removesuffix(last)
            if stem != word and word.startswith(first) and word.endswith(last) and stem:
                other = known.get(stem) or known.get(f"{stem}s")
                if other is not None:
                    found.append((name, other))
    return tuple(found)


def count_beside(
    draft: Draft, record: dict[str, Json], counts: tuple[tuple[str, str], ...], _: int
) -> None:
    """What counts a list by its name says how long it is."""
    for name, counted in counts:
        items, old = record[counted], record[name]
        if items.__class__ is list and old.__class__ is int and old != len(items):
            draft.put(record, name, len(items))


def counting_members(names: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """The members that count without a name: exactly, or at least."""
    words = ((name, plain(name)) for name in names)
    return tuple((n, word in HERE) for n, word in words if word in HERE | IN_ALL | LIMITS)


def count_only(
    draft: Draft, record: dict[str, Json], counting: tuple[tuple[str, bool], ...], _: int
) -> None:
    """What counts without a name counts the only list there is; of a record, no fewer."""
    lists = [each for each in record.values() if each.__class__ is list]
    if len(lists) != 1:
        return
    size = len(lists[0])
    for name, exact in counting:
        old = record[name]
        wrong = old.__class__ is int and (old < size or (exact and old != size))
        if wrong and name not in draft.pinned_in(record):
            draft.put(record, name, size)
