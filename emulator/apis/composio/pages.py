"""Lists as Composio gives them: filters by comma lists and repeats, pages by opaque cursors."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from emulator.apis.behaviour import Answer, Call
from emulator.messages import Json

#: What the service gives where no limit is asked for (a guess; it is not published), and at most.
DEFAULT_LIMIT = 20
HIGHEST_LIMIT = 1000


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


def page(
    call: Call,
    records: Sequence[Any],
    show: Callable[[Any], Json],
    asked: Mapping[str, Json] | None = None,
) -> Answer:
    """The page of `records` that the query, or `asked`, names by limit and cursor.

    A cursor that can't be read begins at the start.
    """
    given = call.request.parameters["query"] if asked is None else asked
    number, limit = _place(given.get("cursor"), given.get("limit"))
    shown = records[(number - 1) * limit : number * limit]
    pages = -(-len(records) // limit)
    return Answer(
        "200.page",
        {
            "items": [show(record) for record in shown],
            "next_cursor": _cursor(number + 1, limit) if number < pages else None,
            "total_pages": pages,
            "current_page": number,
            "total_items": len(records),
        },
    )


def _place(cursor: Json, limit: Json) -> tuple[int, int]:
    """(page, items a page); a cursor remembers the limit it was made with."""
    number, remembered = 1, DEFAULT_LIMIT
    try:
        text = base64.b64decode(str(cursor or ""), validate=True).decode("ascii")
        first, _, second = text.partition(":")
        number, remembered = max(1, int(first[:9])), max(1, int(second[:4]))
    except (ValueError, binascii.Error):
        pass
    wished = int(min(limit, HIGHEST_LIMIT)) if isinstance(limit, int | float) else remembered
    return number, min(wished or DEFAULT_LIMIT, HIGHEST_LIMIT)


def _cursor(number: int, limit: int) -> str:
    return base64.b64encode(f"{number}:{limit}".encode()).decode()
