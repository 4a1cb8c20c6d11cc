"""What is said of a page: how many items, which page, and whether there are more."""

from typing import NamedTuple

from emulator.http.messages import Json
from emulator.mock.relations.background import Background
from emulator.mock.relations.draft import GONE, Draft
from emulator.mock.relations.shape import Place
from emulator.mock.relations.table import (
    ASKED_LIMITS,
    BACK,
    BEFORE,
    FORTH,
    HERE,
    IN_ALL,
    LIMITS,
    MORE,
    OFFSETS,
    PAGE_COUNTS,
    PAGE_OBJECTS,
    PAGES,
)
from emulator.schema.spelling import plain


def page(
    draft: Draft, background: Background, place: Place, records: list[dict[str, Json]]
) -> None:
    """What is said of a page is true: the last, with all that came before it."""
    asked = {plain(name): value for name, value in background.query.items()}
    limit, number, skipped = (_asked(asked, names) for names in (ASKED_LIMITS, PAGES, OFFSETS))
    size = len(place.items)
    before = skipped or 0
    if not before and number and number > 1:
        before = (number - 1) * (limit or size)
    says: tuple[tuple[frozenset[str], type, Json], ...] = (
        (HERE, int, size),
        (IN_ALL, int, before + size),
        (PAGES, int, 1 if number is None else number),
        (PAGE_COUNTS, int, max(number or 1, 1)),
        (OFFSETS, int, before),
        (MORE, bool, False),
        (BEFORE, bool, before > 0),
    )
    truth = _Truth(says, limit, size, FORTH if before else FORTH | BACK)
    for record in records:
        beside = (
            each
            for name, each in record.items()
            if each.__class__ is dict and plain(name) in PAGE_OBJECTS
        )
        for about in (record, *beside):
            if "id" not in about:
                _say(draft, about, truth)


class _Truth(NamedTuple):
    """What members of some names and kinds say; the limit; which links lead nowhere."""

    says: tuple[tuple[frozenset[str], type, Json], ...]
    limit: int | None
    size: int
    nowhere: frozenset[str]


def _say(draft: Draft, about: dict[str, Json], truth: _Truth) -> None:
    """Have the members of an object say what is true."""
    for name, old in list(about.items()):
        word, kind = plain(name), old.__class__
        if word in truth.nowhere:
            if old is not None:
                draft.put(about, name, GONE)
        elif word in LIMITS and kind is int:
            _put(draft, about, name, truth.limit or max(old, truth.size))
        else:
            for names, wanted, value in truth.says:
                if word in names and kind is wanted:
                    _put(draft, about, name, value)
                    break


def _put(draft: Draft, about: dict[str, Json], name: str, value: Json) -> None:
    if about[name] != value:
        draft.put(about, name, value)


def _asked(asked: dict[str, Json], names: frozenset[str]) -> int | None:
    """The whole number that a query parameter of one of these names has."""
    found = (asked[name] for name in asked if name in names)
    return next((each for each in found if each.__class__ is int and each >= 0), None)
