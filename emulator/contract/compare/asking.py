"""Sends the requests: paced, counted, with each side's credentials, each answer read to its end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import httpx

from emulator.contract.check.formatting import with_credentials, with_headers
from emulator.contract.check.pauses import LONGEST_WAIT_S, retry_after
from emulator.contract.compare.cases import Case
from emulator.contract.compare.values import Exchange
from emulator.http.messages import Headers, Request, Response

USER_AGENT = "emulator-compare"

#: How often a Retry-After is waited out.
RETRIES = 2
#: A stream is read this far; a body no further than so many bytes.
STREAM_EVENTS = 20
BODY_BYTES = 10_000_000

#: The body is kept decoded and whole, so these would say what is not so.
_FRAMING = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


class BudgetSpentError(Exception):
    """No more requests may be sent in this run; the message says why."""


@dataclass(slots=True)
class Pace:
    """What may be asked of a server, and how fast; None is no limit. Time comes in as functions."""

    rate_per_s: float | None = None
    max_requests: int | None = None
    max_time_s: float | None = None
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    sent: int = field(default=0, init=False)
    _begun: float | None = field(default=None, init=False)
    _next: float = field(default=0.0, init=False)

    def take_turn(self) -> None:
        """Count one request and wait for its turn; raises BudgetSpentError."""
        now = self.now()
        self._begun = now if self._begun is None else self._begun
        if self.max_requests is not None and self.sent >= self.max_requests:
            raise BudgetSpentError(f"all {self.max_requests:,} requests of --max-requests are sent")
        if self.max_time_s is not None and now - self._begun >= self.max_time_s:
            raise BudgetSpentError(f"the {self.max_time_s:g} s of --max-time are over")
        self.sent += 1
        turn = max(now, self._next)
        if self.rate_per_s:
            self._next = turn + 1 / self.rate_per_s
        if turn > now:
            self.sleep(turn - now)


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two that are asked: where, as whom, and how fast.

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

    def ask(self, case: Case) -> Exchange:
        """The exchange a case leads to. A 429 with Retry-After is waited out and asked again.

        Raises BudgetSpentError.
        """
        request = self._request(case)
        for left in range(RETRIES, -1, -1):
            self.pace.take_turn()
            exchange = self._send(request)
            answer = exchange.response
            if answer is None or answer.status != 429 or not left:
                break
            wait = retry_after(dict(answer.headers).get("retry-after"))
            if wait is None or wait > LONGEST_WAIT_S:
                break
            self.pace.sleep(wait)
        return exchange

    def _request(self, case: Case) -> Request:
        request = replace(
            case.request, path=urlsplit(self.base_url).path.rstrip("/") + case.request.path
        )
        own = {name for name, _ in request.headers}
        if case.anonymous:
            own |= self.credential_names
        else:
            request = with_credentials(request, case.operation, self.credentials)
            own |= {name for name, _ in request.headers}
        return with_headers(
            request, [(n.lower(), v) for n, v in self.headers if n.lower() not in own]
        )

    def _send(self, request: Request) -> Exchange:
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
            response = self.client.send(built, stream=True)
            try:
                body = _read(response, self.pace.now)
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Exchange(request, error=f"{type(error).__name__}: {error}".rstrip(": "))
        fields = ((n.lower(), v) for n, v in response.headers.multi_items())
        headers = tuple((n, v) for n, v in fields if n not in _FRAMING)
        return Exchange(request, Response(response.status_code, headers, body))


def _read(response: httpx.Response, now: Callable[[], float]) -> bytes:
    """The decoded body; of a stream its first whole events."""
    stream = response.headers.get("content-type", "").startswith("text/event-stream")
    data, begun = b"", now()
    timeout = response.request.extensions.get("timeout", {}).get("read")
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > BODY_BYTES:
            break
        if stream and (_events(data) >= STREAM_EVENTS or (timeout and now() - begun >= timeout)):
            break
    return data


def _events(data: bytes) -> int:
    return data.replace(b"\r\n", b"\n").count(b"\n\n")
