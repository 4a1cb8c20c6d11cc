"""`Outcome` → ASGI messages: the steps of the response, as its faults leave them."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from starlette.types import Scope, Send

from emulator.faults.steps import Body, End, Start, Steps, Until, Wait
from emulator.http.messages import Event, EventStream, Headers, Response
from emulator.http.sse import encode_event, encode_retry
from emulator.mock.outcome import Outcome, Trace
from emulator.mock.state.store import Effect, Store
from emulator.server.clock import Clocks
from emulator.server.connection import connection_of
from emulator.server.journal.journal import Entry, Journal
from emulator.server.play import Stage, happens_before, play

#: What no header field holds (RFC 9110, 5.5); violations quote what was sent.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

#: Header fields as ASGI has them.
RawHeaders = list[tuple[bytes, bytes]]

#: Fields that say where a message ends, which only uvicorn may write.
_FRAMING = frozenset(("connection", "content-length", "transfer-encoding"))
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
#: Every byte that the value of a field may hold.
_TEXT = bytes([9, *range(0x20, 0x7F), *range(0x80, 0x100)])
_LINE_ENDS = b"\r\n" * 10_000

#: What begins the lines of header fields, and what is written of traces, for the first so many.
_LINES: dict[str, str] = {}
_TRACES: dict[tuple[str, str, str, str, bool], bytes] = {}
_KEPT = 5_000


@dataclass(slots=True)
class OngoingExchange:
    """An exchange whose response may go on: its latest outcome, its effects so far, its entry."""

    scope: str
    outcome: Outcome
    effects: tuple[Effect, ...]
    entry: Entry
    store: Store
    clocks: Clocks
    journal: Journal
    remember: Callable[[str, Outcome, datetime], None]
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Notice every change in the scope, if the response waits for one."""
        if self.outcome.pending is None:
            yield
            return
        leave = self.store.watchers.watch(self.scope, self._changed.set)
        try:
            yield
        finally:
            leave()

    async def proceed(self) -> None:
        """Wait for a change or the moment that the outcome names, and take its next part.

        Between the snapshot and its effects nothing is awaited: who is cancelled while waiting
        has changed nothing.
        """
        pending = self.outcome.pending
        if pending is None:
            return
        changed = self._changed.wait()
        if pending.at is None:
            await changed
        else:
            await happens_before(changed, self.clocks.sleep_until(self.scope, pending.at))
        snapshot = self.store.memory(self.scope).service(self.outcome.trace.api)
        now = self.clocks.now(self.scope)
        self.outcome = pending.ask(snapshot, now)
        self.remember(self.scope, self.outcome, now)
        self.effects += self.outcome.effects
        self._changed.clear()
        self.entry = self.journal.amend(self.entry, _joined(self.entry.outcome, self.outcome))


def is_whole(outcome: Outcome) -> bool:
    """Whether the response is complete now, and nothing goes wrong on its way."""
    return not (
        outcome.faults
        or outcome.delay_ms
        or outcome.pending is not None
        or isinstance(outcome.response, EventStream)
    )


async def send_whole(outcome: Outcome, scope: Scope, send: Send) -> None:
    """Send a complete response; returns early where the client has gone."""
    status, headers, body = _whole(outcome)
    if scope["method"] == "HEAD":  # RFC 9110, 9.3.2
        body = b""
    with hanging_up_when_stopped(scope):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def play_outcome(ongoing: OngoingExchange, scope: Scope, stage: Stage) -> None:
    """Send a response step by step; returns early where its connection was broken, too."""
    with hanging_up_when_stopped(scope), ongoing.watching():
        async with AsyncExitStack() as stack:
            steps = _steps(ongoing, bodiless=scope["method"] == "HEAD")
            is_stream = isinstance(ongoing.outcome.response, EventStream)
            for fault in ongoing.outcome.faults:
                if fault.type.plays is not None and (is_stream or fault.type.level != "stream"):
                    # A fault that ends early leaves what it took steps from half-way.
                    await stack.enter_async_context(aclosing(steps))
                    steps = fault.type.plays(steps, fault.parameters)
            await play(steps, stage)


def whole_response(outcome: Outcome, *, bodiless: bool) -> tuple[int, bytes, bytes] | None:
    """The status of a complete response, its header fields as they are sent, and its body.

    None where uvicorn has to judge: a field frames the message or can't be sent.
    """
    response = outcome.response
    status, fields, lines = response.status, [], _LINES
    if not 200 <= status < 600:
        return None
    for name, value in response.headers:
        line = lines.get(name) or _line(name)
        if line is None:
            return None
        fields.append(line + value)
    fields.append("")
    written = "\r\n".join(fields).encode("latin-1", errors="replace")
    if written.translate(None, _TEXT) != _LINE_ENDS[: 2 * len(fields) - 2]:
        return None
    written += _trace_fields(outcome)
    # RFC 9110, 6.4.1: these have no content, and 204 no Content-Length either (8.6).
    if status == 204 or status == 304:
        return status, written, b""
    assert isinstance(response, Response)
    body = response.body
    return status, b"%bcontent-length: %d\r\n" % (written, len(body)), b"" if bodiless else body


def _line(name: str) -> str | None:
    """The beginning of a header field; None for one that uvicorn has to judge."""
    lower = name.lower()
    if lower in _FRAMING or not _NAME.fullmatch(lower):
        return None
    line = f"{lower}: "
    if len(_LINES) < _KEPT:
        _LINES[name] = line
    return line


