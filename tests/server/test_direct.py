"""Both ways of a request, from the parser itself and through ASGI, on the wire."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.mock.assemble import assemble
from emulator.server.app import EmulatorApp, create_app
from emulator.server.direct import BODY_LIMIT_BYTES
from emulator.server.journal.journal import Entry, Journal
from emulator.server.uvicorn import base_url, listen, make_server, serving
from emulator.settings import Settings
from tests.support.paths import ROOT
from tests.support.wire import Served, read, served

SETTINGS = Settings(now=datetime(2026, 4, 28, 14, 30, tzinfo=UTC), body_limit=200_000)

BEARER = "Authorization: Bearer t"
JSON = "Content-Type: application/json"
RUN = b'{"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "Hi"}}'
EXECUTE = b'{"user_id": "user_1", "arguments": {"channel": "C1", "text": "Hi"}}'
STREAMED = (
    b'{"arguments": {"text": "a b"}, "conversation_id": "c", "message_id": "m", "stream": true}'
)
STUB = (
    b'{"request": {"urlPath": "/stubbed"}, "response": {"status": 299, "body": "s",'
    b' "headers": {"X-A": ["1", "2"], "Content-Length": "1"}}}'
)


def ask(start: str, *fields: str, body: bytes = b"") -> bytes:
    """A request as it is written on the wire."""
    lines = [f"{start} HTTP/1.1", "Host: localhost", *fields]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


LIST = ask("GET /projects/p/tools", BEARER)
CALL = ask("POST /projects/p/tools", BEARER, JSON, body=RUN)
EXECUTION = ask(
    "POST /api/v3.1/tools/execute/SLACK_SEND_MESSAGE", "x-api-key: ak_1", JSON, body=EXECUTE
)
LONG = b'{"tool": "' + b"x" * BODY_LIMIT_BYTES + b'"}'
CHUNKED = "Transfer-Encoding: chunked"

#: What is written on one connection, and how many of its requests go through ASGI.
CONVERSATIONS: Mapping[str, tuple[Sequence[bytes | Sequence[bytes]], int]] = {
    "one": ([LIST], 0),
    "several": ([LIST, CALL, CALL, EXECUTION, EXECUTION], 0),
    "pipelined": ([[LIST, CALL, LIST]], 0),
    "pipelined behind a stream": (
        [
            [
                ask("POST /api/v1/agent/a/tools/write_summary/run", BEARER, JSON, body=STREAMED),
                LIST,
                CALL,
            ]
        ],
        3,
    ),
    "rejected": ([ask("POST /projects/p/tools", BEARER, JSON, body=b'{"tool": 1}')], 0),
    "no credential": ([ask("GET /projects/p/tools")], 0),
    "no such path": ([ask("GET /nothing"), ask("PUT /projects/p/tools"), ask("GET //x?a=?&")], 0),
    "options": ([ask("OPTIONS /projects/p/tools"), ask("OPTIONS *")], 1),
    "head": ([ask("HEAD /projects/p/tools", BEARER), ask("HEAD /nothing"), LIST], 0),
    "preferences": (
        [
            ask(f"GET /projects/p/tools?{query}", BEARER)
            for query in ("__code=404", "__dynamic=true")
        ],
        0,
    ),
    "no content": ([ask("GET /projects/p/tools", BEARER, "Prefer: code=204")], 0),
    "reset content": ([ask("GET /projects/p/tools", BEARER, "Prefer: code=205")], 0),
    "a delay": ([ask("GET /projects/p/tools", BEARER, "Prefer: delay=1")], 1),
    "a fault": ([ask("GET /projects/p/tools", BEARER, "Prefer: fault=empty-body")], 1),
    "scopes": (
        [
            ask("GET /projects/p/tools", BEARER, "Emulator-Scope: other"),
            ask("GET /projects/p/tools", BEARER, "Emulator-Scope: not/valid"),
            ask("GET /~third/projects/p/tools", BEARER),
        ],
        2,
    ),
    "the control plane": ([ask("GET /__admin/executions")], 1),
    "a stub": ([ask("POST /__admin/mappings", JSON, body=STUB), ask("GET /stubbed")], 1),
    "odd headers": (
        [ask("GET /nothing", "X-A: 1", "x-a: 2", "X-B:", "X-\xe9: \xff", "X-C: a\tb")],
        0,
    ),
    "absolute form": ([ask("GET http://x/projects/p/tools?a=b", BEARER)], 1),
    "odd targets": (
        [ask("GET /a/%2Fb?%"), ask("GET /a#b"), ask("GET /?"), ask("GET /__adminx")],
        2,
    ),
    "bytes in the target": ([ask("GET /\xe9")], 0),
    "chunked": (
        [
            ask("POST /projects/p/tools", BEARER, JSON, CHUNKED)
            + b'3\r\n{"a\r\n2\r\n":\r\n2\r\n1}\r\n0\r\n\r\n'
        ],
        0,
    ),
    "a long body": ([ask("POST /projects/p/tools", BEARER, JSON, body=LONG), LIST], 1),
    "too long a body": ([ask("POST /projects/p/tools", BEARER, JSON, body=LONG * 4), LIST], 1),
    "expecting to continue": (
        [ask("POST /projects/p/tools", BEARER, JSON, "Expect: 100-continue", body=RUN)],
        1,
    ),
    "closing": ([ask("GET /projects/p/tools", BEARER, "Connection: close")], 0),
    "the older version": ([LIST.replace(b"HTTP/1.1", b"HTTP/1.0")], 0),
    "the control plane, encoded": ([ask("GET /__admi%6e/executions"), ask("GET /%5F_admin/x")], 2),
    "targets that are none": ([ask("GET a:b"), ask("CONNECT a:1"), ask("CONNECT /x")], 0),
    "too long a target": ([ask(f"GET /{'a' * 70_000}")], 0),
    "no HTTP": ([b"Hello\r\n\r\n"], 0),
    "an unknown upgrade": (
        [ask("GET /projects/p/tools", BEARER, "Connection: Upgrade", "Upgrade: h2c")],
        1,
    ),
}


class Counted(EmulatorApp):
    """Counts the requests that take the way of ASGI."""

    def __init__(self, app: EmulatorApp) -> None:
        super().__init__(app.dispatcher)
        self.router.routes = app.router.routes
        self.requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += scope["type"] == "http"
        await super().__call__(scope, receive, send)


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Served, Served, Counted]]:
    """A server that answers directly, one that does not, and the first one's application."""
    assembly = assemble(SETTINGS)
    direct, other = (Counted(create_app(SETTINGS, assembly)) for _ in range(2))

    async def through_asgi(scope: Scope, receive: Receive, send: Send) -> None:
        await other(scope, receive, send)

    with running(direct) as one, running(through_asgi) as another:
        yield one, another, direct


