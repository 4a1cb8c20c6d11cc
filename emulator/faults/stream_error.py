"""`stream-error`: the service breaks off a stream, and says so in an event."""

import json
from dataclasses import replace

from emulator.encode import dump
from emulator.faults.base import Answer, FaultType, Miss, Scene
from emulator.faults.frames import after, clean, play_last, with_events
from emulator.faults.parameters import Parameters
from emulator.messages import Event, Json

#: The service's own template of such an event's data; `event` is the data it comes instead of.
_SHAPE = "error-event"


def _alter(answer: Answer, parameters: Parameters, scene: Scene) -> Answer | Miss:
    stream = with_events(answer, parameters["after"] + 1)
    if isinstance(stream, Miss):
        return stream
    before = tuple(stream.events[: parameters["after"]])
    error = _error(_value(stream.events[parameters["after"]].data), scene)
    return replace(stream, events=(*before, error))


def _error(instead_of: Json, scene: Scene) -> Event:
    """Without an id: who takes the stream up again goes on after the last event that came."""
    data = scene.shape(_SHAPE, {"event": instead_of})
    if data is not None:
        return Event(dump(data).decode())
    said = {"error": {"message": "Internal server error", "code": "internal_error"}}
    return Event(dump(said).decode(), event="error")


def _value(data: str) -> Json:
    try:
        return json.loads(data)
    except ValueError:
        return data


FAULT = FaultType(
    name="stream-error",
    level="stream",
    description="After some events one comes that tells of an error, then the stream ends.",
    parameters=(after(), clean(default=True)),
    alters=_alter,
    plays=play_last,
)
