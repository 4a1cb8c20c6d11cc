"""`stream-error`: the service breaks off a stream, and says so in an event."""

import json

from msgspec.structs import replace

from emulator.faults.base import FaultContext, FaultType, NotApplicable, Parameters
from emulator.faults.frames import AFTER, at_event, clean, last_step, with_events
from emulator.http.encode import dump
from emulator.http.messages import AnyResponse, Event, Json

#: The service's own template of such an event's data; `event` is the data it comes instead of.
_SHAPE = "error-event"


def _alter(
    answer: AnyResponse, parameters: Parameters, context: FaultContext
) -> AnyResponse | NotApplicable:
    stream = with_events(answer, parameters["after"] + 1, context)
    if isinstance(stream, NotApplicable):
        return stream
    place = parameters["after"] - context.before
    if not 0 <= place < len(stream.events):
        return stream
    error = _error(_value(stream.events[place].data), context)
    return replace(stream, events=(*stream.events[:place], error))


def _error(instead_of: Json, context: FaultContext) -> Event:
    """Without an id: who takes the stream up again goes on after the last event that came."""
    data = context.shape(_SHAPE, {"event": instead_of})
    if data is not None:
        return Event(dump(data).decode())
    error = {"error": {"message": "Internal server error", "code": "internal_error"}}
    return Event(dump(error).decode(), event="error")


def _value(data: str) -> Json:
    try:
        return json.loads(data)
    except ValueError:
        return data


FAULT = FaultType(
    name="stream-error",
    level="stream",
    description="After some events an error event, then the stream ends.",
    parameters=(AFTER, clean(default=True)),
    alters=_alter,
    plays=lambda steps, given: at_event(
        steps, given["after"], lambda frame: [frame, last_step(given)]
    ),
)
