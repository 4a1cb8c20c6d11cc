"""A closed-loop HTTP/1.1 load: so many connections, each sending as soon as it was answered."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave. Latencies in milliseconds."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failures: int

    @property
    def per_second(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


class _Connection(asyncio.Protocol):
    """Sends one request over and over. Answers must carry Content-Length."""

    def __init__(self, request: bytes, deadline: float, latencies: list[float]) -> None:
        self.request, self.deadline, self.latencies = request, deadline, latencies
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer, self.sent_at, self.failures = b"", 0.0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio.Transport, but are all that one is.
        self.transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        lowered = head.lower()
        at = lowered.index(b"content-length:") + len(b"content-length:")
        if len(body) < int(lowered[at:].split(b"\r\n", 1)[0]):
            return
        self.buffer = b""
        now = time.perf_counter()
        self.latencies.append(now - self.sent_at)
        self.failures += not head.startswith(b"HTTP/1.1 200")
        if now < self.deadline:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.failures += exc is not None
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        self.sent_at = time.perf_counter()
        self.transport.write(self.request)


async def measure(
    port: int, request: bytes, connections: int = 32, seconds: float = 3.0
) -> Measured:
    """Load the server on this loopback port for so long."""
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    start = time.perf_counter()

    def connect() -> _Connection:
        return _Connection(request, start + seconds, latencies)

    pairs = [await loop.create_connection(connect, "127.0.0.1", port) for _ in range(connections)]
    async with asyncio.timeout(seconds + 20):
        await asyncio.gather(*(protocol.done for _, protocol in pairs))
    elapsed = time.perf_counter() - start
    failures = sum(protocol.failures for _, protocol in pairs)
    return summarise(latencies, elapsed, failures)


def summarise(latencies: Sequence[float], elapsed: float, failures: int) -> Measured:
    """Count and percentiles of latencies in seconds."""
    ordered = sorted(latencies) or [0.0]
    p50, p99 = (ordered[int(len(ordered) * share)] for share in (0.50, 0.99))
    return Measured(len(latencies), elapsed, p50 * 1000, p99 * 1000, failures)


def http_request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of a request."""
    fields = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
