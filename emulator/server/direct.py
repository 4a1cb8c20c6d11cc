"""Answers requests from the HTTP parser itself, where the whole response is known at once.

An ASGI task for each request costs more than most answers. So a request is answered in one write
as soon as it is parsed, unless it has to wait: a stream, a fault, a delay, a large body. That goes
the way of ASGI, and so does what is rare: both ways give the same bytes.
"""

import re
from typing import Any, Protocol, runtime_checkable

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from emulator.http.messages import Request
from emulator.server.connection import EmulatorProtocol

#: Larger bodies are read by ASGI, which lets the client wait where there is too much to read.
BODY_LIMIT_BYTES = 65_536

#: Where the scope of a request holds what was made of it before ASGI took over.
HANDLED = "emulator.handled"

#: Targets that take the way of ASGI: the control plane's, those with a scope in the path, those not
#: in origin form (RFC 9112, 3.2.1), and those with bytes that should be percent-encoded.
_UNUSUAL_TARGET = re.compile(rb"(?!/)|/__admin|/~|[^#\x80-\xff]*[#\x80-\xff]")

#: Longer targets take it, too: uvicorn says which are too long.
_TARGET_LIMIT = 8_192

#: Header names as they were sent → in lower case, of the first so many.
_NAMES: dict[bytes, str] = {}
_NAMES_LIMIT = 1_000

_INVALID = "Invalid HTTP request received."

#: A complete response: status, header fields as they are sent, body.
Whole = tuple[int, bytes, bytes]


class Direct(Protocol):
    """What can answer requests without ASGI."""

    def answer_at_once(self, request: Request) -> Whole | object | None:
        """The complete response; or what ASGI finds under `HANDLED`; or None, to begin there."""
        ...


@runtime_checkable
class DirectApp(Protocol):
    """An application that leaves requests to its dispatcher, unless another is in front of it."""

    dispatcher: Direct
    front: object | None


class DirectProtocol(EmulatorProtocol):
    """Answers at once what can be, and leaves the rest to uvicorn."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        app = self.config.app
        self._direct = app if isinstance(app, DirectApp) and not self.root_path else None
        #: Whether the request that is being read may be answered at once.
        self._reads = False
        self._fields: list[tuple[bytes, bytes]] = []
        self._body = b""
        #: Whether the client waits for `100 Continue`.
        self._expects = False
        self._stops = False
        #: When the connection began to wait for a request; None while it doesn't.
        self._idle_since: float | None = None
        self._defaults: list[tuple[bytes, bytes]] = []
        self._default_fields = b""

    def data_received(self, data: bytes) -> None:
        """Read requests, as uvicorn does, unless no more are handled."""
        if self.deaf:
            return
        self._idle_since = None
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.logger.warning(_INVALID)
            self.send_400_response(_INVALID)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._unsupported_upgrade_warning()

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.url = self._body = b""
        self._fields = []
        self._expects = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header field as it was sent."""
        if len(name) == 6 and name.lower() == b"expect":
            self._expects = True
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        """Choose the way of the request."""
        cycle = self.cycle
        self._reads = (
            self._direct is not None
            and self._direct.front is None
            and (cycle is None or cycle.response_complete)
            and not (self._expects or self.flow.write_paused or self.transport.is_closing())
            and not self.parser.should_upgrade()
            and len(self.url) <= _TARGET_LIMIT
            and _UNUSUAL_TARGET.match(self.url) is None
        )
        if not self._reads:
            self._begin_asgi()

    def on_body(self, body: bytes) -> None:
        """Collect the body, or leave a long one to ASGI."""
        if not self._reads:
            super().on_body(body)
            return
        self._body = self._body + body if self._body else body
        if len(self._body) > BODY_LIMIT_BYTES:
            self._begin_asgi()
            super().on_body(self._body)

    def on_message_complete(self) -> None:
        """Answer the request, or let ASGI do it."""
        if not self._reads or self._direct is None:
            super().on_message_complete()
            return
        path, _, query = self.url.decode("ascii").partition("?")
        names = _NAMES
        headers = tuple(
            [
                (names.get(name) or _lower(name), value.decode("latin-1"))
                for name, value in self._fields
            ]
        )
        method = self.parser.get_method().decode("ascii")
        answer: Whole | object | None = None
        try:
            request = Request(method, path, query, headers, self._body)
            answer = self._direct.dispatcher.answer_at_once(request)
        except Exception:
            pass
        if isinstance(answer, tuple):
            self._write(*answer)
            return
        self._begin_asgi()
        if answer is None:
            super().on_body(self._body)
        else:
            scope: Any = self.cycle.scope
            scope["extensions"][HANDLED] = answer
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on after a response of ASGI: with the next pipelined request, or wait for one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle_since = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self._look_again(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has waited long enough, or look again when it will have."""
        self.timeout_keep_alive_task = None
        if self._idle_since is None or self.transport.is_closing():
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._look_again(left)
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def shutdown(self) -> None:
        """Close the connection, after the response if a request is being read."""
        if self._reads:
            self._stops = True
        else:
            super().shutdown()

    def _begin_asgi(self) -> None:
        """Give uvicorn the request as far as it is read."""
        self._reads = False
        url, fields = self.url, self._fields
        super().on_message_begin()
        self.url = url
        for name, value in fields:
            super().on_header(name, value)
        super().on_headers_complete()
        if self._stops:
            super().shutdown()

    def _write(self, status: int, fields: bytes, body: bytes) -> None:
        self._reads = False
        state = self.server_state
        if state.default_headers is not self._defaults:  # uvicorn makes them anew each second
            self._defaults = state.default_headers
            self._default_fields = b"".join(
                [b"%b: %b\r\n" % field for field in state.default_headers]
            )
        parser = self.parser
        keep_alive = (
            parser.should_keep_alive() and parser.get_http_version() != "1.0" and not self._stops
        )
        end = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
        self.transport.write(
            b"".join((STATUS_LINE[status], self._default_fields, fields, end, body))
        )
        state.total_requests += 1
        if keep_alive:
            self._idle_since = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self._look_again(self.timeout_keep_alive)
        else:
            self.transport.close()

    def _unset_keepalive_if_required(self) -> None:
        # The timer goes on: setting one for each request costs more than looking when it is due.
        self._idle_since = None

    def _look_again(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )


def _lower(name: bytes) -> str:
    lower = name.lower().decode("latin-1")
    if len(_NAMES) < _NAMES_LIMIT:
        _NAMES[name] = lower
    return lower
