"""Below ASGI: uvicorn's HTTP protocol, and the connection of a request, for faults.

ASGI can't express a reset, bytes that are no HTTP, or a server that hangs up. The connection can;
it is passed in `scope["extensions"]`.
"""

import asyncio
import logging
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from emulator.http.problems import Problem, problem
from emulator.server.batch import RequestBatch
from emulator.server.heads import Heads
from emulator.server.hosts import Hosts
from emulator.server.limits import WireLimits, most_connections

_LOG = logging.getLogger("uvicorn.error")
#: The log is told no more often that connections are refused.
_TELL_S = 60.0

EXTENSION = "emulator.connection"

#: Refuses new connections until the awaitable it is given is done.
Refuse = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


class SharedState(ServerState):
    """uvicorn's state shared by the connections of one server, and how to refuse new ones.

    `batch` are the requests that were read and are not answered, `heads` those that came before.
    """

    def __init__(self, refuse: Refuse, limits: WireLimits, hosts: Hosts) -> None:
        super().__init__()
        self.refuse = refuse
        self.limits = limits
        self.hosts = hosts
        self.batch = RequestBatch()
        self.heads = Heads()
        #: The most connections there may be, and when the log was last told that there are more.
        self.most = most_connections()
        self._told = -_TELL_S

    def full(self, now: float) -> Problem | None:
        """Why no further connection is served; None if there is room."""
        if len(self.connections) <= self.most:
            return None
        if now - self._told >= _TELL_S:
            self._told = now
            _LOG.warning(
                "%d connections are open, more are refused with 503: the process may have no more"
                " files (ulimit -n)",
                self.most,
            )
        return problem("too-many-connections", f"{self.most} connections are open (ulimit -n)")


class EmulatorProtocol(HttpToolsProtocol):
    """`HttpToolsProtocol` that puts a `Connection` into the scope of every request."""

    server_state: SharedState
    #: Whether further input is dropped, because no more requests are handled.
    deaf = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.unanswered: deque[RequestResponseCycle] = deque()

    def on_headers_complete(self) -> None:
        """Add the connection; the application starts only after this."""
        super().on_headers_complete()
        cycle = self.cycle
        if cycle is None or cycle.scope is not self.scope:
            return  # An upgrade, not an HTTP request.
        unanswered = self.unanswered
        while unanswered and unanswered[0].response_complete:
            unanswered.popleft()
        unanswered.append(cycle)
        extensions: dict[str, Any] = cast(Any, self.scope).setdefault("extensions", {})
        extensions[EXTENSION] = Connection(self, cycle)

    def data_received(self, data: bytes) -> None:
        """Read requests, unless no more are handled."""
        if not self.deaf:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Notify every request; uvicorn notifies only the newest of pipelined ones."""
        super().connection_lost(exc)
        for cycle in self.unanswered:
            if not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()


class Connection:
    """The connection of one request, to respond without uvicorn.

    Once it is used, it reads no other request and ends with this one.
    """

    __slots__ = ("_cycle", "_protocol")

    def __init__(self, protocol: EmulatorProtocol, cycle: RequestResponseCycle) -> None:
        self._protocol, self._cycle = protocol, cycle

    @property
    def gone(self) -> bool:
        """Whether nobody is there any more to read the response."""
        return self._cycle.disconnected

    def take_over(self) -> None:
        """Read no more requests; further input only shows that the client is there."""
        self._protocol.deaf = True

    def outlast_body(self) -> None:
        """Read no more of a body that is still coming, and end in order with the response."""
        cycle = self._cycle
        if cycle.more_body:
            self.take_over()
            cycle.keep_alive = False
            cycle.transport = cast(Any, _Parting(self._protocol.transport))

    async def write(self, data: bytes) -> None:
        """Write bytes as they are, unless the client has left."""
        self.take_over()
        await self._protocol.flow.drain()
        if not self._protocol.transport.is_closing():
            self._protocol.transport.write(data)

    async def reset(self) -> None:
        """Send a TCP RST (no linger, see SO_LINGER in socket(7)) once all written bytes are sent.

        Bytes that the client has no window for are lost, as with any reset.
        """
        transport = self._protocol.transport
        transport.set_write_buffer_limits(high=0)
        await self._protocol.flow.drain()
        raw = transport.get_extra_info("socket")
        if raw is not None and not transport.is_closing():
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.hang_up()

    def close(self) -> None:
        """Close in order (TCP FIN) after all written bytes."""
        self.take_over()
        self._cycle.disconnected = True  # Or uvicorn reports the incomplete response.
        self._protocol.transport.close()

    def half_close(self) -> None:
        """Close our side (TCP FIN) after all written bytes; the client's stays open."""
        self.take_over()
        if not self._protocol.transport.is_closing():
            self._protocol.transport.write_eof()

    def hang_up(self) -> None:
        """Close at once."""
        self._cycle.disconnected = True  # Or uvicorn reports the incomplete response.
        self._protocol.transport.abort()

    async def refuse_others(self, passing: Callable[[], Awaitable[None]]) -> None:
        """Make the server refuse new connections, from when this returns until `passing()` does."""
        await self._protocol.server_state.refuse(passing)


class _Parting:
    """A transport that closes only its own side, as a reset would lose what was written last."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.write, self._part = transport.write, transport.write_eof

    def close(self) -> None:
        """Write no more; the client closes, or the timer does."""
        with suppress(OSError):  # The client has gone.
            self._part()


def connection_of(scope: Scope) -> Connection | None:
    """The connection of a request; None where it was not made by our protocol class."""
    connection: Connection | None = scope.get("extensions", {}).get(EXTENSION)
    return connection
