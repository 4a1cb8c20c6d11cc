"""The client of the upstream, which contacts one host and follows no redirects."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from msgspec.structs import replace

from emulator.errors import SettingsError
from emulator.fixtures.cassettes.recorded import Failure
from emulator.http.codings import Decoder, UnreadableError
from emulator.http.forwarding import to_client, to_upstream
from emulator.http.media_types import EVENT_STREAM, base_type
from emulator.http.messages import (
    AnyResponse,
    Event,
    EventStream,
    Request,
    Response,
)
from emulator.http.sse import EventReader
from emulator.server.whole import raw_headers

#: The messages of httpcore and h11 when the peer closes too early; all others mean invalid HTTP.
_CLOSED = ("server disconnected", "peer closed connection")

#: Header fields that are not recorded: the server that replays them has its own time.
_UNKEPT = ("date",)


@dataclass(eq=False)
class UpstreamError(Exception):
    """The exchange failed; `failure` is empty if the upstream was never reached."""

    message: str
    failure: Failure = ""


class UpstreamResponse:
    """A response whose head has arrived; the body is decoded, or read as events, as it comes.

    `stated` is its Content-Length, `length` the expected length of the decoded body, None if it is
    unknown. `unreadable` is why the body can't be decoded, and so can't be recorded.
    """

    def __init__(
        self,
        response: httpx.Response,
        upstream: str,
        limit_bytes: int,
        now: Callable[[], datetime],
    ) -> None:
        received = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in response.headers.raw
        )
        self.status, self.headers = response.status_code, to_client(received, upstream)
        fields, stated = dict(self.headers), dict(received).get("content-length", "")
        self.stated = int(stated) if stated.isascii() and stated.isdigit() else None
        self.is_stream = base_type(fields.get("content-type", "")) == EVENT_STREAM
        self.unreadable = ""
        self._coded = "content-encoding" in fields
        self.length = None if self._coded else self.stated
        try:
            self._decoder = Decoder(fields.get("content-encoding", ""), limit_bytes)
        except UnreadableError as error:
            self._decoder, self.unreadable = Decoder("", limit_bytes), str(error)
        self._response, self._parts = response, response.aiter_raw()
        self._body: list[bytes] = []
        self._reader, self._events = EventReader(), list[Event]()
        self._now, self._last = now, now()

    async def part(self) -> bytes | None:
        """The next part of the body as sent over the wire; None after the last.

        Raises UpstreamError.
        """
        try:
            part = await anext(self._parts, None)
        except (httpx.HTTPError, OSError) as error:
            raise _read(error) from error
        if part and not self.unreadable:
            try:
                self._feed(self._decoder.feed(part))
            except UnreadableError as error:
                self.unreadable = str(error)
        return part

    def answer(self) -> AnyResponse:
        """The response so far, decoded."""
        decoded = self._coded and not self.unreadable
        dropped = (*_UNKEPT, "content-encoding") if decoded else _UNKEPT
        headers = tuple(field for field in self.headers if field[0] not in dropped)
        if self.is_stream:
            return EventStream(self.status, headers, tuple(self._events))
        body = b"" if self.unreadable else b"".join(self._body)
        return Response(self.status, headers, body)

    async def close(self) -> None:
        """Close the connection."""
        with suppress(httpx.HTTPError, OSError):
            await self._response.aclose()

    def _feed(self, data: bytes) -> None:
        if not self.is_stream:
            self._body.append(data)
            return
        now = self._now()
        for event in self._reader.feed(data):
            after_ms = round((now - self._last).total_seconds() * 1000)
            self._last = now
            self._events.append(replace(event, after_ms=max(after_ms, 0)))


class Upstream:
    """One server, at a URL whose path is prepended to all paths."""

    def __init__(self, url: str, timeout_s: float, ca_file: Path | None = None) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.path = parts.path
        self._host = parts.netloc
        self._timeout = httpx.Timeout(timeout_s)
        self._tls = _tls(ca_file)

    async def send(
        self, request: Request, path: str, limit_bytes: int, now: Callable[[], datetime]
    ) -> UpstreamResponse:
        """Forward a request to this path below the upstream's; raises UpstreamError."""
        target = self.path + path + (f"?{request.query}" if request.query else "")
        sent = httpx.Request(
            request.method,
            self.origin,
            headers=raw_headers(to_upstream(request.headers, self._host)),
            content=request.body or None,
            # Byte for byte: a URL parser would normalise it.
            extensions={"target": target.encode("latin-1"), "timeout": self._timeout.as_dict()},
        )
        try:
            response = await self._client.send(sent, stream=True)
        except (httpx.HTTPError, OSError) as error:
            raise _read(error) from error
        return UpstreamResponse(response, self.url, limit_bytes, now)

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._tls,
            # Each exchange has a connection of its own: a kept one may have been closed meanwhile,
            # and its end would be taken for the response.
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=0),
            trust_env=False,
            follow_redirects=False,
        )


def _tls(ca_file: Path | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise SettingsError("--ca-file", f"{ca_file} can't be used: {error}") from error


def _read(error: Exception) -> UpstreamError:
    """The meaning of an exception of the client."""
    text = str(error) or type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return UpstreamError(f"the upstream can't be reached: {text}")
    if isinstance(error, httpx.TimeoutException):
        return UpstreamError("the upstream took too long", "timeout")
    if isinstance(error, httpx.RemoteProtocolError):
        if text.lower().startswith(_CLOSED):
            return UpstreamError("the upstream closed the connection", "closed")
        return UpstreamError(f"the upstream sent no HTTP: {text}", "garbage")
    if isinstance(error, httpx.ReadError | httpx.WriteError | OSError):
        return UpstreamError("the upstream reset the connection", "reset")
    return UpstreamError(text)
