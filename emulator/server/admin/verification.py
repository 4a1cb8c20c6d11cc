"""Verification as in WireMock: which requests match a pattern, and which nearly do."""

import asyncio
import base64
from collections.abc import Callable, Iterable
from heapq import nsmallest
from typing import TypeVar

from starlette.responses import Response

from emulator.http.encode import dump
from emulator.http.messages import Json, Request, ungrouped
from emulator.http.redaction import Redaction
from emulator.server.admin.calls import AdminCall, json_response, valid
from emulator.server.admin.long import aside, is_long, json_array, listing
from emulator.server.journal.journal import Entry
from emulator.server.journal.serialize import entry_json, request_json
from emulator.stubs.matching.pattern import RequestPattern, parse_pattern, read_matcher
from emulator.stubs.matching.subject import Subject

T = TypeVar("T")

#: Near misses in a response, the nearest first.
_NEAREST = 3

#: Requests, or stubs, that are compared for near misses: a comparison takes its time.
_COMPARED = 200


@aside
def count(call: AdminCall) -> Response:
    """The number of matching requests."""
    pattern = valid(parse_pattern(call.body))
    return _found(call, {"count": sum(pattern.matches(entry.request) for entry in call.entries)})


@aside
def find(call: AdminCall) -> Response:
    """The matching requests, the newest first, each with the id of its exchange."""
    pattern = valid(parse_pattern(call.body))
    found = [entry for entry in reversed(call.entries) if pattern.matches(entry.request)]
    return _found(call, {"requests": [_request(entry) for entry in found]})


async def remove(call: AdminCall) -> Response:
    """Delete the matching requests."""
    pattern = valid(parse_pattern(call.body))
    return await _removed(call, lambda entry: pattern.matches(entry.request))


async def remove_of_stubs(call: AdminCall) -> Response:
    """Delete the requests that matched stubs with certain metadata."""
    matcher = valid(read_matcher(call.body))
    known: dict[int, bool] = {}  # by the stub as it was, which many entries have in common

    def unwanted(entry: Entry) -> bool:
        stub = entry.trace.mapping
        if stub is not None and id(stub) not in known:
            known[id(stub)] = stub.has_metadata(matcher)
        return stub is not None and known[id(stub)]

    return await _removed(call, unwanted)


@aside
def unmatched(call: AdminCall) -> Response:
    """For each unmatched request, the stubs that nearly match."""
    missed = [entry for entry in call.entries if not entry.matched]
    near = [
        near
        for entry in missed[: -_COMPARED - 1 : -1]
        for near in _stubs_near(call, entry.request, request_json(entry))
    ]
    return _found(call, {"nearMisses": near})


def near_stubs(call: AdminCall) -> Response:
    """The stubs that nearly match a request given as in the journal."""
    return json_response({"nearMisses": _stubs_near(call, _read_request(call.body), call.body)})


@aside
def near_requests(call: AdminCall) -> Response:
    """The requests that nearly match a pattern, and how each differs."""
    pattern = valid(parse_pattern(call.body))
    entries = call.entries[: -_COMPARED - 1 : -1]
    compared = ((pattern.distance(Subject(entry.request)), entry) for entry in entries)
    near = [
        _near_miss(_request(entry), {"requestPattern": call.body}, distance, pattern, entry.request)
        for distance, entry in _nearest(pair for pair in compared if pair[0])
    ]
    return json_response({"nearMisses": near})


def _stubs_near(call: AdminCall, request: Request, shown: Json) -> list[Json]:
    subject = Subject(request)
    stubs = call.stubs.stubs[:_COMPARED]
    near = _nearest((stub.pattern.distance(subject), stub) for stub in stubs)
    return [
        _near_miss(shown, {"stubMapping": stub.raw}, distance, stub.pattern, request)
        for distance, stub in near
    ]


async def _removed(call: AdminCall, unwanted: Callable[[Entry], bool]) -> Response:
    entries = call.entries

    def found() -> set[int]:
        return {entry.number for entry in entries if unwanted(entry)}

    numbers = await asyncio.to_thread(found) if is_long(entries) else found()
    removed = call.journal.remove(call.scope, lambda entry: entry.number in numbers)
    events = (dump(entry_json(entry)) for entry in removed)
    return listing(removed, json_array(b'{"serveEvents":', events, b"}"))


def _found(call: AdminCall, result: dict[str, Json]) -> Response:
    return json_response({**result, "requestJournalDisabled": call.journal.limit == 0})


def _request(entry: Entry) -> Json:
    return {"id": entry.id, **request_json(entry)}


def _nearest(compared: Iterable[tuple[float, T]]) -> list[tuple[float, T]]:
    return nsmallest(_NEAREST, compared, key=lambda each: each[0])


def _near_miss(
    shown: Json, other: Json, distance: float, pattern: RequestPattern, request: Request
) -> Json:
    """A near miss with the conditions the request does not meet, secrets redacted."""
    unmet = pattern.unmet(Subject(request), Subject(Redaction().request(request)))
    return {
        "request": shown,
        **other,
        "matchResult": {"distance": distance},
        "misses": [
            {
                "pointer": each.pointer,
                "expected": each.expected,
                "actual": list(each.actual),
                **({"note": each.note} if each.note else {}),
            }
            for each in unmet
        ],
    }


def _read_request(body: Json) -> Request:
    """A request from the journal's JSON."""
    path, _, query = body["url"].partition("?")
    content = base64.b64decode(body.get("bodyAsBase64") or "") or (body.get("body") or "").encode()
    return Request(body["method"], path, query, ungrouped(body.get("headers")), content)
