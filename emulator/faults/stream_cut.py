"""`stream-cut`: an event stream ends in the middle, between two events."""

from emulator.faults.base import FaultType
from emulator.faults.frames import after, at_event, clean, last_step, needs_next
from emulator.faults.parameters import Parameters
from emulator.faults.steps import Steps


def _play(steps: Steps, parameters: Parameters) -> Steps:
    return at_event(steps, parameters["after"], lambda _: [last_step(parameters)])


FAULT = FaultType(
    name="stream-cut",
    level="stream",
    description="The stream ends between two events.",
    parameters=(after(), clean(default=True)),
    alters=needs_next,
    plays=_play,
)
