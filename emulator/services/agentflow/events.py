"""Events of a run: one list of objects, from which streams and collected answers are both made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.services.tools import ToolRun

#: What happened: the event's type, and its content.
Happening = tuple[str, Mapping[str, Json]]


def number(
    call_id: str,
    happenings: Iterable[Happening],
    timestamp: str,
    first: int = 0,
    metadata: Mapping[str, Json] | None = None,
) -> list[Json]:
    """The events of a run that has no parent and is its own root, counted from `first`."""
    return [
        {
            "type": kind,
            "call_id": call_id,
            "parent_call_id": None,
            "root_call_id": call_id,
            "content": content,
            "timestamp": timestamp,
            "seq": seq,
            "metadata": metadata,
        }
        for seq, (kind, content) in enumerate(happenings, first)
    ]


def started(name: str, arguments: Json) -> Happening:
    """The tool was started."""
    return "start", {"name": name, "role": "tool", "input": dump(arguments).decode()}


def ended(done: ToolRun) -> Iterator[Happening]:
    """What came before the result, and the result or failure."""
    for part in done.deltas:
        yield "delta", {"text": part}
    if done.failed:
        yield failed(str(done.variables["error"]), "tool_error")
    else:
        yield "end", {"result": done.variables.get("result")}


def failed(message: str, code: str) -> Happening:
    """The run ends without a result."""
    return "error", {"message": message, "code": code}


def told(events: Sequence[Json]) -> Mapping[str, Json]:
    """The variables of both fixtures: the events, and the same as frames of a stream."""
    frames = [{"id": str(event["seq"]), "data": event} for event in events]
    return {"events": list(events), "frames": frames}


def timestamp(exchange: Exchange) -> str:
    """The time of a call as events have it: UTC, whole seconds."""
    return str(exchange.variables({})["now"])
