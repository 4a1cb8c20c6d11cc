"""Responses that take long to make: piece by piece, or as a whole, in a thread.

A full journal takes seconds to redact and to write. Meanwhile other connections are answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import islice

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.server.admin.calls import AdminCall
from emulator.server.play import client_gone
from emulator.server.send import hanging_up_when_stopped

JSON, JSON_LINES = "application/json", "application/x-ndjson"

#: What is made at once: so many entries that are so large together. And how large a piece is.
_AT_ONCE, _AT_ONCE_BYTES = 100, 200_000
_PIECE_BYTES = 100_000


def is_long(items: Iterable[object]) -> bool:
    """Whether there are so many, or so large ones, that others are answered meanwhile."""
    few = tuple(islice(items, _AT_ONCE + 1))
    size = sum([getattr(each, "size_bytes", 0) for each in few])
    return len(few) > _AT_ONCE or size > _AT_ONCE_BYTES


def json_array(before: bytes, items: Iterable[bytes], after: bytes) -> Iterator[bytes]:
    """An array, part by part, between what stands before and after it."""
    yield before + b"["
    for number, item in enumerate(items):
        yield b"," + item if number else item
    yield b"]" + after


def listing(items: Iterable[object], parts: Iterable[bytes], media_type: str = JSON) -> Response:
    """What is said of the items, part by part; made as a whole where that takes no time."""
    if is_long(items):
        return _Long(iter(parts), media_type)
    return Response(b"".join(parts), media_type=media_type)


def aside(handler: Callable[[AdminCall], Response]) -> Callable[[AdminCall], Awaitable[Response]]:
    """The handler in a thread where it has much to read of the journal; it changes nothing."""

    async def handle(call: AdminCall) -> Response:
        if is_long(call.entries):
            return await asyncio.to_thread(handler, call)
        return handler(call)

    return handle


class _Long(Response):
    """Sends its parts as they are made, until the client leaves."""

    def __init__(self, parts: Iterator[bytes], media_type: str) -> None:
        super().__init__(media_type=media_type)
        self.parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make a piece, send it, make the next."""
        fields = [(b"content-type", str(self.media_type).encode())]
        with hanging_up_when_stopped(scope):
            await send({"type": "http.response.start", "status": 200, "headers": fields})
            gone = asyncio.ensure_future(client_gone(receive))
            try:
                while scope["method"] != "HEAD" and not gone.done():
                    piece = await asyncio.to_thread(next_piece, self.parts)
                    if not piece:
                        break
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            finally:
                gone.cancel()
            await send({"type": "http.response.body", "body": b""})


def next_piece(parts: Iterator[bytes]) -> bytes:
    """The next parts that make a piece; empty at the end."""
    made, size = [], 0
    for part in parts:
        made.append(part)
        size += len(part)
        if size >= _PIECE_BYTES:
            break
    return b"".join(made)