@contextmanager
def running(app: ASGIApp) -> Iterator[Served]:
    listener = listen("127.0.0.1", 0)
    server = make_server(app, date_header=False)
    with serving(server, listener):
        yield Served(server, base_url(listener))


def converse(here: Served, requests: Sequence[bytes | Sequence[bytes]]) -> list[tuple[bytes, str]]:
    """All that arrives, and how it ends: each request, or several at once, has a connection.

    The last of a connection closes it.
    """
    received = []
    for each in requests:
        *before, last = [each] if isinstance(each, bytes) else each
        start, host, rest = last.partition(b"Host: localhost\r\n")
        with here.connect() as connection:
            connection.sendall(b"".join(before) + start + host + b"Connection: close\r\n" + rest)
            received.append(read(connection))
    return received


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_both_ways_give_the_same_bytes(both: tuple[Served, Served, Counted], name: str) -> None:
    requests, through_asgi = CONVERSATIONS[name]
    direct, other, app = both
    before = app.requests
    assert converse(direct, requests) == converse(other, requests)
    assert app.requests - before == through_asgi


def test_both_ways_keep_the_same_journal(both: tuple[Served, Served, Counted]) -> None:
    direct, other, _ = both
    for requests, _ in CONVERSATIONS.values():
        assert converse(direct, requests) == converse(other, requests)
    for kept in ("requests", "executions"):
        assert converse(direct, [ask(f"GET /__admin/{kept}")]) == converse(
            other, [ask(f"GET /__admin/{kept}")]
        )


def test_a_request_is_answered_though_the_next_is_none(
    both: tuple[Served, Served, Counted],
) -> None:
    with both[0].connect() as connection:
        connection.sendall(LIST + b"Hello\r\n\r\n")
        received, end = read(connection)
    statuses = [each[:3] for each in received.split(b"HTTP/1.1 ")[1:]]
    assert (statuses, end) == ([b"200", b"400"], "closed")


