"""The live feed of a scope's exchanges as server-sent events: `/__admin/events`."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from emulator.admin.calls import refused
from emulator.delivery.connection import EXTENSION
from emulator.delivery.scopes import BAD_SCOPE, scope_of
from emulator.encode import dump
from emulator.events import encode_event
from emulator.journal.journal import Entry, Journal
from emulator.journal.shown import show
from emulator.messages import Event


@dataclass(frozen=True, slots=True)
class Feed:
    """Sends every exchange of the scope as it happens.

    `Last-Event-ID` is the number of the last one seen: those after it come first.
    """

    journal: Journal

    def routes(self) -> list[Route]:
        """The one route."""
        return [Route("/events", self, methods=["GET"])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Follow the journal until the client leaves or the server stops."""
        headers = dict(scope["headers"])
        name = scope_of(scope, _text(headers.get(b"emulator-scope")))
        last = _text(headers.get(b"last-event-id"))
        if name is None or not (last is None or last.isdigit()):
            detail = BAD_SCOPE if name is None else "Last-Event-ID is the number of an exchange"
            await refused(400, detail)(scope, receive, send)
            return
        extension = scope.get("extensions", {}).get(EXTENSION)
        try:
            await self._follow(name, None if last is None else int(last), receive, send)
        except asyncio.CancelledError:
            # The server stops: nothing can be awaited any more, so just hang up.
            if extension is None:
                raise
            extension["hang_up"]()

    async def _follow(self, name: str, last: int | None, receive: Receive, send: Send) -> None:
        fields = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        # A comment, so that the client knows at once that it is being told.
        await send({"type": "http.response.body", "body": b": following\n\n", "more_body": True})
        leaving = asyncio.ensure_future(_left(receive))
        async with aclosing(self._entries(name, last, leaving)) as entries:
            async for entry in entries:
                frame = encode_event(Event(dump(show(entry)).decode(), id=str(entry.number)))
                await send({"type": "http.response.body", "body": frame, "more_body": True})

    async def _entries(
        self, name: str, last: int | None, leaving: asyncio.Future[None]
    ) -> AsyncGenerator[Entry, None]:
        with self.journal.followed(name) as queue:
            if last is not None:
                for entry in self.journal.entries(name):
                    if entry.number > last:
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


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
