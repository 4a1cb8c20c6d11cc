"""Closes connections that wait too long for a request, with one timer for each of them.

uvicorn sets a timer after each response and cancels it at the next request, which costs more than
to look, when the only one is due, how long the connection has waited.
"""

from typing import Any

from emulator.server.connection import EmulatorProtocol


class IdleProtocol(EmulatorProtocol):
    """Keeps uvicorn's time for connections that wait.

    `idle_since` is when the connection began to wait for a request, by the loop's time; None while
    it doesn't.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.idle_since: float | None = None

    def on_response_complete(self) -> None:
        """Go on after a response of ASGI: with the next pipelined request, or wait for one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self.idle_since = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self.look_again(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has waited long enough, or look again when it will have."""
        self.timeout_keep_alive_task = None
        if self.idle_since is None or self.transport.is_closing():
            return
        left = self.idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.look_again(left)
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def _unset_keepalive_if_required(self) -> None:
        # The timer goes on: setting one for each request costs more than looking when it is due.
        self.idle_since = None

    def look_again(self, seconds: float) -> None:
        """Look in so many seconds whether the connection has waited long enough."""
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )
