"""Answers requests from the HTTP parser itself, where the whole response is known at once.

An ASGI task for each request costs more than most answers. So a request is answered in one write
as soon as it is parsed, unless it has to wait: a stream, a fault, a delay, a large body. That goes
the way of ASGI, and so does what is rare: both ways give the same bytes.
"""

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from emulator.http.codings import PLAIN_TYPES, is_plain
from emulator.http.messages import Request, combined
from emulator.http.methods import KNOWN_METHODS
from emulator.server import stand_ins
from emulator.server.at_once import HANDLED, DirectApp, Whole
from emulator.server.bounded import BoundedProtocol
from emulator.server.heads import LOWER, Head, ReadMessage, lower_case
from emulator.server.targets import usual_target

#: Larger bodies are read by ASGI, which lets the client wait where there is too much to read, and
#: refuses what is said to be too long before it comes.
BODY_LIMIT_BYTES = 65_536

#: What most methods are as text.
_METHODS = {method.encode(): method for method in KNOWN_METHODS}

_INVALID = "Invalid HTTP request received."


class DirectProtocol(BoundedProtocol):
    """Answers at once what can be, and leaves the rest to uvicorn."""

    # More than thirty attributes in a dict are read slowly, and uvicorn has nearly as many.
    __slots__ = (
        *("_begun", "_between", "_default_fields", "_defaults", "_direct", "_head"),
        *("_longest", "_stops", "_usual", "closes"),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        app = self.config.app
        self.headers = []
        self._direct = app if isinstance(app, DirectApp) and not self.root_path else None
        own: tuple[bytes, ...] = ()
        self._longest = BODY_LIMIT_BYTES
        if isinstance(app, DirectApp):
            own = (app.admin_path.encode(),)
            self._longest = min(BODY_LIMIT_BYTES, app.dispatcher.body_limit_bytes)
        self._usual = usual_target(*own)
        #: Whether the parser has nothing of a request; how many it began in what it was fed.
        self._between = True
        self._begun = 0
        #: The head of the request, where that came before.
        self._head: Head | None = None
        #: Whether the connection ends with the response.
        self.closes = False
        self._stops = False
        self._defaults: list[tuple[bytes, bytes]] = []
        self._default_fields = b""

    def data_received(self, data: bytes) -> None:
        """Read requests, as uvicorn does, unless no more are handled."""
        if self.deaf:
            return
        self.idle_since = None
        if len(data) > self.piece or self.rest:
            self.read_in_pieces(data)
            return
        state = self.server_state
        known = state.heads.read(data) if self._between else None
        # Which hosts may be named can have changed since.
        if known is None or known[2].host not in self.known_hosts:
            self._parse(data)
            return
        if self._read is not None:
            self._answer_before()
        self._read, self.url, self._head, self._body = known
        self._fields = {}
        self._reads = self._headed = True
        if len(state.connections) == 1:
            state.batch.answer_alone(self)
        else:
            state.batch.add(self, self.loop)

    def _parse(self, data: bytes) -> None:
        """Have the parser read, and keep the head of what is one whole request."""
        self._begun, whole = 0, self._between
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._between = False
            self._answer_before()
            method = stand_ins.unknown_method(error, data) if whole and self._begun == 1 else None
            self.refused = self.refused or stand_ins.other_version(data)
            if method is None or not self._read_unknown(method, data):
                self._refuse()
        except httptools.HttpParserUpgrade:
            self._between = False
            self._answer_before()  # As HTTP: an upgrade may be ignored (RFC 9110, 7.8).
        else:
            read = self._read
            if whole and self._begun == 1 and read is not None and read[1:] == ("1.1", True):
                self.server_state.heads.learn(data, self._head_read())
        if not self._between:
            self.count_head(len(data))

    def _read_unknown(self, method: bytes, data: bytes) -> bool:
        """Read a request, the last of its connection, whose method the parser doesn't know."""
        if self._direct is None:
            return False
        self.parser = stand_ins.RenamedParser(self, method)
        self._stops = True
        self._parse(b"POST" + data[len(method) :])
        return True

    def on_message_begin(self) -> None:
        """Begin a request; one that came with it is answered first."""
        if self._read is not None:
            self._answer_before()
        self._between, self._head = False, None
        self._begun += 1
        self.url = self._body = b""
        self._fields = {}
        self._repeated = None
        self._headed = False
        self.fed = 0
        self._reads = self._direct is not None

    def on_url(self, url: bytes) -> None:
        """Keep the target as it was sent."""
        self.url = self.url + url if self.url else url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header field."""
        if self._headed:
            # A trailer: not to be taken for a header field (RFC 9110, 6.5.1).
            return
        lower = LOWER.get(name) or lower_case(name)
        fields, text = self._fields, value.decode("latin-1")
        if lower in fields or self._repeated is not None:
            self.repeat(lower, text)
        else:
            fields[lower] = text

    def on_headers_complete(self) -> None:
        """Leave it to ASGI to let the client go on, to switch protocols, or to decode a body."""
        self._headed = True
        fields = self._fields
        if not self.url.startswith(b"/"):
            self.take_host()
        if (
            self.fed
            or self._repeated is not None
            or len(fields) > self.limits.fields
            or fields.get("host") not in self.known_hosts
            or self.parser.get_http_version() != "1.1"
            or "transfer-encoding" in fields
        ):
            self.judge_head(self.parser.get_method(), self._repeated or fields.items())
        if (
            not self._reads
            or "expect" in fields
            or "upgrade" in fields
            or "content-encoding" in fields
            or int(fields.get("content-length", 0)) > self._longest
            or not (fields.get("content-type") in PLAIN_TYPES or is_plain(fields["content-type"]))
        ):
            self._begin_asgi()

    def on_body(self, body: bytes) -> None:
        """Collect the body, or leave a long one to ASGI."""
        if not self._reads:
            super().on_body(body)
            return
        self.fed = 0
        self._body = self._body + body if self._body else body
        if len(self._body) > self._longest:
            self._begin_asgi()
            super().on_body(self._body)

    def on_message_complete(self) -> None:
        """Have the request answered, at once or by ASGI."""
        self._between = True
        if not self._reads:
            super().on_message_complete()
            return
        parser = self.parser
        self._read = (
            parser.get_method(),
            parser.get_http_version(),
            parser.should_keep_alive(),
        )
        self.server_state.batch.add(self, self.loop)

    def answer(self) -> bytes | None:
        """The response to the request that was read, as it is sent; None if ASGI gives it."""
        url, cycle, read, direct = self.url, self.cycle, self._read, self._direct
        assert read is not None
        assert direct is not None
        answer: Whole | object | None = None
        if (
            direct.front is None
            and (cycle is None or cycle.response_complete)
            and not (self.flow.write_paused or self.transport.is_closing())
            and self._usual(url)
        ):
            path, _, query = url.decode().partition("?")
            head = self._head or self._head_read()
            request = Request(
                _METHODS.get(read[0]) or read[0].decode("ascii"),
                path,
                query,
                head.headers,
                self._body,
                fields=head.fields,
                fields_bytes=head.size_bytes,
                _combined=head.headers,
            )
            try:
                answer = direct.dispatcher.answer_at_once(request)
            except Exception as error:
                # ASGI raises it again, so that uvicorn reports it; nothing is handled twice.
                answer = error
        self._read = None
        if not isinstance(answer, tuple):
            try:
                self._go_on(answer, read)
            except Exception:  # what uvicorn can't read, like `GET a:b`
                self._refuse()
            return None
        self._reads = False
        status, lines, body = answer
        state = self.server_state
        state.total_requests += 1
        if state.default_headers is not self._defaults:  # uvicorn makes them anew each second
            self._use_defaults(state.default_headers)
        self.closes = not read[2] or read[1] == "1.0" or self._stops
        if not self.closes:
            self.idle_since = self.loop.time()
        end = b"connection: close\r\n\r\n" if self.closes else b"\r\n"
        return b"".join((STATUS_LINE[status], self._default_fields, lines, end, body))

    def shutdown(self) -> None:
        """Close the connection, after the response if a request is being read or waits."""
        if self._reads and self._headed:
            self._stops = True
        else:
            super().shutdown()

    def _answer_before(self) -> None:
        """Answer what was read of this connection before anything else happens to it."""
        if self._read is not None:
            self.server_state.batch.answer()

    def _refuse(self) -> None:
        if self.refused is not None:
            self.refuse(self.refused)
            return
        self.logger.warning(_INVALID)
        self.send_400_response(_INVALID)

    def _head_read(self) -> Head:
        """The head as far as it is read."""
        if self._repeated is None:
            return Head(tuple(self._fields.items()), self._fields)
        headers = tuple(self._repeated)
        return Head(headers, combined(headers))

    def _begin_asgi(self) -> None:
        """Give uvicorn the request as far as it is read."""
        self._reads = False
        url, head = self.url, self._head or self._head_read()
        super().on_message_begin()
        self.url = url
        for name, text in head.headers:
            super().on_header(name.encode("latin-1"), text.encode("latin-1"))
        super().on_headers_complete()
        if self._stops:
            super().shutdown()

    def _go_on(self, answer: object | None, read: ReadMessage) -> None:
        """Let ASGI go on with what there is of a response, or begin."""
        parser = self.parser
        self.parser = stand_ins.PastParser(*read)  # type: ignore[assignment]
        try:
            self._begin_asgi()
            if answer is None:
                super().on_body(self._body)
            else:
                scope: Any = self.cycle.scope
                scope["extensions"][HANDLED] = answer
            super().on_message_complete()
        finally:
            self.parser = parser

    def _use_defaults(self, headers: list[tuple[bytes, bytes]]) -> None:
        self._defaults = headers
        self._default_fields = b"".join([b"%b: %b\r\n" % field for field in headers])
