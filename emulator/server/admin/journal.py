"""The exchanges of a scope: `/__admin/requests` as WireMock has it, HAR, live feed, coverage."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.contract.coverage.items import CoverageItem, items_of
from emulator.contract.coverage.journal import JournalCounts, JournalExchange, tally
from emulator.http.encode import dump
from emulator.http.media_types import EVENT_STREAM
from emulator.http.messages import Event, Json, first
from emulator.http.sse import encode_event
from emulator.server.admin.calls import AdminCall, existing, json_response
from emulator.server.admin.long import JSON_LINES, aside, is_long, json_array, listing, next_piece
from emulator.server.journal.journal import Entry, Journal, Told
from emulator.server.journal.serialize import archived, entry_json, har, request_json, trace_json
from emulator.server.play import client_gone
from emulator.server.send import hanging_up_when_stopped


def list_entries(call: AdminCall) -> Response:
    """The newest entries first: at most `limit`, none before `since`, only `unmatched` ones.

    `matchingStub` is the id of the stub that answered.
    """
    since, only_unmatched = call.query.get("since"), call.query.get("unmatched", False)
    stub = call.query.get("matchingStub")
    start = None if since is None else datetime.fromisoformat(since)
    chosen = [
        entry
        for entry in reversed(call.entries)
        if (start is None or entry.at >= start)
        and not (only_unmatched and entry.matched)
        and (stub is None or entry.trace.stub == stub)
    ]
    shown = chosen[: call.query.get("limit")]
    more = {"meta": {"total": len(chosen)}, "requestJournalDisabled": call.journal.limit == 0}
    return listing(shown, _requests(map(_dumped, shown), more))


def unmatched(call: AdminCall) -> Response:
    """The requests that matched neither an operation nor a stub."""
    shown = [entry for entry in reversed(call.entries) if not entry.matched]
    requests = (dump(request_json(entry)) for entry in shown)
    return listing(shown, _requests(requests, {"requestJournalDisabled": call.journal.limit == 0}))


def get(call: AdminCall) -> Response:
    """One entry."""
    entry = call.journal.entry(call.scope, call.path["id"])
    return json_response(entry_json(existing(entry, _missing(call))))


def remove(call: AdminCall) -> Response:
    """Delete an entry."""
    removed = call.journal.remove(call.scope, lambda entry: entry.id == call.path["id"])
    existing(removed or None, _missing(call))
    return json_response({})


def clear(call: AdminCall) -> Response:
    """Delete all entries."""
    call.journal.remove(call.scope, lambda _: True)
    return json_response({})


def archive(call: AdminCall) -> Response:
    """The journal as an HTTP Archive."""
    before, entries = dump(har(())).removesuffix(b"[]}}"), call.entries
    items = (dump(archived(entry)) for entry in entries)
    return listing(entries, json_array(before, items, b"}}"))


def events(call: AdminCall) -> Response:
    """Every exchange as it happens, or a line of JSON for each so far."""
    given = call.header.get("Last-Event-ID")
    last = None if given is None else int(given)
    if EVENT_STREAM in (call.request.header("accept") or ""):
        return _Feed(call.journal, call.scope, last)
    entries = _after(call.journal, call.scope, last or 0)
    return listing(entries, (_dumped(entry) + b"\n" for entry in entries), JSON_LINES)


@aside
def coverage(call: AdminCall) -> Response:
    """Every documented response, and how often it was sent.

    Only `emulator coverage` judges whether responses are valid.
    """
    by_api = {
        name: [item for operation in each.api.operations for item in items_of(each, operation)]
        for name, each in call.server.services.items()
    }
    every = [item for own in by_api.values() for item in own]
    met = tally(every, map(_exchange, call.entries), call.server.dispatcher.site)
    return json_response({"apis": [_covered(name, own, met) for name, own in by_api.items()]})


def _exchange(entry: Entry) -> JournalExchange:
    """What counts of an entry."""
    response = entry.response
    return JournalExchange(
        method=entry.request.method,
        target=entry.request.target,
        status=response.status,
        media_type=first(response.headers, "content-type") or "",
        trace=trace_json(entry),
        forced=entry.trace.forced,
    )


def _dumped(entry: Entry) -> bytes:
    return dump(entry_json(entry))


def _requests(requests: Iterable[bytes], more: dict[str, Json]) -> Iterator[bytes]:
    """An object with requests, and more."""
    return json_array(b'{"requests":', requests, b"," + dump(more)[1:])


def _missing(call: AdminCall) -> str:
    return f"no request of this scope has the id {call.path['id']!r}"


def _after(journal: Journal, scope: str, last: int) -> list[Entry]:
    return [entry for entry in journal.entries(scope) if entry.number > last]


def _covered(name: str, items: list[CoverageItem], met: JournalCounts) -> dict[str, Json]:
    answers = [item for item in items if item.kind == "answer"]
    return {
        "api": name,
        "answers": len(answers),
        "answers_met": sum(met.met[item] > 0 for item in answers),
        "cases": [
            {**item.as_json(), "met": met.met[item], "forced": met.forced[item]} for item in items
        ],
    }


class _Feed(Response):
    """Sends every exchange of the scope as it happens, those after `last` first if one is named."""

    def __init__(self, journal: Journal, name: str, last: int | None) -> None:
        super().__init__(media_type=EVENT_STREAM)
        self.journal, self.name, self.last = journal, name, last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send entries until the client disconnects or the server stops."""
        with hanging_up_when_stopped(scope):
            await self._follow(receive, send)

    async def _follow(self, receive: Receive, send: Send) -> None:
        fields = [(b"content-type", EVENT_STREAM.encode()), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        # A comment, so that the client knows at once that it is subscribed.
        await send({"type": "http.response.body", "body": b": following\n\n", "more_body": True})
        with self.journal.followed(self.name) as follower:
            gone = asyncio.ensure_future(client_gone(receive))
            gone.add_done_callback(lambda _: follower.end())
            try:
                before = [] if self.last is None else _after(self.journal, self.name, self.last)
                frames = map(_frame, before)
                while before and not gone.done():
                    piece = await asyncio.to_thread(next_piece, frames)
                    if not piece:
                        break
                    await _send_frames(piece, send)
                while (told := await follower.next()) is not None:
                    await _send_entry(told, send)
            finally:
                gone.cancel()


async def _send_entry(told: Told, send: Send) -> None:
    frame = told.frame
    if frame is None:
        made = asyncio.to_thread(_frame, told.entry) if is_long((told.entry,)) else None
        frame = told.frame = _frame(told.entry) if made is None else await made
    await _send_frames(frame, send)


async def _send_frames(frames: bytes, send: Send) -> None:
    await send({"type": "http.response.body", "body": frames, "more_body": True})


def _frame(entry: Entry) -> bytes:
    return encode_event(Event(_dumped(entry).decode(), id=str(entry.number)))
