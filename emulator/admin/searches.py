"""The journal searched by request patterns, and why requests missed: WireMock's near misses."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import jsonschema_rs
from starlette.responses import Response
from starlette.routing import Route

from emulator.admin.calls import AdminCall, answered, refused, route
from emulator.encode import dump
from emulator.journal.journal import Entry, Journal
from emulator.journal.shown import show_request
from emulator.matching.matchers import Matcher
from emulator.matching.pattern import RequestPattern, parse_pattern, read_matcher
from emulator.matching.subject import Subject, Value
from emulator.messages import Json, Request
from emulator.mistakes import judge
from emulator.redaction import redact_body, redact_headers, redact_query
from emulator.state.store import Store
from emulator.stubs.book import StubBook
from emulator.stubs.stub import Stub

#: Near misses shown for one request or pattern.
NEAREST = 3

#: Requests and stubs that are compared; the newest first.
_COMPARED = 100

_TEXTS: Json = {"type": "object", "additionalProperties": {"type": "string"}}
_LOGGED = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "method": {"type": "string"},
            "url": {"type": "string"},
            "headers": _TEXTS,
            "cookies": _TEXTS,
            "body": {"type": "string"},
            "bodyAsBase64": {"type": "string"},
        },
    }
)


@dataclass(frozen=True, slots=True)
class SearchRoutes:
    """The routes that compare requests with patterns."""

    store: Store
    journal: Journal

    def routes(self) -> list[Route]:
        """All of them; to stand before a route with an id."""
        return [
            route("POST", "/requests/count", self.count, takes_body=True),
            route("POST", "/requests/find", self.find, takes_body=True),
            route("POST", "/requests/remove", self.remove, takes_body=True),
            route("POST", "/requests/remove-by-metadata", self.remove_by_metadata, takes_body=True),
            route("GET", "/requests/unmatched/near-misses", self.unmatched),
            route("POST", "/near-misses/request", self.near_request, takes_body=True),
            route("POST", "/near-misses/request-pattern", self.near_pattern, takes_body=True),
        ]

    def count(self, call: AdminCall) -> Response:
        """How many requests fit a pattern."""
        return self._with_pattern(call, lambda found: {"count": len(found)})

    def find(self, call: AdminCall) -> Response:
        """The requests that fit a pattern, the newest first."""
        return self._with_pattern(call, lambda found: {"requests": _shown(found)})

    def remove(self, call: AdminCall) -> Response:
        """Forget the requests that fit a pattern."""

        def forget(found: Sequence[Entry]) -> dict[str, Json]:
            return {"requests": _shown(self._forget(call.scope, found))}

        return self._with_pattern(call, forget)

    def remove_by_metadata(self, call: AdminCall) -> Response:
        """Forget the requests that stubs with such metadata answered."""
        matcher = read_matcher(call.body)
        if not isinstance(matcher, Matcher):
            return refused(422, matcher[0].message, matcher)
        ids = {
            stub.id
            for stub in self.store.stubs(call.scope).stubs
            if matcher.accepts([Value(dump(stub.raw.get("metadata", {})))])
        }
        entries = self.journal.entries(call.scope)
        found = [entry for entry in entries if entry.outcome.trace.stub in ids]
        return answered({"requests": _shown(self._forget(call.scope, found))})

    def unmatched(self, call: AdminCall) -> Response:
        """The stubs nearest to each request that met nothing."""
        entries = [e for e in reversed(self.journal.entries(call.scope)) if not e.matched]
        misses = [
            {"request": show_request(entry), **miss}
            for entry in entries[:_COMPARED]
            for miss in self._nearest_stubs(call.scope, Subject(entry.request))
        ]
        return answered({"nearMisses": misses})

    def near_request(self, call: AdminCall) -> Response:
        """The stubs nearest to a request as the journal shows it."""
        request = _read_request(call.body)
        if not isinstance(request, Request):
            return request
        misses = self._nearest_stubs(call.scope, Subject(request))
        return answered({"nearMisses": [{"request": call.body, **miss} for miss in misses]})

    def near_pattern(self, call: AdminCall) -> Response:
        """The requests nearest to a pattern that do not fit it."""
        pattern = parse_pattern(call.body)
        if not isinstance(pattern, RequestPattern):
            return refused(422, pattern[0].message, pattern)
        entries = list(reversed(self.journal.entries(call.scope)))[:_COMPARED]
        subjects = [(Subject(entry.request), entry) for entry in entries]
        ranked = sorted(
            ((pattern.distance(subject), subject, entry) for subject, entry in subjects),
            key=lambda each: each[0],
        )
        return answered(
            {
                "nearMisses": [
                    {
                        "request": {"id": entry.id, **show_request(entry)},
                        "requestPattern": pattern.raw,
                        **_result(pattern, subject, distance),
                    }
                    for distance, subject, entry in [each for each in ranked if each[0]][:NEAREST]
                ]
            }
        )

    def _nearest_stubs(self, scope: str, subject: Subject) -> list[dict[str, Json]]:
        book = self.store.stubs(scope)
        ranked = sorted(
            ((stub.pattern.distance(subject), stub) for stub in book.stubs[:_COMPARED]),
            key=lambda each: each[0],
        )
        return [
            {
                "stubMapping": stub.raw,
                "requestPattern": stub.pattern.raw,
                **_result(stub.pattern, subject, distance),
                **(
                    {}
                    if book.is_active(stub)
                    else {"scenarioState": book.state(stub.scenario or "")}
                ),
            }
            for distance, stub in ranked[:NEAREST]
        ]

    def _with_pattern(
        self, call: AdminCall, show: Callable[[Sequence[Entry]], dict[str, Json]]
    ) -> Response:
        pattern = parse_pattern(call.body)
        if not isinstance(pattern, RequestPattern):
            return refused(422, pattern[0].message, pattern)
        entries = reversed(self.journal.entries(call.scope))
        found = [entry for entry in entries if pattern.matches(entry.request)]
        return answered({**show(found), "requestJournalDisabled": self.journal.limit == 0})

    def _forget(self, scope: str, found: Iterable[Entry]) -> tuple[Entry, ...]:
        numbers = {entry.number for entry in found}
        return self.journal.remove(scope, lambda entry: entry.number in numbers)


def _shown(entries: Iterable[Entry]) -> list[Json]:
    return [{"id": entry.id, **show_request(entry)} for entry in entries]


def _inactive(book: StubBook, stub: Stub) -> dict[str, Json]:
    """What else keeps a stub from answering: the state its scenario is in."""
    if book.is_active(stub) or stub.scenario is None:
        return {}
    return {"scenarioState": book.state(stub.scenario)}


def _result(pattern: RequestPattern, subject: Subject, distance: float) -> dict[str, Json]:
    """How near it was, and for each condition that was not met what came instead."""
    misses = pattern.misses(subject, Subject(_redacted(subject.request)))
    return {
        "matchResult": {"distance": round(distance, 4)},
        "differences": [
            {"pointer": miss.pointer, "expected": miss.expected, "actual": list(miss.actual)}
            for miss in misses
        ],
    }


def _redacted(request: Request) -> Request:
    return replace(
        request,
        query=redact_query(request.query),
        headers=redact_headers(request.headers),
        body=redact_body(request.body, request.header("content-type")),
    )


def _read_request(raw: Json) -> Request | Response:
    """A request as the journal shows one."""
    mistakes = judge(_LOGGED, raw)
    if mistakes:
        return refused(422, mistakes[0].message, mistakes)
    url = urlsplit(raw.get("url", "/"))
    try:
        body = (
            base64.b64decode(raw["bodyAsBase64"], validate=True) if "bodyAsBase64" in raw else b""
        )
    except binascii.Error as error:
        return refused(422, f"bodyAsBase64 is not Base64: {error}")
    cookies = "; ".join(f"{name}={value}" for name, value in raw.get("cookies", {}).items())
    headers = [(name.lower(), value) for name, value in raw.get("headers", {}).items()]
    return Request(
        method=raw.get("method", "GET"),
        path=url.path,
        query=url.query,
        headers=(*headers, *((("cookie", cookies),) if cookies else ())),
        body=body or raw.get("body", "").encode(),
    )
