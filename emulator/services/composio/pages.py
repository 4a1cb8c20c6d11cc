"""Lists as Composio gives them: filters by comma lists and repeats, pages by opaque cursors."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan

#: What the service gives where no limit is asked for (a guess; it is not published), and at most.
DEFAULT_LIMIT = 20
HIGHEST_LIMIT = 1000

#: No list has so many pages; numbers may be infinite.
_FAR = 10**9


def words(value: Json) -> frozenset[str]:
    """The lower-case words of a filter: `a,b`, or a list of such; empty means no filter."""
    given = value if isinstance(value, list) else [value]
    parts = (part for each in given if isinstance(each, str) for part in each.split(","))
    return frozenset(part.strip().lower() for part in parts if part.strip())


def fits(value: Json, wanted: frozenset[str]) -> bool:
    """Whether a filter lets a value, or one of a list of values, through."""
    values = value if isinstance(value, list) else [value]
    return not wanted or any(str(each).lower() in wanted for each in values)


def contains(record: Mapping[str, Json], fields: Iterable[str], text: Json) -> bool:
    """Whether all words of a search stand in some of the fields; nothing searched is found."""
    hay = " ".join(str(record.get(field) or "") for field in fields).lower()
    return all(word in hay for word in str(text or "").lower().split())


@dataclass(frozen=True, slots=True)
class Page:
    """The records on one page; `next` is the number of the next one, 0 where there is none."""

    records: Sequence[Any]
    number: int
    limit: int
    pages: int
    total: int

    @property
    def next(self) -> int:
        """The number of the page after this one."""
        return self.number + 1 if self.number < self.pages else 0

    @property
    def cursor(self) -> str | None:
        """Where the next page begins, as clients are told; None on the last page."""
        return (
            base64.b64encode(f"{self.next}:{self.limit}".encode()).decode() if self.next else None
        )


def cut(records: Sequence[Any], cursor: Json, limit: Json) -> Page:
    """The page that a cursor and a limit name. A cursor that can't be read begins at the start."""
    return cut_at(records, *_place(cursor, limit))


def cut_at(records: Sequence[Any], number: Json, limit: Json) -> Page:
    """The page with a number; pages are counted from 1, which also stands for no number."""
    size = int(min(limit, HIGHEST_LIMIT)) if isinstance(limit, int | float) else 0
    size = max(0, size) or DEFAULT_LIMIT
    number = int(max(1, min(number, _FAR))) if isinstance(number, int | float) else 1
    shown = records[(number - 1) * size : number * size]
    return Page(shown, number, size, -(-len(records) // size), len(records))


def page(
    exchange: Exchange,
    records: Sequence[Any],
    show: Callable[[Any], Json],
    asked: Mapping[str, Json] | None = None,
) -> Plan:
    """The page of `records` that the query, or `asked`, names by limit and cursor."""
    given = exchange.query_parameters if asked is None else asked
    found = cut(records, given.get("cursor"), given.get("limit"))
    return exchange.respond(
        "200.page",
        {
            "items": [show(record) for record in found.records],
            "next_cursor": found.cursor,
            "total_pages": found.pages,
            "current_page": found.number,
            "total_items": found.total,
        },
    )


def ordered(exchange: Exchange, records: list[Any]) -> list[Any]:
    """The records as `order_by` and `order_direction` want them; the newest first without."""
    by = exchange.query("order_by") or "created_at"
    return sorted(
        records,
        key=lambda record: str(record.get(by) or record.get("created_at")),
        reverse=exchange.query("order_direction") != "asc",
    )


def _place(cursor: Json, limit: Json) -> tuple[int, Json]:
    """(page, items a page); a cursor remembers the limit it was made with."""
    try:
        text = base64.b64decode(str(cursor or ""), validate=True).decode("ascii")
        first, _, second = text.partition(":")
        number, remembered = int(first[:9]), int(second[:4])
    except (ValueError, binascii.Error):
        return 1, limit
    return number, limit if isinstance(limit, int | float) else remembered
