"""What only a socket shows: resets, empty bodies, keep-alive, shutdown."""

import errno
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.errors import PortInUseError, SettingsError
from emulator.server.app import create_app
from emulator.server.uvicorn import listen, running
from emulator.settings import Settings


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        yield connection


def ask(head: str, body: str = "") -> bytes:
    """A request by its first lines."""
    return f"{head}\r\nHost: x\r\nAuthorization: Bearer t\r\n\r\n{body}".encode()


def answers(connection: socket.socket, number: int = 1) -> list[bytes]:
    """So many whole answers, headers and body, read off one connection."""
    found: list[bytes] = []
    buffer = b""
    while len(found) < number:
        while b"\r\n\r\n" not in buffer:
            buffer += _more(connection)
        head, _, buffer = buffer.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", b"0"))
        while len(buffer) < length:
            buffer += _more(connection)
        found.append(head + b"\r\n\r\n" + buffer[:length])
        buffer = buffer[length:]
    return found


def _more(connection: socket.socket) -> bytes:
    read = connection.recv(65_536)
    assert read, "the connection was closed"
    return read


def test_reset_is_a_reset(live_server: str) -> None:
    with connected(live_server) as connection:
        connection.sendall(ask("GET /projects/p/tools?__fault=connection-reset HTTP/1.1"))
        with pytest.raises(ConnectionResetError) as reset:
            connection.recv(1)
    assert reset.value.errno == errno.ECONNRESET


def test_reset_breaks_one_connection_only(client: httpx.Client) -> None:
    headers = {"authorization": "Bearer t"}
    with pytest.raises(httpx.ReadError):
        client.get("/projects/p/tools", headers={**headers, "prefer": "fault=connection-reset"})
    assert client.get("/projects/p/tools", headers=headers).status_code == 200


def test_head_has_the_length_and_not_the_body(live_server: str) -> None:
    with connected(live_server) as connection:
        connection.sendall(ask("HEAD /projects/p/tools HTTP/1.1\r\nConnection: close"))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length: " in head.lower()
    assert b"content-length: 0" not in head.lower()
    assert body == b""


def test_no_content_has_neither_length_nor_body(live_server: str) -> None:
    with connected(live_server) as connection:
        connection.sendall(ask("OPTIONS /projects/p/tools HTTP/1.1\r\nConnection: close"))
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).lower()
    assert answer.startswith(b"http/1.1 204")
    assert b"content-length" not in answer
    assert b"transfer-encoding" not in answer
    assert answer.endswith(b"\r\n\r\n")


def test_connection_stays_after_refusals(live_server: str) -> None:
    refused = [
        "GET /nothing HTTP/1.1",
        "PUT /projects/p/tools HTTP/1.1",
        "GET /projects/p/tools?format=x HTTP/1.1",
        "GET /projects/p/tools?__code=x HTTP/1.1",
        "GET /projects/p/tools?__code=502 HTTP/1.1",
        "GET /projects/p/tools HTTP/1.1\r\nEmulator-Scope: a b",
    ]
    with connected(live_server) as connection:
        statuses = []
        for head in [*refused, "GET /projects/p/tools HTTP/1.1"]:
            connection.sendall(ask(head))
            statuses.append(answers(connection)[0].split()[1])
    assert statuses == [b"404", b"405", b"400", b"400", b"502", b"400", b"200"]


def test_pipelined_requests_are_answered_in_order(live_server: str) -> None:
    with connected(live_server) as connection:
        connection.sendall(ask("GET /projects/p/tools HTTP/1.1") + ask("GET /nothing HTTP/1.1"))
        statuses = [answer.split()[1] for answer in answers(connection, 2)]
    assert statuses == [b"200", b"404"]


def test_client_that_leaves_in_the_body_disturbs_nobody(
    live_server: str, client: httpx.Client
) -> None:
    with connected(live_server) as connection:
        connection.sendall(ask("POST /projects/p/tools HTTP/1.1\r\nContent-Length: 100", "{"))
    assert client.get("/__admin/health").json()["status"] == "healthy"


def test_websocket_is_answered_as_http(live_server: str) -> None:
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
    with connected(live_server) as connection:
        connection.sendall(ask(f"GET /nothing HTTP/1.1\r\n{upgrade}\r\nSec-WebSocket-Key: eA=="))
        assert answers(connection)[0].split()[1] == b"404"


def test_server_stops_while_an_answer_waits(tmp_path: Path) -> None:
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "OK"}}}}},
    }
    (tmp_path / "a.json").write_text(json.dumps(spec))
    threads = set(threading.enumerate())
    server = ExitStack()
    url = server.enter_context(running(create_app(Settings((str(tmp_path / "a.json"),)))))
    with connected(url) as connection:
        connection.sendall(ask("GET /a?__delay=600000 HTTP/1.1"))
        assert httpx.get(f"{url}/a", trust_env=False).status_code == 200
        server.close()
        assert connection.recv(1) == b""
    assert set(threading.enumerate()) == threads


def test_port_in_use_is_said_so() -> None:
    taken = listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    with taken, pytest.raises(PortInUseError) as refused:
        listen("127.0.0.1", port)
    assert f"--port {port + 1}" in str(refused.value)


@pytest.mark.parametrize(
    ("host", "port"),
    [("127.0.0.1", 65_536), ("127.0.0.1", -1), ("192.0.2.1", 0), ("no.invalid", 0)],
)
def test_address_that_cannot_be_had(host: str, port: int) -> None:
    with pytest.raises(SettingsError):
        listen(host, port)