@pytest.mark.parametrize("fields", [(), ("Expect: 100-continue",)], ids=["directly", "by ASGI"])
def test_trailers_are_no_header_fields(
    both: tuple[Served, Served, Counted], fields: tuple[str, ...]
) -> None:
    head = ask("GET /projects/p/tools", CHUNKED, "Connection: close", *fields)
    with both[0].connect() as connection:
        connection.sendall(head + f"0\r\n{BEARER}\r\n\r\n".encode())
        received, _ = read(connection)
    assert b"HTTP/1.1 401 Unauthorized" in received


class FullJournal(Journal):
    """Fails when everything else was done."""

    def add(self, *_: object) -> Entry:
        raise OSError("no space left")


@pytest.mark.parametrize(
    ("fails", "status"),
    [("the journal", b"500"), ("the listener", b"200")],
    ids=["what is handled", "who is told"],
)
def test_nothing_is_handled_twice(fails: str, status: bytes) -> None:
    def listener(*_: object) -> None:
        raise BrokenPipeError

    app = create_app(SETTINGS, listener=listener if fails == "the listener" else None)
    if fails == "the journal":
        app.dispatcher = replace(app.dispatcher, journal=FullJournal())
    with served(app, "auto") as here:
        received = converse(here, [CALL])[0][0]
    assert received.split()[1] == status
    assert len(app.dispatcher.store.executions("default")) == 1
    assert [record.levelname for record in here.records] == ["ERROR"]


def test_plans_are_kept_for_short_accept_headers_only() -> None:
    specs = (str(ROOT / "examples" / "petstore.yaml"),)
    app = create_app(Settings(specs=specs, remember="off"))
    accepted = [f"application/json, text/x{number}" for number in range(40)]
    accepted = [*accepted[:5], *(f"{each}{'x' * 5_000}" for each in accepted), *accepted]
    with running(app) as here:
        converse(here, [ask("GET /v1/pets/7", f"Accept: {each}") for each in accepted])
    found = app.dispatcher.site.router.lookup("GET", "/v1/pets/7")
    assert found is not None
    assert len(found[0].plans) == 20
    assert all(accept is not None and len(accept) < 100 for accept in found[0].plans)


def test_connection_goes_on_after_connect(both: tuple[Served, Served, Counted]) -> None:
    for here in both[:2]:
        with here.connect() as connection:
            connection.sendall(ask("CONNECT /projects/p/tools"))
            assert connection.recv(100_000).startswith(b"HTTP/1.1 405 ")
            connection.sendall(ask("GET /projects/p/tools", BEARER, "Connection: close"))
            assert read(connection)[0].startswith(b"HTTP/1.1 200 ")


def test_server_stops_while_a_head_is_incomplete() -> None:
    app = create_app(SETTINGS)
    listener = listen("127.0.0.1", 0)
    server = make_server(app)
    with serving(server, listener):
        here = Served(server, base_url(listener))
        with here.connect() as connection:
            connection.sendall(LIST + b"GET /projects/p")
            assert connection.recv(100_000).startswith(b"HTTP/1.1 200 OK")
            server.stop()
            assert read(connection)[1] == "closed"


def test_requests_in_single_bytes(both: tuple[Served, Served, Counted]) -> None:
    direct, _, app = both
    before = app.requests
    with direct.connect() as connection:
        for byte in LIST + CALL.replace(
            b"Host: localhost\r\n", b"Host: localhost\r\nConnection: close\r\n"
        ):
            connection.sendall(bytes([byte]))
        received, end = read(connection)
    assert (received.count(b"HTTP/1.1 200 OK"), end) == (2, "closed")
    assert app.requests == before


def test_an_upgrade_is_answered_as_http_and_the_log_says_nothing() -> None:
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: eA==")
    closing = ask("GET /nothing", "Connection: close")
    with served(create_app(SETTINGS), "auto") as here, here.connect() as connection:
        connection.sendall(ask("GET /nothing", *upgrade, "Sec-WebSocket-Version: 13"))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 404 ")
        connection.sendall(closing)
        received, end = read(connection)
        assert (received[:13], end) == (b"HTTP/1.1 404 ", "closed")
        assert here.records == []


def test_options_of_the_whole_server(both: tuple[Served, Served, Counted]) -> None:
    for here in both[:2]:
        [(received, _)] = converse(here, [ask("OPTIONS *")])
        assert received.startswith(b"HTTP/1.1 204 ")
        assert b"\r\nallow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n" in received
        [(received, _)] = converse(here, [ask("GET *")])
        assert received.startswith(b"HTTP/1.1 404 ")
