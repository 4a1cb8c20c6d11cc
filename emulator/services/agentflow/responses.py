"""What responses are made of: pages of lists, and events for both streams and collected runs."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from emulator.fixtures.tools.run import ToolRun
from emulator.http.encode import dump, to_the_second
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Continuation, Plan
from emulator.mock.state.store import Effect

#: An event before it is numbered: its type and content.
RunEvent: TypeAlias = tuple[str, Mapping[str, Json]]


def respond_page(exchange: Exchange, name: str, items: Sequence[Json]) -> Plan:
    """Respond with the page that `page` and `page_size` of the query name, counted from 1."""
    page, size = exchange.query("page") or 1, exchange.query("page_size") or 20
    shown = list(items[(page - 1) * size : page * size])
    variables = {name: shown, "total": len(items), "page": page, "page_size": size}
    return exchange.respond("200.default", variables)


def call_id_of(exchange: Exchange) -> str:
    """Every execution and every message is a call of its own, also of the same request."""
    return f"call_{hashlib.sha256(exchange.id.encode()).hexdigest()[:8]}"


def number_events(
    exchange: Exchange,
    call_id: str,
    events: Iterable[RunEvent],
    first: int = 0,
    metadata: Mapping[str, Json] | None = None,
) -> list[Json]:
    """Number the events of a run that has no parent and is its own root, from `first` on."""
    timestamp = to_the_second(exchange.now)
    return [
        {
            "type": type_,
            "call_id": call_id,
            "parent_call_id": None,
            "root_call_id": call_id,
            "content": content,
            "timestamp": timestamp,
            "seq": seq,
            "metadata": metadata,
        }
        for seq, (type_, content) in enumerate(events, first)
    ]


def end_events(run: ToolRun) -> Iterator[RunEvent]:
    """The parts of a result, and then the result or the failure."""
    for part in run.deltas:
        yield "delta", {"text": part}
    if run.failed:
        yield error_event(str(run.variables["error"]), "tool_error")
    else:
        yield "end", {"result": run.result}


def start_event(name: str, arguments: Json) -> RunEvent:
    """The tool has started."""
    return "start", {"name": name, "role": "tool", "input": dump(arguments).decode()}


def error_event(message: str, code: str) -> RunEvent:
    """The run has ended without a result."""
    return "error", {"message": message, "code": code}


def respond_events(
    exchange: Exchange,
    events: Sequence[Json],
    effects: Sequence[Effect] = (),
    *,
    stream: bool = False,
    run: ToolRun | None = None,
    delay_ms: int = 0,
    continuation: Continuation | None = None,
) -> Plan:
    """Respond with events, as a list or as frames of a stream, or as the run's tool wants.

    `stream` is for requests that leave it open.
    """
    frames = [{"id": str(event["seq"]), "data": event} for event in events]
    variables = {"events": list(events), "frames": frames}
    fixture = "200.stream" if exchange.body.get("stream", stream) else "200.default"
    return exchange.respond(
        (run.fixture if run else None) or fixture,
        {**run.variables, **variables} if run else variables,
        effects,
        delay_ms=delay_ms,
        continuation=continuation,
    )


def last_event_id(exchange: Exchange) -> int | None:
    """The event after which a stream is resumed; None where the request resumes none."""
    last = exchange.request.header("last-event-id") or ""
    return int(last[:9]) if last.isascii() and last.isdigit() else None
