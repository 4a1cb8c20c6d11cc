"""How the server ends."""

import asyncio
import socket
from typing import Any

import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import base_url, listen, make_server, serving
from emulator.settings import Settings

REQUEST = b"GET /projects/p/tools HTTP/1.1\r\nhost: localhost\r\n\r\n"


@pytest.fixture
def app() -> Any:
    return create_app(Settings(specs=("paragon",)))


def test_it_ends_at_once_and_closes_what_is_open(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # An hour between two looks: only what wakes the loop ends it.
    monkeypatch.setattr("emulator.server.uvicorn.TICK_S", 3600)
    server, listener = make_server(app), listen("127.0.0.1", 0)
    place = ("127.0.0.1", int(base_url(listener).rpartition(":")[2]))
    with serving(server, listener), socket.create_connection(place, timeout=20) as client:
        client.sendall(REQUEST)
        assert client.recv(9) == b"HTTP/1.1 "
        server.stop()
        while client.recv(100_000):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place)


def test_it_may_be_told_before_it_serves_and_after(app: Any) -> None:
    server = make_server(app)
    server.stop()
    asyncio.run(server.serve([listen("127.0.0.1", 0)]))
    server.stop()
    assert server.should_exit
