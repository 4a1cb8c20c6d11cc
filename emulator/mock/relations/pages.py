"""What is said of a page: how many items, which page, and whether there are more."""

from collections.abc import Iterable
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
    PAGING,
)
from emulator.schema.spelling import plain

_OF_PAGES = PAGE_OBJECTS | IN_ALL | HERE | PAGES | PAGE_COUNTS | OFFSETS | MORE | FORTH | LIMITS


def page(
    draft: Draft, background: Background, place: Place, records: list[dict[str, Json]]
) -> None:
    """What is said of a page is true: the last, with all that came before it."""
    limit, number, before = _wanted(background, len(place.items))
    size = len(place.items)
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


def asks_for_page(query: Iterable[str]) -> bool:
    """Whether one of these parameters of a query says which page, or how many items."""
    return any(plain(name) in PAGING for name in query)


def is_page(value: Json) -> bool:
    """Whether a value is a list, or has one that is paged: it speaks of that, or is no record."""
    if value.__class__ is not dict:
        return value.__class__ is list
    lists = sum(each.__class__ is list for each in value.values())
    alone = lists == 1 and "id" not in value
    return alone or (lists > 0 and any(plain(name) in _OF_PAGES for name in value))


def turn(draft: Draft, background: Background, place: Place) -> None:
    """Leave of a list that is whole the items of the page that is asked for."""
    limit, _, before = _wanted(background, len(place.items))
    items = place.items[before : before + limit if limit else None]
    if len(items) < len(place.items):
        draft.put(place.on, place.name, items)


def _wanted(background: Background, size: int) -> tuple[int | None, int | None, int]:
    """The limit and the number of the page that is asked for, and how many items come before it.

    Without a limit, pages have this `size`.
    """
    asked = {plain(name): value for name, value in background.query.items()}
    limit, number, skipped = (_asked(asked, names) for names in (ASKED_LIMITS, PAGES, OFFSETS))
    before = skipped or 0
    if not before and number and number > 1:
        before = (number - 1) * (limit or size)
    return limit, number, before


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
