"""The rows of exchanges: a page of them, or those that come, at a pace that a person can follow."""

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.http.encode import dump
from emulator.http.media_types import EVENT_STREAM
from emulator.http.messages import Event, Json
from emulator.http.sse import encode_event
from emulator.server.admin.calls import AdminCall
from emulator.server.admin.long import json_array, listing
from emulator.server.journal.journal import Entry, Journal
from emulator.server.journal.rows import row
from emulator.server.play import client_gone
from emulator.server.send import hanging_up_when_stopped

#: Rows in a response where nothing is said, and in one event.
_USUAL, _AT_ONCE = 200, 50
#: Seconds between events; and where more came than one of them holds, which nobody can read.
_PAUSE_SECONDS, _BUSY_SECONDS = 0.25, 1.0
#: Rows that are made in one turn of the loop.
_TURN = 10


def rows(call: AdminCall) -> Response:
    """The newest rows first; or a stream of those to come."""
    journal, after = call.journal, call.query.get("after", 0)
    if EVENT_STREAM in (call.request.header("accept") or ""):
        return _RowFeed(journal, call.scope, after)
    limit = call.query.get("limit", _USUAL)
    entries = journal.newest(call.scope, after, limit, call.query.get("before"))
    more = {"total": journal.count(call.scope), "last": journal.last(call.scope)}
    shown = (dump(row(entry)) for entry in entries)
    return listing(entries, json_array(b'{"rows":', shown, b"," + dump(more)[1:]))


class _RowFeed(Response):
    """Sends the rows of a scope's exchanges after one, in a few events a second.

    What is told of a busy server costs it the same, however busy it is: nothing is written down for
    the feed, and of what came since the last event only the newest is shown.
    """

    def __init__(self, journal: Journal, name: str, after: int) -> None:
        super().__init__(media_type=EVENT_STREAM)
        self.journal, self.name, self.after = journal, name, after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send rows until the client disconnects or the server stops."""
        fields = [(b"content-type", EVENT_STREAM.encode()), (b"cache-control", b"no-cache")]
        with hanging_up_when_stopped(scope):
            await send({"type": "http.response.start", "status": 200, "headers": fields})
            gone = asyncio.ensure_future(client_gone(receive))
            known: tuple[int, int] | None = None
            try:
                while not gone.done():
                    now = self.journal.last(self.name), self.journal.count(self.name)
                    pause = _PAUSE_SECONDS
                    if now != known:
                        entries = self.journal.newest(self.name, self.after, _AT_ONCE + 1)
                        self.after, known = max(self.after, now[0]), now
                        frame = await _frame(entries, *now)
                        await send({"type": "http.response.body", "body": frame, "more_body": True})
                        pause = _BUSY_SECONDS if len(entries) > _AT_ONCE else pause
                    await asyncio.wait((gone,), timeout=pause)
            finally:
                gone.cancel()


async def _frame(entries: list[Entry], last: int, total: int) -> bytes:
    """An event with the newest of these, others being answered in between.

    A thread would make the requests wait longer: it gives the interpreter back every 5 ms.
    """
    shown: list[Json] = []
    for number, entry in enumerate(entries[:_AT_ONCE]):
        shown.append(row(entry))
        if number % _TURN == _TURN - 1:
            await asyncio.sleep(0)
    said = {"rows": shown, "more": len(entries) > _AT_ONCE, "total": total, "last": last}
    return encode_event(Event(dump(said).decode(), event="rows", id=str(last)))
