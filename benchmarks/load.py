"""A closed-loop HTTP/1.1 load: so many connections, each sending as soon as it was answered."""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_LAST_CHUNK = b"0\r\n\r\n"
#: Whoever has an answer to this has been accepted.
_FIRST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

#: The request that comes after a response in the place of a new one, if any.
Follow = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave: latencies in milliseconds, of streams also those of the first event."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    p999_ms: float
    longest_ms: float
    failures: int
    events: int = 0
    first_event_ms: float = 0.0

    @property
    def per_second(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


@dataclass(slots=True)
class Load:
    """What to send, and what came back: `requests` as long as there are any, until `deadline`.

    A response fails that doesn't begin with `expected`.
    """

    requests: Iterator[bytes]
    deadline: float = 0.0
    expected: bytes = b"HTTP/1.1 200"
    streams: bool = False
    follow: Follow | None = None
    failures: int = 0
    events: int = 0
    failed: bytes = b""
    latencies: list[float] = field(default_factory=list)
    first_events: list[float] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    """One connection. Responses must carry Content-Length, or be sent in chunks."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.accepted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer, self.sent_at, self.begun = b"", 0.0, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio.Transport, but are all that one is.
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        load = self.load
        buffer = self.buffer = self.buffer + data if self.buffer else data
        if load.streams and not self.begun and b"\ndata:" in buffer:
            self.begun = True
            load.first_events.append(time.perf_counter() - self.sent_at)
        if not is_whole(buffer):
            return
        if not self.accepted.done():
            self.buffer = b""
            self.accepted.set_result(None)
            return
        now = time.perf_counter()
        load.latencies.append(now - self.sent_at)
        if not buffer.startswith(load.expected):
            load.failures += 1
            load.failed = buffer
        if load.streams:
            load.events += buffer.count(b"\ndata:")
        self.buffer, self.begun = b"", False
        if now < load.deadline:
            self.send(buffer if load.follow is not None else None)
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.load.failures += exc is not None
        if not self.done.done():
            self.done.set_result(None)

    def send(self, response: bytes | None) -> None:
        """Send the next request, after a response or to begin with."""
        request = None
        if response is not None and self.load.follow is not None:
            request = self.load.follow(response)
        request = request or next(self.load.requests, None)
        if request is None:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)


def is_whole(response: bytes) -> bool:
    """Whether these bytes are a complete response, which has a body or says that it has none."""
    end = response.find(_END)
    if end < 0:
        return False
    at = response.find(_LENGTH, 0, end)
    if at < 0:
        head = response[:end].lower()
        at = head.find(_LENGTH)
        if at < 0:
            return response.endswith(_LAST_CHUNK) or b"transfer-encoding" not in head
    at += len(_LENGTH)
    line = response.find(b"\r", at)
    return len(response) - end - 4 >= int(response[at:line])


async def measure(port: int, load: Load, connections: int = 32, seconds: float = 3.0) -> Measured:
    """Load the server on this loopback port, from now on for so long."""
    loop = asyncio.get_running_loop()
    # A collection here would look like one there.
    gc.collect()
    gc.freeze()
    gc.disable()
    pairs = [
        await loop.create_connection(lambda: _Connection(load), "127.0.0.1", port)
        for _ in range(connections)
    ]
    # A server that is busy with the first connections would accept the others late.
    for _, protocol in pairs:
        protocol.transport.write(_FIRST)
    async with asyncio.timeout(60):
        await asyncio.gather(*(protocol.accepted for _, protocol in pairs))
    start = time.perf_counter()
    load.deadline = start + seconds
    for _, protocol in pairs:
        protocol.send(None)
    async with asyncio.timeout(seconds + 60):
        await asyncio.gather(*(protocol.done for _, protocol in pairs))
    elapsed = time.perf_counter() - start
    gc.enable()
    return summarise(load, elapsed)


def summarise(load: Load, elapsed: float) -> Measured:
    """Count and percentiles."""
    ordered = sorted(load.latencies) or [0.0]
    shares = (0.50, 0.99, 0.999)
    p50, p99, p999 = (ordered[int(len(ordered) * share)] * 1000 for share in shares)
    firsts = sorted(load.first_events) or [0.0]
    return Measured(
        requests=len(load.latencies),
        seconds=elapsed,
        p50_ms=p50,
        p99_ms=p99,
        p999_ms=p999,
        longest_ms=ordered[-1] * 1000,
        failures=load.failures,
        events=load.events,
        first_event_ms=firsts[len(firsts) // 2] * 1000,
    )


def http_request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of a request."""
    fields = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
