"""Sends the requests: paced, counted, with each side's credentials, each answer read to its end."""

import base64
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import httpx

from emulator.comparison.cases import Case
from emulator.comparison.values import Exchange
from emulator.messages import Headers, Request, Response
from emulator.spec.model import Operation, SecurityScheme

USER_AGENT = "emulator-compare"

#: Longest wait for one `Retry-After`, and how often one is waited out.
LONGEST_WAIT_S = 60.0
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
    basic) with those to operations that want them. An anonymous case goes without both.
    """

    name: str
    base_url: str
    client: httpx.Client
    headers: Headers = ()
    credentials: tuple[tuple[str, str], ...] = ()
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
        if case.anonymous:
            return request
        request = with_credentials(request, case.operation, self.credentials)
        own = {name for name, _ in request.headers}
        given = tuple((n.lower(), v) for n, v in self.headers if n.lower() not in own)
        return _having(request, (*request.headers, *given))

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


def with_credentials(
    request: Request, operation: Operation, credentials: Iterable[tuple[str, str]]
) -> Request:
    """The request with what the first requirement that can be met asks for."""
    known = dict(credentials)
    for alternative in operation.security:
        if all(scheme.name in known for scheme in alternative):
            for scheme in alternative:
                request = _with_credential(request, scheme, known[scheme.name])
            break
    return request


def scheme_values(
    schemes: Mapping[str, SecurityScheme], said: Iterable[tuple[str, str]], api: str
) -> tuple[tuple[str, str], ...]:
    """(security scheme, value) for (name, value), the name being a scheme, a kind or the API.

    A kind is `bearer` or `basic`; the API means its first scheme. KeyError for any other name.
    """
    found = {}
    for name, value in said:
        kinds = [each for each in schemes.values() if _kind(each) == name.lower()]
        first = list(schemes.values())[:1] if name == api else []
        meant = [schemes[name]] if name in schemes else kinds or first
        if not meant:
            raise KeyError(name)
        found.update({scheme.name: value for scheme in meant})
    return tuple(found.items())


def retry_after(value: str | None) -> float | None:
    """The seconds a `Retry-After` (RFC 9110, 10.2.3) asks to wait; None where it says nothing."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _kind(scheme: SecurityScheme) -> str:
    return "bearer" if scheme.type in ("oauth2", "openIdConnect") else scheme.http_scheme.lower()


def _with_credential(request: Request, scheme: SecurityScheme, value: str) -> Request:
    headers = request.headers
    if scheme.type != "apiKey":
        basic = scheme.http_scheme.lower() == "basic"
        text = f"Basic {base64.b64encode(value.encode()).decode()}" if basic else f"Bearer {value}"
        return _having(request, (*headers, ("authorization", text)))
    if scheme.location == "header":
        return _having(request, (*headers, (scheme.parameter.lower(), value)))
    if scheme.location == "cookie":
        pair, cookie = f"{scheme.parameter}={value}", request.header("cookie")
        rest = tuple(header for header in headers if header[0] != "cookie")
        return _having(request, (*rest, ("cookie", f"{cookie}; {pair}" if cookie else pair)))
    pair = f"{quote(scheme.parameter, safe='')}={quote(value, safe='')}"
    return replace(request, query=f"{request.query}&{pair}" if request.query else pair)


def _having(request: Request, headers: Headers) -> Request:
    return replace(request, headers=headers)


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
