"""The server in this process, without a socket: a request's bytes in, the response's bytes out.

What answers is what `emulator serve` makes of a connection, with a transport that only collects.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
import uvloop

from benchmarks.load import http_request
from benchmarks.rows import SPECS, Row
from emulator.mock.assemble import Assembly, assemble
from emulator.server.app import create_app
from emulator.server.uvicorn import make_server
from emulator.settings import Settings

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)


class Wire(asyncio.Transport):
    """A transport that collects what is written, and tells when the response is complete."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 50000), "sockname": ("127.0.0.1", 4010)})
        self.written: list[bytes] = []
        self.complete: asyncio.Future[None] | None = None

    def write(self, data: Any) -> None:
        """Collect a part of the response."""
        self.written.append(bytes(data))
        if self.complete is not None and not self.complete.done() and _is_whole(self.written):
            self.complete.set_result(None)

    def get_write_buffer_size(self) -> int:
        """Whatever was written is taken at once."""
        return 0

    def is_closing(self) -> bool:
        """Whether no more can be written."""
        return False

    def pause_reading(self) -> None:
        """Nothing comes that was not asked for."""

    def resume_reading(self) -> None:
        """Nothing comes that was not asked for."""

    def close(self) -> None:
        """Nothing is open."""


@cache
def _usual() -> Assembly:
    """What most servers here serve, put together once: nothing of it changes."""
    return assemble(Settings(specs=SPECS, now=NOW))


class Server:
    """One connection to a server that has no port."""

    def __init__(self, specs: tuple[str, ...] = SPECS) -> None:
        settings = Settings(specs=specs, now=NOW)
        app = create_app(settings, _usual() if specs == SPECS else None)
        server = make_server(app)
        server.config.load()
        self.wire = Wire()
        # Whatever class the configuration names, called as uvicorn does.
        make_protocol: Any = server.config.http_protocol_class
        self.protocol = make_protocol(
            config=server.config, server_state=server.server_state, app_state={}
        )
        self.protocol.connection_made(self.wire)

    async def send(self, request: bytes) -> bytes:
        """The response to a request, whole."""
        self.wire.written.clear()
        self.wire.complete = asyncio.get_running_loop().create_future()
        self.protocol.data_received(request)
        await self.wire.complete
        return b"".join(self.wire.written)


async def serve_rows(each: Callable[[Server, Row], Any], rows: list[Row]) -> None:
    """Call `each` with a server and a row, after what the row needs; what it gives is awaited."""
    server = Server()
    for row in rows:
        for path, value in row.setup:
            await server.send(admin("POST", path, value))
        await each(server, row)
        await server.send(admin("POST", "/__admin/reset"))


def run(each: Callable[[Server, Row], Any], rows: list[Row]) -> None:
    """`serve_rows` on an event loop that has no Python of its own."""
    uvloop.run(serve_rows(each, rows))


def admin(method: str, path: str, value: Any = None) -> bytes:
    """A request to the control plane."""
    body = b"" if value is None else orjson.dumps(value)
    return http_request(method, path, {"Host": "127.0.0.1:4010"}, body)


def _is_whole(written: list[bytes]) -> bool:
    head, separator, body = b"".join(written).partition(b"\r\n\r\n")
    if not separator:
        return False
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, found, rest = head.partition(b"content-length: ")
    return len(body) == (int(rest.partition(b"\r\n")[0]) if found else 0)
