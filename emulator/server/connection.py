"""What lies under ASGI: uvicorn's HTTP protocol, and one request's connection to break.

ASGI has no words for a reset, for bytes that are no HTTP, or for a server that hangs up. The
connection has; it travels in `scope["extensions"]`.
"""

import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

EXTENSION = "emulator.connection"

#: Refuses new connections until what it is given is over.
Refuse = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


class SharedState(ServerState):
    """What the connections of one server share: uvicorn's, and how that server refuses more."""

    def __init__(self, refuse: Refuse) -> None:
        super().__init__()
        self.refuse = refuse


class EmulatorProtocol(HttpToolsProtocol):
    """`HttpToolsProtocol` that puts a `Connection` into the scope of every request."""

    server_state: SharedState
    #: Whether what still comes in is thrown away, because no request is answered any more.
    deaf = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.unanswered: list[RequestResponseCycle] = []

    def on_headers_complete(self) -> None:
        """Add what ASGI has no words for; the application begins only after this."""
        super().on_headers_complete()
        cycle = self.cycle
        if cycle is None or cycle.scope is not self.scope:
            return  # An upgrade: no request of HTTP.
        self.unanswered = [each for each in self.unanswered if not each.response_complete]
        self.unanswered.append(cycle)
        extensions: dict[str, Any] = cast(Any, self.scope).setdefault("extensions", {})
        extensions[EXTENSION] = Connection(self, cycle)

    def data_received(self, data: bytes) -> None:
        """Read requests, for as long as they are answered."""
        if not self.deaf:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell every request; uvicorn tells the newest, which pipelined ones stand before."""
        super().connection_lost(exc)
        for cycle in self.unanswered:
            if not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()


class Connection:
    """The connection of one request. Whoever uses it answers past uvicorn.

    From then on no other request is read on it, and it does not outlive this one.
    """

    __slots__ = ("_cycle", "_protocol")

    def __init__(self, protocol: EmulatorProtocol, cycle: RequestResponseCycle) -> None:
        self._protocol, self._cycle = protocol, cycle

    def take_over(self) -> None:
        """Read no more requests; what still comes in only shows that the client is there."""
        self._protocol.deaf = True

    async def write(self, data: bytes) -> None:
        """Write bytes as they are; nothing where the client has gone."""
        self.take_over()
        await self._protocol.flow.drain()
        if not self._protocol.transport.is_closing():
            self._protocol.transport.write(data)

    async def reset(self) -> None:
        """Send a TCP RST: no linger (SO_LINGER, socket(7)), after what was written has left us.

        What the client's window holds back is lost, as it is with any reset.
        """
        transport = self._protocol.transport
        transport.set_write_buffer_limits(high=0)
        await self._protocol.flow.drain()
        raw = transport.get_extra_info("socket")
        if raw is not None and not transport.is_closing():
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.hang_up()

    def close(self) -> None:
        """Close in order (TCP FIN), after what was written."""
        self.take_over()
        self._forget()
        self._protocol.transport.close()

    def half_close(self) -> None:
        """Close our side (TCP FIN) after what was written; the client's stays open."""
        self.take_over()
        if not self._protocol.transport.is_closing():
            self._protocol.transport.write_eof()

    def hang_up(self) -> None:
        """Close at once."""
        self._forget()
        self._protocol.transport.abort()

    async def refuse_others(self, passing: Callable[[], Awaitable[None]]) -> None:
        """Let the server refuse new connections, from when this returns until `passing()` is."""
        await self._protocol.server_state.refuse(passing)

    def _forget(self) -> None:
        """uvicorn takes an answer that is not complete for our mistake, unless the client left."""
        self._cycle.disconnected = True
