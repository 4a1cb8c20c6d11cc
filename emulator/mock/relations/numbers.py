"""Numbers in order: a least is at most the most, a part at most the whole."""

from decimal import Decimal

from emulator.http.messages import Json
from emulator.mock.relations.draft import Draft
from emulator.mock.relations.table import ORDERED, PARTS
from emulator.schema.spelling import members_by_plain_name, parts_of, plain

_NUMBERS = (int, float, Decimal)
_GREATER: dict[str, list[str]] = {}
for _less, _more in ORDERED:
    _GREATER.setdefault(_less, []).append(_more)
_WHOLES: dict[str, list[str]] = {}
for _less, _more in PARTS:
    _WHOLES.setdefault(_less, []).append(_more)

Pairs = tuple[tuple[str, str], ...]


def ordered_members(names: tuple[str, ...]) -> Pairs:
    """The pairs of members of which the first is at most the second."""
    known = members_by_plain_name(names)
    found: dict[tuple[str, str], None] = {}
    for name in names:
        parts = parts_of(name)
        for number, part in enumerate(parts):
            for more in _GREATER.get(part, ()):
                other = known.get("".join((*parts[:number], more, *parts[number + 1 :])))
                if other is not None and other != name:
                    found[name, other] = None
        for whole in _WHOLES.get(plain(name), ()):
            if whole in known:
                found[name, known[whole]] = None
    return tuple(found)


def put_in_order(draft: Draft, record: dict[str, Json], pairs: Pairs, _: int) -> None:
    """Exchange what is in the wrong order; what the request decided stays."""
    for less, more in pairs:
        low, high = record[less], record[more]
        if low.__class__ not in _NUMBERS or high.__class__ not in _NUMBERS or low <= high:
            continue
        pinned = draft.pinned_in(record)
        if less in pinned:
            if more not in pinned:
                draft.put(record, more, low)
        elif more in pinned:
            draft.put(record, less, high)
        else:
            draft.put_all((record, less, high), (record, more, low))