def _trace_fields(outcome: Outcome) -> bytes:
    """The header fields that say why an answer is what it is, as they are sent."""
    trace = outcome.trace
    key = trace.operation, trace.rule, trace.source, trace.problem, trace.forced
    if trace.fault or trace.skipped or trace.stub or trace.breaches or trace.rule == "upstream":
        return _written(trace_headers(outcome))
    known = _TRACES.get(key)
    if known is None:
        known = _written(trace_headers(outcome))
        if len(_TRACES) < _KEPT:
            _TRACES[key] = known
    return known


def _written(headers: RawHeaders) -> bytes:
    return b"".join([b"%b: %b\r\n" % field for field in headers])


@contextmanager
def hanging_up_when_stopped(scope: Scope) -> Iterator[None]:
    """Hang up where the server stops and waits no longer for an answer.

    It would take a cancelled task for a failure of ours: a traceback and a 500.
    """
    try:
        yield
    except asyncio.CancelledError:
        connection = connection_of(scope)
        if connection is None:
            raise
        # Nothing can be awaited any more.
        connection.hang_up()


async def _steps(ongoing: OngoingExchange, *, bodiless: bool) -> Steps:
    """The answer as it is sent where no fault meddles."""
    outcome = ongoing.outcome
    if outcome.delay_ms:
        yield Wait(outcome.delay_ms / 1000)
    steps = _of_stream if isinstance(outcome.response, EventStream) else _of_response
    async for step in steps(ongoing):
        if not (bodiless and isinstance(step, Body)):
            yield step
    yield End()


async def _of_response(ongoing: OngoingExchange) -> Steps:
    """One body can't be sent in parts: the last one is the whole."""
    while ongoing.outcome.pending is not None:
        async for step in _next_part(ongoing):
            yield step
    status, headers, body = _whole(ongoing.outcome)
    yield Start(status, tuple(headers))
    if body:
        yield Body(body)


async def _of_stream(ongoing: OngoingExchange) -> Steps:
    """The events there are, then those of each later part."""
    answer = ongoing.outcome.response
    assert isinstance(answer, EventStream)
    yield Start(answer.status, (*raw_headers(answer.headers), *trace_headers(ongoing.outcome)))
    if answer.retry_ms is not None:
        yield Body(encode_retry(answer.retry_ms))
    async for step in _of_events(answer.events):
        yield step
    while ongoing.outcome.pending is not None:
        async for step in _next_part(ongoing):
            yield step
        later = ongoing.outcome.response
        # What is no stream can't be told any more.
        async for step in _of_events(later.events if isinstance(later, EventStream) else ()):
            yield step


async def _of_events(events: Iterable[Event]) -> Steps:
    for event in events:
        if event.after_ms:
            yield Wait(event.after_ms / 1000)
        yield Body(encode_event(event))


async def _next_part(ongoing: OngoingExchange) -> Steps:
    yield Until(ongoing.proceed)
    if ongoing.outcome.delay_ms:
        yield Wait(ongoing.outcome.delay_ms / 1000)


def _joined(before: Outcome, part: Outcome) -> Outcome:
    """The response with one more part: a stream grows, any other is replaced by the part."""
    first, more = before.response, part.response
    if not (isinstance(first, EventStream) and isinstance(more, EventStream)):
        return part
    return replace(before, response=replace(first, events=(*first.events, *more.events)))


def _whole(outcome: Outcome) -> tuple[int, RawHeaders, bytes]:
    """The status, headers and body of a complete response, with its length."""
    response = outcome.response
    assert not isinstance(response, EventStream)
    headers = [*raw_headers(response.headers), *trace_headers(outcome)]
    # RFC 9110, 6.4.1: these have no content, and 204 no Content-Length either (8.6).
    if response.status in (204, 304) or response.status < 200:
        return response.status, headers, b""
    headers.append((b"content-length", b"%d" % len(response.body)))
    return response.status, headers, response.body


def raw_headers(headers: Headers) -> RawHeaders:
    """Header fields as bytes; what can't stand in one is replaced."""
    return [
        (name.encode("latin-1"), value.encode("latin-1", errors="replace"))
        for name, value in headers
    ]


def trace_headers(outcome: Outcome) -> RawHeaders:
    """The header fields that say why an answer is what it is."""
    trace = outcome.trace
    headers = [
        (b"emulator-" + name, field_value(value))
        for name, value in (
            (b"operation", trace.operation),
            (b"rule", trace.rule),
            (b"source", trace.source),
            (b"problem", trace.problem),
            (b"fault", trace.fault),
            (b"fault-missed", trace.skipped),
            (b"stub", trace.stub),
            (b"violations", _breaches(trace)),
        )
        if value
    ]
    if trace.forced:
        headers.append((b"emulator-forced", b"true"))
    return headers


def field_value(text: str) -> bytes:
    """A text as the value of a header field: what can't stand in one is replaced."""
    return _CONTROL.sub("?", text).encode("latin-1", errors="replace")


def _breaches(trace: Trace) -> str:
    """In what the answer breaks the document: the first violation, and how many more.

    Of a real exchange also in what the request does.
    """
    asked = trace.violations if trace.rule == "upstream" else ()
    found = [("request ", each) for each in asked] + [("", each) for each in trace.breaches]
    if not found:
        return ""
    (whose, first), *more = found
    said = f"{whose}{first.location} {first.pointer}: {first.message}"
    return " ".join(said.split()) + (f" (and {len(more)} more)" if more else "")
