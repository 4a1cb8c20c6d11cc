"""`stream-duplicate`: an event comes more than once."""

from dataclasses import replace

from emulator.faults.base import Answer, FaultType, Miss, Scene
from emulator.faults.frames import with_events
from emulator.faults.parameters import Parameter, Parameters


def _alter(answer: Answer, parameters: Parameters, _: Scene) -> Answer | Miss:
    number, copies = parameters["event"], parameters["copies"]
    stream = with_events(answer, number)
    if isinstance(stream, Miss):
        return stream
    events = tuple(stream.events)
    again = events[number - 1 : number] * copies
    return replace(stream, events=(*events[:number], *again, *events[number:]))


FAULT = FaultType(
    name="stream-duplicate",
    level="stream",
    description="One event comes again right after itself, with the same id.",
    parameters=(
        Parameter("event", "Which event, the first being 1.", default=1, minimum=1),
        Parameter("copies", "How often it comes again.", default=1, minimum=1, maximum=1000),
    ),
    alters=_alter,
)
