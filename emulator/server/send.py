"""`Outcome` → ASGI messages: the steps of the response, as its faults leave them."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace
from starlette.types import Scope, Send

from emulator.faults.steps import Body, End, Start, Steps, Until, Wait
from emulator.http.messages import Event, EventStream
from emulator.http.sse import encode_event, encode_retry
from emulator.mock.outcome import Outcome
from emulator.mock.state.store import Effect, Store
from emulator.server.clock import Clocks
from emulator.server.connection import connection_of
from emulator.server.journal.journal import Entry, Journal
from emulator.server.play import Stage, happens_before, play
from emulator.server.whole import raw_headers, trace_headers, whole


@dataclass(slots=True)
class OngoingExchange:
    """An exchange whose response may go on: its latest outcome, its effects so far, its entry.

    `so_far` is the whole outcome as far as it is known.
    """

    scope: str
    outcome: Outcome
    effects: tuple[Effect, ...]
    entry: Entry
    store: Store
    clocks: Clocks
    journal: Journal
    remember: Callable[[str, Outcome, datetime], None]
    so_far: Outcome = field(init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.so_far = self.outcome

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
        self.so_far = _joined(self.so_far, self.outcome)
        self.entry = self.journal.amend(self.entry, self.so_far)


async def send_whole(outcome: Outcome, scope: Scope, send: Send) -> None:
    """Send a complete response; returns early where the client has gone."""
    status, headers, body = whole(outcome)
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
    status, headers, body = whole(ongoing.outcome)
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
