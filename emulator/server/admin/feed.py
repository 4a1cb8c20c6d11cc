"""The live feed of a scope's exchanges: `/__admin/events`."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.http.encode import dump
from emulator.http.media_types import EVENT_STREAM
from emulator.http.messages import Event
from emulator.http.sse import encode_event
from emulator.server.admin.calls import AdminCall
from emulator.server.connection import EXTENSION
from emulator.server.journal.journal import Entry, Journal
from emulator.server.journal.serialize import entry_json


@dataclass(frozen=True, slots=True)
class FeedHandlers:
    """The handler of the feed."""

    journal: Journal

    def events(self, call: AdminCall) -> Response:
        """Every exchange as it happens, or a line of JSON for each so far."""
        given = call.header.get("Last-Event-ID")
        last = None if given is None else int(given)
        if EVENT_STREAM in (call.request.header("accept") or ""):
            return _Feed(self.journal, call.scope, last)
        lines = (
            dump(entry_json(entry)) + b"\n" for entry in _after(self.journal, call.scope, last or 0)
        )
        return Response(b"".join(lines), media_type="application/x-ndjson")


def _after(journal: Journal, scope: str, last: int) -> Iterator[Entry]:
    return (entry for entry in journal.entries(scope) if entry.number > last)


class _Feed(Response):
    """Sends every exchange of the scope as it happens, those after `last` first if one is named."""

    def __init__(self, journal: Journal, name: str, last: int | None) -> None:
        super().__init__(media_type=EVENT_STREAM)
        self.journal, self.name, self.last = journal, name, last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send entries until the client disconnects or the server stops."""
        extension = scope.get("extensions", {}).get(EXTENSION)
        try:
            await self._follow(receive, send)
        except asyncio.CancelledError:
            # The server stops: nothing can be awaited any more, so just hang up.
            if extension is None:
                raise
            extension.hang_up()

    async def _follow(self, receive: Receive, send: Send) -> None:
        fields = [(b"content-type", EVENT_STREAM.encode()), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        # A comment, so that the client knows at once that it is subscribed.
        await send({"type": "http.response.body", "body": b": following\n\n", "more_body": True})
        leaving = asyncio.ensure_future(_disconnected(receive))
        async with aclosing(self._entries(leaving)) as entries:
            async for entry in entries:
                frame = encode_event(Event(dump(entry_json(entry)).decode(), id=str(entry.number)))
                await send({"type": "http.response.body", "body": frame, "more_body": True})

    async def _entries(self, leaving: asyncio.Future[None]) -> AsyncGenerator[Entry, None]:
        with self.journal.followed(self.name) as queue:
            if self.last is not None:
                for entry in _after(self.journal, self.name, self.last):
                    yield entry
            try:
                while not leaving.done():
                    coming = asyncio.ensure_future(queue.get())
                    await asyncio.wait((coming, leaving), return_when=asyncio.FIRST_COMPLETED)
                    if coming.done():
                        yield coming.result()
                    else:
                        coming.cancel()
            finally:
                leaving.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
