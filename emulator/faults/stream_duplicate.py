"""`stream-duplicate`: an event comes more than once."""

from emulator.faults.base import Altered, FaultContext, FaultType
from emulator.faults.frames import at_event, with_events
from emulator.faults.parameters import FaultParameter, Parameters
from emulator.faults.steps import Steps
from emulator.http.messages import AnyResponse


def _alter(answer: AnyResponse, parameters: Parameters, context: FaultContext) -> Altered:
    return with_events(answer, parameters["event"], context)


def _play(steps: Steps, parameters: Parameters) -> Steps:
    times = 1 + parameters["copies"]
    return at_event(steps, parameters["event"] - 1, lambda frame: [frame] * times, goes_on=True)


FAULT = FaultType(
    name="stream-duplicate",
    level="stream",
    description="One event is repeated right after itself, with the same id.",
    parameters=(
        FaultParameter("event", "Number of the event, from 1.", default=1, minimum=1),
        FaultParameter("copies", "How often it is repeated.", default=1, minimum=1, maximum=1000),
    ),
    alters=_alter,
    plays=_play,
)
