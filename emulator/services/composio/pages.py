"""Responses of one record, or of a page of a list: filters by comma lists, opaque cursors."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect
from emulator.services.composio.records import Record

#: The default limit of a page (a guess; it is not published), and the highest.
DEFAULT_LIMIT = 20
HIGHEST_LIMIT = 1000

#: No list has so many pages; numbers may be infinite.
_FAR = 10**9


def respond_with(exchange: Exchange, record: Json, *effects: Effect, status: int = 200) -> Plan:
    """Respond with a record, or another value, as the whole body."""
    return exchange.respond(f"{status}.record", {"record": record}, effects)


def words(value: Json) -> frozenset[str]:
    """The lower-case words of a filter: `a,b`, or a list of such; empty means no filter."""
    given = value if isinstance(value, list) else [value]
    parts = (part for each in given if isinstance(each, str) for part in each.split(","))
    return frozenset(part.strip().lower() for part in parts if part.strip())


def matches(value: Json, accepted: frozenset[str]) -> bool:
    """Whether a filter lets a value, or one of a list of values, through."""
    values = value if isinstance(value, list) else [value]
    return not accepted or any(str(each).lower() in accepted for each in values)


def filtered(
    exchange: Exchange, records: Iterable[Record], filters: Mapping[str, str]
) -> list[Record]:
    """The records that pass the filters: by parameter of query or path, a record's field."""
    query, path = exchange.query, exchange.path
    accepted = [(field, words(query(name) or path(name))) for name, field in filters.items()]
    return [each for each in records if all(matches(each.get(f), a) for f, a in accepted)]


def contains(record: Record, fields: Iterable[str], text: Json) -> bool:
    """Whether all words of a search are in some of the fields; an empty search finds all."""
    fields_text = " ".join(str(record.get(field) or "") for field in fields).lower()
    return all(word in fields_text for word in str(text or "").lower().split())


@dataclass(frozen=True, slots=True)
class Page:
    """The records on one page, and the number and cursor of the next, None on the last page."""

    records: Sequence[Any]
    number: int
    pages: int
    total: int
    next: int | None
    cursor: str | None

    @property
    def position(self) -> dict[str, Json]:
        """The position of the page in its list, as most responses show it."""
        return {
            "next_cursor": self.cursor,
            "total_pages": self.pages,
            "current_page": self.number,
            "total_items": self.total,
        }


def cursor_page(records: Sequence[Any], query: Mapping[str, Json]) -> Page:
    """The page that a cursor and a limit name; the first one for an unreadable cursor."""
    cursor, limit = query.get("cursor"), query.get("limit")
    try:
        text = base64.b64decode(str(cursor or ""), validate=True).decode("ascii")
        first, _, second = text.partition(":")
        number, remembered = int(first[:9]), int(second[:4])
    except (ValueError, binascii.Error):
        return numbered_page(records, 1, limit)
    # A cursor remembers the limit it was made with.
    return numbered_page(records, number, limit if isinstance(limit, int | float) else remembered)


def numbered_page(records: Sequence[Any], number: Json, limit: Json) -> Page:
    """The page with a number, counted from 1, which is also the default."""
    size = int(min(limit, HIGHEST_LIMIT)) if isinstance(limit, int | float) else 0
    size = max(0, size) or DEFAULT_LIMIT
    number = int(max(1, min(number, _FAR))) if isinstance(number, int | float) else 1
    shown, pages = records[(number - 1) * size : number * size], -(-len(records) // size)
    following = number + 1 if number < pages else None
    cursor = base64.b64encode(f"{following}:{size}".encode()).decode() if following else None
    return Page(shown, number, pages, len(records), following, cursor)


def respond_page(
    exchange: Exchange,
    records: Sequence[Any],
    show: Callable[[Exchange, Any], Json],
    query: Mapping[str, Json] | None = None,
) -> Plan:
    """Respond with the page that the query, or another, names by limit and cursor."""
    page = cursor_page(records, exchange.query_parameters if query is None else query)
    items = [show(exchange, record) for record in page.records]
    return exchange.respond("200.page", {"items": items, **page.position})


def ordered(exchange: Exchange, records: Iterable[Record]) -> list[Record]:
    """Sort records by `order_by` and `order_direction`, by default the newest first."""
    by = exchange.query("order_by") or "created_at"
    return sorted(
        records,
        key=lambda record: str(record.get(by) or record.get("created_at")),
        reverse=exchange.query("order_direction") != "asc",
    )
