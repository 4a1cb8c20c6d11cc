"""The steps in which an answer is sent. Faults rewrite them, delivery plays them."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct


class Start(Struct, frozen=True):
    """The status line and the header fields, in order."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def header(self, name: bytes) -> bytes | None:
        """The value of a header field, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    def with_length(self, length: int | None) -> "Start":
        """This start with another Content-Length, or without."""
        kept = tuple(field for field in self.headers if field[0] != b"content-length")
        stated = () if length is None else ((b"content-length", b"%d" % length),)
        return Start(self.status, (*kept, *stated))


class Body(Struct, frozen=True):
    """A part of the body; of an event stream, one frame."""

    data: bytes


class End(Struct, frozen=True):
    """The answer is complete."""


class Wait(Struct, frozen=True):
    """Nothing for so long, by the scope's clock; the rest is void where the client leaves."""

    seconds: float


class Until(Struct, frozen=True):
    """Nothing until this has happened; it is cancelled, and the rest void, if the client leaves."""

    happens: Callable[[], Awaitable[None]]


class Raw(Struct, frozen=True):
    """Bytes written straight onto the connection, past the HTTP server.

    Only between such steps; the connection is closed after the last one.
    """

    data: bytes


class Reset(Struct, frozen=True):
    """The connection ends with a TCP RST; what was written before is sent first."""


class Close(Struct, frozen=True):
    """The connection is closed in order (TCP FIN) after what was written."""


class HalfClose(Struct, frozen=True):
    """Our side of the connection is closed, the client's stays open."""


class Hang(Struct, frozen=True):
    """Nothing more happens until the client gives up."""


class Refuse(Struct, frozen=True):
    """The server refuses new connections for so long, by the scope's clock; this one goes on."""

    seconds: float


Step: TypeAlias = (
    Start | Body | End | Wait | Until | Raw | Reset | Close | HalfClose | Hang | Refuse
)

#: Lazy, because a stream may have to wait for what comes next.
Steps: TypeAlias = AsyncGenerator[Step, None]


async def followed_by(steps: Steps, *last: Step) -> Steps:
    """The steps, and others after them."""
    async for step in steps:
        yield step
    for step in last:
        yield step
