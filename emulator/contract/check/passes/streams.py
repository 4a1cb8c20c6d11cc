"""Streams are asked for, and taken up again in the middle."""

from collections.abc import Mapping
from dataclasses import replace

from emulator.contract.check.cases import Case
from emulator.contract.check.events import EVENT_STREAM, read_events
from emulator.contract.check.exchanges import Exchange
from emulator.contract.check.passes.scenario import Bench, Scene, Scenes
from emulator.contract.check.promises import Stream

CHECK = "stream_resumption"


def check_streams(bench: Bench) -> Scenes:
    """Each stream once as a whole, and once more from its middle."""
    for stream in bench.contract.streams:
        operation = bench.operation(stream.operation)
        if operation is None:
            continue
        scene = Scene(bench, CHECK, operation.key, stream.basis)
        case = scene.case(operation)
        if case is not None:
            case = _for_stream(case, stream)
            whole = scene.send(case)
            if whole.accepted and stream.resumes:
                _resume(scene, case, whole)
        yield scene


def _for_stream(case: Case, stream: Stream) -> Case:
    body = {**case.body, **stream.body} if isinstance(case.body, Mapping) else case.body
    return replace(case, body=body, headers=(*case.headers, ("accept", EVENT_STREAM)))


def _resume(scene: Scene, case: Case, whole: Exchange) -> None:
    ids = _ids(whole)
    if len(ids) < 2:
        return
    last = ids[len(ids) // 2 - 1]
    exchange = scene.send(replace(case, headers=(*case.headers, ("last-event-id", last))))
    repeated = [each for each in _ids(exchange) if each in ids[: ids.index(last) + 1]]
    if exchange.accepted and repeated:
        reason = f"Last-Event-ID: {last}, and {', '.join(repeated)} came again"
        scene.breach(exchange, "A stream taken up again repeats events", reason)


def _ids(exchange: Exchange) -> list[str]:
    text = exchange.response.body.decode("utf-8", "replace")
    return [event.id for event in read_events(text) if event.id is not None]
