"""What a user's tests received: read from a journal, as HAR, as JSON or line by line."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from emulator.contract.coverage.items import CoverageItem
from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.mock.site import Site
from emulator.openapi.routing.router import Match

_HINT = "save GET /__admin/requests or GET /__admin/requests.har of an emulator"


@dataclass(frozen=True, slots=True)
class JournalExchange:
    """One exchange of a journal. A `forced` response was chosen by the test: it proves nothing."""

    method: str
    target: str
    status: int
    media_type: str
    trace: Mapping[str, Json] = field(default_factory=dict)
    forced: bool = False


@dataclass(frozen=True, slots=True)
class JournalCounts:
    """How often tests received each item, and how often only because they had chosen it."""

    met: Counter[CoverageItem]
    forced: Counter[CoverageItem]
    exchanges: int


def read_journal(text: str, file: str) -> list[JournalExchange]:
    """The exchanges of a journal; DocumentError where it is none."""
    try:
        return [_exchange(entry) for entry in _entries(text)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentError(file, f"is no journal: {error!r:.100}", hint=_HINT) from None


def _entries(text: str) -> Iterable[Json]:
    try:
        whole = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(whole, dict) and "log" in whole:
        entries: list[Json] = whole["log"]["entries"]
        return entries
    if isinstance(whole, dict) and "requests" in whole:
        found: list[Json] = whole["requests"]
        return found
    return whole if isinstance(whole, list) else [whole]


def _exchange(entry: Json) -> JournalExchange:
    """One entry: of an HTTP Archive, which has a list of header fields, or of the control plane."""
    request, response = entry["request"], entry["response"]
    trace = entry.get("trace") or entry.get("_trace") or {}
    headers = [_fields(side.get("headers") or {}) for side in (request, response)]
    target = "/" + str(request["url"]).partition("://")[2].partition("/")[2]
    return JournalExchange(
        method=str(request["method"]),
        target=target if "://" in str(request["url"]) else str(request["url"]),
        status=int(response["status"]),
        media_type=headers[1].get("content-type", ""),
        trace=trace,
        forced=bool(trace.get("forced")) or "emulator-forced" in headers[1],
    )


def _fields(headers: Json) -> dict[str, str]:
    pairs = (
        [(field["name"], field["value"]) for field in headers]
        if isinstance(headers, list)
        else headers.items()
    )
    return {str(name).lower(): str(value) for name, value in pairs}


def tally(
    items: Iterable[CoverageItem], exchanges: Iterable[JournalExchange], site: Site
) -> JournalCounts:
    """How often each of the items was received.

    A response counts by its status and media type. Only the trace knows its example and trigger: in
    an archive that no emulator wrote, only responses count.
    """
    by_operation: dict[tuple[str, str], list[CoverageItem]] = {}
    for item in items:
        by_operation.setdefault((item.api, item.operation), []).append(item)
    met: Counter[CoverageItem] = Counter()
    forced: Counter[CoverageItem] = Counter()
    number = 0
    for exchange in exchanges:
        own = by_operation.get(_operation(exchange, site), [])
        number += bool(own)
        counted = forced if exchange.forced else met
        counted.update(_cases_of(own, exchange))
    return JournalCounts(met, forced, number)


def _operation(exchange: JournalExchange, site: Site) -> tuple[str, str]:
    """(API, operation), as the trace has them or as the path leads to them."""
    trace = exchange.trace
    if trace.get("api") and trace.get("operation"):
        return str(trace["api"]), str(trace["operation"])
    found = site.router.find(exchange.method, exchange.target.partition("?")[0])
    if isinstance(found, Match):
        return found.target.service.api.name, found.target.operation.id
    return "", ""


def _cases_of(items: list[CoverageItem], exchange: JournalExchange) -> Iterator[CoverageItem]:
    """The items that an exchange is of."""
    answers = [item for item in items if item.kind == "answer"]
    status = str(exchange.status)
    keys = (status, f"{status[0]}XX", "default")
    key = next((key for key in keys if any(item.status == key for item in answers)), None)
    for item in answers:
        if item.status == key and (not exchange.media_type or item.has_type(exchange.media_type)):
            yield item
    fixture, trigger = exchange.trace.get("fixture"), exchange.trace.get("trigger")
    for item in items:
        if (item.example and item.example == fixture) or (item.trigger and item.trigger == trigger):
            yield item
