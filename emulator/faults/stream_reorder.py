"""`stream-reorder`: two events come in the wrong order."""

from dataclasses import replace

from emulator.faults.base import Answer, FaultType, Miss, Scene
from emulator.faults.frames import with_events
from emulator.faults.parameters import Parameter, Parameters


def _alter(answer: Answer, parameters: Parameters, _: Scene) -> Answer | Miss:
    number = parameters["event"]
    stream = with_events(answer, number + 1)
    if isinstance(stream, Miss):
        return stream
    events = list(stream.events)
    events[number - 1], events[number] = events[number], events[number - 1]
    return replace(stream, events=tuple(events))


FAULT = FaultType(
    name="stream-reorder",
    level="stream",
    description="One event comes after the one that should follow it.",
    parameters=(Parameter("event", "Which event, the first being 1.", default=1, minimum=1),),
    alters=_alter,
)
