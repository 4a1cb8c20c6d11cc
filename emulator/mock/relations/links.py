"""Links that lead to the record they are in, or to the list."""

import re

from emulator.http.messages import Json
from emulator.mock.relations.background import Background
from emulator.mock.relations.draft import Draft
from emulator.mock.relations.lists import id_members
from emulator.mock.relations.shape import Place, records_of
from emulator.mock.relations.table import HREF, LINKS, REL, SELF
from emulator.openapi.promises.routes import Route, route_of
from emulator.schema.spelling import plain

Record = dict[str, Json]

#: Ids that need no escapes in a path.
_PLAIN = re.compile(r"[\w.~-]+", re.ASCII)


def link(
    draft: Draft, background: Background, route: Route, records: list[Record], place: Place | None
) -> None:
    """Have the record's `self` lead to it; each item's to that, and the list's to the list."""
    if not background.target or (not records and place is None):
        return
    if route.own is not None or place is not None:
        _lead(draft, background, records[:1] if place is not None else records, "")
    elif background.holds_records:
        url_id = _id(records, route)
        if url_id is not None:
            _lead(draft, background, records, f"/{url_id}")
    if place is not None and background.holds_records:
        for item in place.items:
            if item.__class__ is dict:
                url_id = _id([item], route)
                if url_id is not None:
                    _lead(draft, background, [item], f"/{url_id}")


def location_of(value: Json, background: Background) -> str | None:
    """The path of the record that a response speaks of, where it was made by this request."""
    route = route_of(background.template)
    if route.own is not None:
        return background.target
    found = _id(records_of(value, route.nouns), route) if background.holds_records else None
    return None if found is None else f"{background.target.rstrip('/')}/{found}"


def _id(records: list[Record], route: Route) -> str | None:
    """The id of a record as it stands in a path, None where that has nothing plain."""
    for record in reversed(records):
        for name in id_members(tuple(record), route.noun):
            value = record[name]
            if value.__class__ is int:
                return str(value)
            if value.__class__ is str and _PLAIN.fullmatch(value):
                return str(value)
    return None


def _lead(draft: Draft, background: Background, holders: list[Record], rest: str) -> None:
    """Have what is called self, there or in links, lead to the target and the rest."""
    for holder in holders:
        for name, member in list(holder.items()):
            if plain(name) in SELF:
                _put(draft, background, holder, name, rest)
            elif plain(name) in LINKS:
                _in_links(draft, background, member, rest)


def _in_links(draft: Draft, background: Background, links: Json, rest: str) -> None:
    if links.__class__ is dict:
        _lead(draft, background, [links], rest)
    elif links.__class__ is list:
        for each in links:
            if each.__class__ is dict and any(each[n] == "self" for n in each if plain(n) in REL):
                _put_href(draft, background, each, rest)


def _put_href(draft: Draft, background: Background, link_object: Record, rest: str) -> None:
    for name in list(link_object):
        if plain(name) in HREF:
            _put(draft, background, link_object, name, rest)


def _put(draft: Draft, background: Background, on: Record, name: str, rest: str) -> None:
    """Have a link lead there, absolute or not, as it was written."""
    old = on[name]
    if old.__class__ is dict:
        _put_href(draft, background, old, rest)
    elif old.__class__ is str and name not in draft.pinned_in(on):
        path = background.target.rstrip("/") + rest if rest else background.target
        if old.startswith(("http://", "https://")):
            if background.base:
                draft.put(on, name, background.base + path)
        elif old.startswith("/"):
            draft.put(on, name, path)
