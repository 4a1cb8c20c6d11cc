"""The two servers that are compared: requests to them, paced and with each one's credentials."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from msgspec.structs import replace

from emulator.contract.compare.cases import Case
from emulator.contract.compare.values import ComparedExchange
from emulator.contract.pacing import Pace
from emulator.http.media_types import EVENT_STREAM
from emulator.http.messages import Headers, Request, Response
from emulator.http.sse import EventReader
from emulator.openapi.security.credentials import with_credentials, with_headers

USER_AGENT = "emulator-compare"

#: How often a Retry-After is waited out.
RETRIES = 2
#: A stream is read this far; a body no further than so many bytes.
STREAM_EVENTS = 20
BODY_BYTES = 10_000_000

#: The body is kept decoded and whole, so these would say what is not so.
_FRAMING = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


class StoppedError(Exception):
    """The run is to end before all is compared; the message says why."""


@dataclass(frozen=True, slots=True)
class ComparedServer:
    """One of the two: its URL, the credentials to send, and the pace.

    `headers` go with every request, `credentials` (security scheme, value; `user:password` for
    basic) with those to operations that want them. An anonymous case goes without credentials,
    and without headers of `credential_names`.
    """

    name: str
    base_url: str
    client: httpx.Client
    headers: Headers = ()
    credentials: tuple[tuple[str, str], ...] = ()
    credential_names: frozenset[str] = frozenset({"authorization"})
    pace: Pace = field(default_factory=Pace)

    def exchange(self, case: Case) -> ComparedExchange:
        """The exchange a case leads to. A 429 with Retry-After is waited out and sent again.

        Raises StoppedError where the budget is spent.
        """
        request = self._request(case)
        for left in range(RETRIES, -1, -1):
            if not self.pace.take_turn():
                raise StoppedError(self.pace.spent)
            exchange = self._send(request)
            response = exchange.response
            if response is None or not left:
                break
            if not self.pace.wait_out(response.status, dict(response.headers).get("retry-after")):
                break
        return exchange

    def _request(self, case: Case) -> Request:
        request = replace(
            case.request, path=urlsplit(self.base_url).path.rstrip("/") + case.request.path
        )
        if case.anonymous:
            return with_headers(request, self.headers, self.credential_names)
        request = with_credentials(request, case.operation, self.credentials)
        return with_headers(request, self.headers)

    def _send(self, request: Request) -> ComparedExchange:
        parts = urlsplit(self.base_url)
        try:
            built = self.client.build_request(
                request.method,
                f"{parts.scheme}://{parts.netloc}/",
                headers=[("user-agent", USER_AGENT), *request.headers],
                content=request.body,
                # As it is: the client would normalise a URL.
                extensions={"target": request.target.encode("ascii")},
            )
            received = self.client.send(built, stream=True)
            try:
                body = _read(received, self.pace.now)
            finally:
                received.close()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return ComparedExchange(request, error=f"{type(error).__name__}: {error}".rstrip(": "))
        fields = ((n.lower(), v) for n, v in received.headers.multi_items())
        headers = tuple((n, v) for n, v in fields if n not in _FRAMING)
        return ComparedExchange(request, Response(received.status_code, headers, body))


def _read(received: httpx.Response, now: Callable[[], float]) -> bytes:
    """The decoded body; of a stream its first whole events."""
    stream = received.headers.get("content-type", "").startswith(EVENT_STREAM)
    data, begun, reader, events = b"", now(), EventReader(), 0
    timeout = received.request.extensions.get("timeout", {}).get("read")
    for chunk in received.iter_bytes():
        data += chunk
        if len(data) > BODY_BYTES:
            break
        events += sum(1 for _ in reader.feed(chunk)) if stream else 0
        if stream and (events >= STREAM_EVENTS or (timeout and now() - begun >= timeout)):
            break
    return data
