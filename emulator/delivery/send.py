"""`Outcome` → ASGI messages, with the delay and the fault it was given."""

import asyncio
from collections.abc import Awaitable, Callable

import anyio

from emulator.delivery.connection import EXTENSION, reset
from emulator.delivery.events import encode_event, frames
from emulator.delivery.receive import Receive, Scope, Send
from emulator.messages import EventStream, Response
from emulator.pipeline import Outcome, Trace

#: Waits for the next part of an answer.
Proceed = Callable[[], Awaitable[Outcome]]


async def send_outcome(
    outcome: Outcome, scope: Scope, receive: Receive, send: Send, proceed: Proceed | None = None
) -> None:
    """Send one answer; returns early where the client has gone or its connection was broken.

    `proceed` gives the later parts of an answer that has a sequel; it is cancelled, and no more
    asked, when the client goes.
    """
    try:
        await _send(outcome, scope, receive, send, proceed)
    except asyncio.CancelledError:
        # The server stops and waits no longer. It would take a cancelled task for a failure of
        # ours: a traceback and a 500. Nothing can be awaited any more, so just hang up.
        extension = scope.get("extensions", {}).get(EXTENSION)
        if extension is None:
            raise
        extension["hang_up"]()


async def _send(
    outcome: Outcome, scope: Scope, receive: Receive, send: Send, proceed: Proceed | None
) -> None:
    if outcome.delay_ms and await _client_left(receive, outcome.delay_ms / 1000):
        return
    while outcome.sequel is not None and isinstance(outcome.answer, Response):
        # One body can't be sent in parts: the last one is the whole.
        later = await _later(receive, proceed)
        if later is None:
            return
        outcome = later
    if outcome.fault is not None and await _broken(scope, receive):
        return
    answer = outcome.answer
    traced = _trace_headers(outcome)
    if isinstance(answer, Response):
        await _send_response(answer, traced, scope, send)
        return
    await _start_stream(answer, traced, scope, send)
    while outcome.sequel is not None and scope["method"] != "HEAD":
        later = await _later(receive, proceed)
        if later is None:
            return
        outcome = later
        await _continue_stream(outcome.answer, send)
    await send({"type": "http.response.body", "body": b""})


async def _send_response(
    answer: Response, traced: list[tuple[bytes, bytes]], scope: Scope, send: Send
) -> None:
    # RFC 9110, 6.4.1: these have no content, and 204 no Content-Length either (8.6).
    empty = answer.status in (204, 304) or answer.status < 200
    headers = _raw(answer.headers) + traced
    if not empty:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    body = b"" if empty or scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})


async def _start_stream(
    answer: EventStream, traced: list[tuple[bytes, bytes]], scope: Scope, send: Send
) -> None:
    headers = _raw(answer.headers) + traced
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if scope["method"] != "HEAD":
        for frame in frames(answer):
            await send({"type": "http.response.body", "body": frame, "more_body": True})


async def _continue_stream(answer: Response | EventStream, send: Send) -> None:
    """More events; an answer that has none can't be told any more, and ends the stream."""
    for event in answer.events if isinstance(answer, EventStream) else ():
        frame = encode_event(event)
        await send({"type": "http.response.body", "body": frame, "more_body": True})


def _raw(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [
        (name.encode("latin-1"), value.encode("latin-1", errors="replace"))
        for name, value in headers
    ]


def _trace_headers(outcome: Outcome) -> list[tuple[bytes, bytes]]:
    trace: Trace = outcome.trace
    headers = [
        (b"emulator-" + name, value.encode("latin-1", errors="replace"))
        for name, value in (
            (b"operation", trace.operation),
            (b"rule", trace.rule),
            (b"source", trace.source),
            (b"problem", trace.problem),
            (b"fault", trace.fault),
        )
        if value
    ]
    if trace.forced:
        headers.append((b"emulator-forced", b"true"))
    return headers


async def _later(receive: Receive, proceed: Proceed | None) -> Outcome | None:
    """The next part of an answer, after its delay; None where the client has left meanwhile."""
    found: Outcome | None = None
    if proceed is not None:
        async with anyio.create_task_group() as group:
            group.start_soon(_cancel_when_left, receive, group.cancel_scope)
            found = await proceed()
            group.cancel_scope.cancel()
    if found is not None and found.delay_ms and await _client_left(receive, found.delay_ms / 1000):
        return None
    return found


async def _cancel_when_left(receive: Receive, waiting: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    waiting.cancel()


async def _client_left(receive: Receive, seconds: float) -> bool:
    """Wait so long, or until the client is gone: then True."""
    with anyio.move_on_after(seconds):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False


async def _broken(scope: Scope, receive: Receive) -> bool:
    """Reset the connection; False where there is none to reset (in process)."""
    extension = scope.get("extensions", {}).get(EXTENSION)
    if extension is None:
        return False
    reset(extension["transport"])
    # The server takes an answer for forgotten unless it has seen the connection go.
    while (await receive())["type"] != "http.disconnect":
        pass
    return True
