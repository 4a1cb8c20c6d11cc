"""Streams are read, and resumed from the middle."""

from collections.abc import Mapping
from dataclasses import replace

from emulator.contract.check.events import EVENT_STREAM, read_events
from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.promises import Stream
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.openapi.requests.parts import RequestParts

CHECK = "stream_resumption"


def check_streams(context: CheckContext) -> CheckScenarios:
    """Each stream once as a whole, and once more from its middle."""
    for stream in context.contract.streams:
        operation = context.operation(stream.operation)
        if operation is None:
            continue
        scenario = CheckScenario(context, CHECK, operation.key, stream.basis)
        request = scenario.make(operation)
        if request is not None:
            request = _for_stream(request, stream)
            whole = scenario.send(request)
            if whole.accepted and stream.resumes:
                _resume(scenario, request, whole)
        yield scenario


def _for_stream(request: RequestParts, stream: Stream) -> RequestParts:
    if isinstance(request.body, Mapping):
        request = request.with_body({**request.body, **stream.body})
    return replace(request, headers=(*request.headers, ("accept", EVENT_STREAM)))


def _resume(scenario: CheckScenario, request: RequestParts, whole: CheckedExchange) -> None:
    ids = _ids(whole)
    if len(ids) < 2:
        return
    last = ids[len(ids) // 2 - 1]
    resumed = replace(request, headers=(*request.headers, ("last-event-id", last)))
    exchange = scenario.send(resumed)
    repeated = [each for each in _ids(exchange) if each in ids[: ids.index(last) + 1]]
    if exchange.accepted and repeated:
        reason = f"Last-Event-ID: {last}, and {', '.join(repeated)} came again"
        scenario.breach(exchange, "A stream taken up again repeats events", reason)


def _ids(exchange: CheckedExchange) -> list[str]:
    text = exchange.response.body.decode("utf-8", "replace")
    return [event.id for event in read_events(text) if event.id is not None]
