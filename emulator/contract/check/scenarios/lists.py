"""Reads a list page by page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from emulator.contract.check.exchanges import CheckedExchange, at
from emulator.contract.check.scenarios.scenario import CheckScenario
from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Pages
from emulator.openapi.requests.parts import RequestParts

#: No list is followed further.
MOST_PAGES = 40

_ITEMS = ("items", "data", "results", "records", "entries", "values")
_NEXT = (
    *("next_cursor", "nextCursor", "next_page_token", "nextPageToken", "next_token", "nextToken"),
    *("cursor", "continuation_token", "continuationToken"),
)
_IDENTITY = ("id", "uuid", "gid", "slug", "key", "name")
_NEXT_URLS = ("/next", "/links/next", "/links/next/href", "/_links/next/href", "/paging/next")
_LINK = re.compile(r"<([^<>]*)>[^<>]*?;\s*rel\s*=\s*\"?([\w\s-]+)")
_HOLDERS = ("", "/pagination", "/meta", "/page_info", "/pageInfo", "/paging")


@dataclass(slots=True)
class Walk:
    """The pages of one list, in order; `looped` where a page was requested twice."""

    exchanges: list[CheckedExchange] = field(default_factory=list)
    pages: list[list[Json]] = field(default_factory=list)
    looped: bool = False
    #: The list went on after MOST_PAGES.
    endless: bool = False

    @property
    def items(self) -> list[Json]:
        """The items of all pages."""
        return [item for page in self.pages for item in page]


def walk(
    scenario: CheckScenario,
    operation: Operation,
    pages: Pages | None,
    limit: int | None,
    above: Mapping[str, Json] | None = None,
) -> Walk | None:
    """The whole list, `limit` items a page; None where the response is no list.

    `above` are values of path parameters, where the list is below other things.
    """
    request = scenario.make(operation, **(above or {}))
    if request is None:
        return None
    if pages and pages.limit and limit is not None:
        request = request.with_parameter("query", pages.limit, limit)
    found = Walk()
    requested: set[Json] = set()
    for _ in range(MOST_PAGES):
        exchange = scenario.send(request)
        items = items_of(exchange, pages)
        if not exchange.accepted or items is None:
            return found if found.pages else None
        found.exchanges.append(exchange)
        found.pages.append(items)
        following = _following(request, pages, found) if pages else None
        if following is None:
            return found
        token = dump(sorted((str(key), str(v)) for key, v in following.parameters.items()))
        if token in requested:
            found.looped = True
            return found
        requested.add(token)
        request = following
    found.endless = True
    return found


def _following(request: RequestParts, pages: Pages, found: Walk) -> RequestParts | None:
    """The request for the next page; None where the last one was found."""
    exchange, items = found.exchanges[-1], found.pages[-1]
    if pages.cursor:
        cursor = next_of(exchange, pages)
        if cursor not in (None, ""):
            return request.with_parameter("query", pages.cursor, cursor)
    elif pages.page and items:
        total = total_of(exchange, pages)
        full = len(items) >= len(found.pages[0])
        if full and (total is None or len(found.items) < total):
            return request.with_parameter("query", pages.page, len(found.pages) + 1)
    elif pages.offset and items:
        total = total_of(exchange, pages)
        if total is None or len(found.items) < total:
            return request.with_parameter("query", pages.offset, len(found.items))
    return None


def items_of(exchange: CheckedExchange, pages: Pages | None) -> list[Json] | None:
    """The items of one page; None where there is no list, or not clearly one."""
    body = exchange.json()
    if pages and pages.items is not None:
        items = at(body, pages.items)
        return items if isinstance(items, list) else None
    if isinstance(body, list):
        return body
    if not isinstance(body, dict):
        return None
    lists = [name for name, value in body.items() if isinstance(value, list)]
    named = next((name for name in _ITEMS if name in lists), None)
    name = named or (lists[0] if len(lists) == 1 else None)
    return body[name] if name else None


def next_of(exchange: CheckedExchange, pages: Pages) -> Json:
    """The cursor of the next page, in the body or a link; None where this is the last one."""
    body = exchange.json()
    if pages.next is not None:
        return at(body, pages.next)
    for url in _next_urls(exchange):
        query = dict(parse_qsl(urlsplit(url).query))
        if pages.cursor in query:
            return query[pages.cursor]
    for holder in _HOLDERS:
        for name in _NEXT:
            cursor = at(body, f"{holder}/{name}")
            if isinstance(cursor, str | int) and not isinstance(cursor, bool):
                return cursor
    return None


def says_what_is_next(exchange: CheckedExchange, pages: Pages) -> bool:
    """Whether a page says that there is a next one, or that there is none."""
    body = exchange.json()
    if pages.next is not None or not pages.cursor or any(_next_urls(exchange)):
        return True
    holders = [at(body, holder) for holder in _HOLDERS]
    return any(name in holder for holder in holders if isinstance(holder, dict) for name in _NEXT)


def _next_urls(exchange: CheckedExchange) -> Iterator[str]:
    """Where header fields (RFC 8288) or members of the body say that the next page is."""
    if url := exchange.header("next-page"):
        yield url
    body = exchange.json()
    for pointer in _NEXT_URLS:
        if isinstance(url := at(body, pointer), str):
            yield url
    for match in _LINK.finditer(exchange.header("link") or ""):
        if "next" in match[2].lower().split():
            yield match[1]


def total_of(exchange: CheckedExchange, pages: Pages) -> int | None:
    """The stated number of items of the whole list; None where there is none."""
    total = at(exchange.json(), pages.total) if pages.total else None
    return total if type(total) is int else None


def identity_of(item: Json, pages: Pages | None) -> Any:
    """What identifies an item in its list."""
    if pages and pages.identity is not None:
        return dump(at(item, pages.identity))
    if isinstance(item, Mapping):
        for name in _IDENTITY:
            if isinstance(item.get(name), str | int):
                return dump(item[name])
    return dump(item)
