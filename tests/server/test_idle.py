"""Clients that keep the server waiting, on the wire."""

import logging
from collections.abc import Iterator

import pytest

from emulator.server.app import create_app
from emulator.settings import Settings
from tests.support.paths import ROOT
from tests.support.wire import Served, read, served

PETS = str(ROOT / "examples" / "petstore.yaml")
GET = b"GET /v1/pets HTTP/1.1\r\nHost: x\r\n\r\n"
POST = (
    b"POST /v1/pets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100\r\n"
)
BIG = b"GET /v1/pets?__fault=oversize-body;bytes=50000000 HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def impatient(request: pytest.FixtureRequest) -> Iterator[Served]:
    settings = Settings(
        (PETS,), auth="off", read_timeout=0.05, idle_timeout=0.05, write_timeout=0.05
    )
    with served(create_app(settings), request.param) as here:
        yield here


WAITING = {
    "nothing": (b"", ""),
    "part of a start line": (b"GET /v1", "408"),
    "part of a head": (GET[:-2], "408"),
    "a head without its body": (POST + b"\r\n", "408"),
    "part of a body": (POST + b"\r\n{", "408"),
    "part of a body, read by ASGI": (POST.replace(b"v1/", b"~a/v1/") + b"\r\n{", "408"),
    "part of a long body": (POST.replace(b"100", b"200000") + b"\r\n" + b"a" * 100_000, "408"),
    "no body, after going on": (POST + b"Expect: 100-continue\r\n\r\n", "100 408"),
    "another request": (GET, "200"),
    "part of the next head": (GET + b"GET", "200 408"),
}


@pytest.mark.parametrize("name", WAITING)
def test_who_keeps_the_server_waiting_is_let_go(impatient: Served, name: str) -> None:
    sent, statuses = WAITING[name]
    with impatient.connect() as connection:
        connection.sendall(sent)
        received, end = read(connection)
    found = [each[:3].decode() for each in received.split(b"HTTP/1.1 ")[1:]]
    assert (" ".join(found), end) == (statuses, "closed")
    if "408" in statuses:
        assert b"--read-timeout" in received


@pytest.mark.parametrize("asked", [BIG, GET * 20_000], ids=["one response", "many responses"])
def test_responses_that_nobody_reads_are_dropped(impatient: Served, asked: bytes) -> None:
    with impatient.connect() as connection:
        try:
            connection.sendall(asked)
        except ConnectionError:
            return
        while impatient.server.server_state.connections:
            with impatient.connect() as other:
                other.sendall(GET.replace(b"Host", b"Connection: close\r\nHost"))
                assert read(other)[0].startswith(b"HTTP/1.1 200")


def test_no_more_connections_than_files(impatient: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    state = impatient.server.server_state
    monkeypatch.setattr(state, "most", 0)
    before = len(impatient.records)
    for _ in range(2):
        with impatient.connect() as connection:
            received, _ = read(connection)
        assert received.startswith(b"HTTP/1.1 503 ")
        assert b"ulimit -n" in received
    told = impatient.records[before:]
    assert [(each.levelno, "ulimit -n" in each.getMessage()) for each in told] == [
        (logging.WARNING, True)
    ]
