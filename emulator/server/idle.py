"""Closes connections that keep the server waiting, with one timer for each of them.

uvicorn sets a timer after each response and cancels it at the next request, which costs more than
to look, every few seconds, how far the connection has come since. So requests pay nothing for it.
"""

from contextlib import suppress
from typing import Any

from emulator.http.problems import Problem
from emulator.server.connection import EmulatorProtocol
from emulator.server.limits import refusal, too_slow


class IdleProtocol(EmulatorProtocol):
    """Closes a connection that is idle, whose request does not come, or whose answer nobody reads.

    `idle_since` is when the connection began to wait for a request, by the loop's time; None while
    it doesn't.
    """

    __slots__ = (
        "_drained",
        "_interval",
        "_made",
        "_parts",
        "_progress",
        "_since",
        "_waits",
        "idle_since",
        "limits",
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.limits = self.server_state.limits
        self.idle_since: float | None = None
        #: When the connection was made.
        self._made = 0.0
        #: What the connection was last found to wait for, how far it had come, and when that was.
        self._waits: object = None
        self._progress, self._since = 0, 0.0
        #: Parts of bodies that were read for ASGI, and how often the client made room for more.
        self._parts = self._drained = 0
        patience = self.limits.read_s, self.limits.idle_s, self.limits.write_s
        self._interval = min([each for each in patience if each], default=0.0)

    def connection_made(self, transport: Any) -> None:
        """Begin to look; with too many connections, refuse this one."""
        super().connection_made(transport)
        found = self.server_state.full(self.loop.time())
        if found is not None:
            self.refuse(found)
            # It must not keep a file that others need.
            transport.close()
        self.idle_since = self._made = self.loop.time()
        if self._interval:
            self._look_again(self._interval)

    def on_body(self, body: bytes) -> None:
        """Take a part of a body for ASGI."""
        self._parts += 1
        super().on_body(body)

    def resume_writing(self) -> None:
        """Go on, as the client has read."""
        self._drained += 1
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Go on after a response of ASGI: with the next pipelined request, or wait for one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self.idle_since = self.loop.time()
        self.read_on()

    def read_on(self) -> None:
        """Read what comes next, unless there are requests to answer first."""
        if not self.pipeline:
            self.flow.resume_reading()

    def refuse(self, found: Problem) -> None:
        """Answer that a request can't be read, and close; behind an answer that goes on, close."""
        cycle = self.cycle
        if self.deaf:
            return
        if cycle is not None and not (cycle.response_complete or cycle.more_body):
            self.deaf, cycle.keep_alive = True, False
        elif not self.transport.is_closing():
            self.deaf = True
            self.transport.write(refusal(found, self.server_state.default_headers))
            # Closed at once, with input that nobody read, the refusal would be lost to a reset.
            with suppress(OSError):  # The client has gone.
                self.transport.write_eof()
            self.idle_since = self.loop.time()

    def incomplete(self) -> tuple[object, int] | None:
        """The request that is being read, and how much of it there is; None if there is none."""
        cycle = self.cycle
        if cycle is not None and cycle.more_body and not cycle.response_complete:
            return cycle, self._parts
        return None

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has kept the server waiting for too long; else look again."""
        self.timeout_keep_alive_task = None
        now, transport = self.loop.time(), self.transport
        # Once closing, it waits only for what was written to be read.
        unsent = transport.get_write_buffer_size()
        if transport.is_closing() and not unsent:
            return
        left = self._left(now, unsent)
        if left > 0:
            self._look_again(left)
        elif unsent:
            transport.abort()
        elif self._waits is None:
            transport.close()
        else:
            self.refuse(too_slow(self.limits))
            self._look_again(self._interval)

    def _left(self, now: float, unsent: int) -> float:
        """How long to wait before looking again; none if the client had its time."""
        limits, interval = self.limits, self._interval
        found: tuple[object, int] | None = None
        patience, since = limits.read_s, self.idle_since
        if unsent:
            patience = limits.write_s
            # Grows when the client reads: all that was written in one go, or part of a stream.
            found = self.flow, (self._drained << 40) - unsent
        elif not (self.deaf or self.flow.read_paused):
            found = self.incomplete()
        waits, progress = found or (None, 0)
        if waits is not None:
            if waits is not self._waits or progress > self._progress:
                self._progress, self._since = progress, now
            since = self._since
        elif since != self._made:
            patience = limits.idle_s
        self._waits = waits
        return interval if since is None or not patience else min(interval, since + patience - now)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        super().connection_lost(exc)
        self._waits = None
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def _unset_keepalive_if_required(self) -> None:
        # The timer goes on: setting one for each request costs more than looking when it is due.
        self.idle_since = None

    def _look_again(self, seconds: float) -> None:
        """Look in so many seconds what the connection waits for."""
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )
