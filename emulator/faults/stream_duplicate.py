"""`stream-duplicate`: an event comes more than once."""

from emulator.faults.base import Answer, FaultType, Miss, Scene
from emulator.faults.frames import at_event, with_events
from emulator.faults.parameters import Parameter, Parameters
from emulator.faults.steps import Steps


def _alter(answer: Answer, parameters: Parameters, scene: Scene) -> Answer | Miss:
    return with_events(answer, parameters["event"], scene)


def _play(steps: Steps, parameters: Parameters) -> Steps:
    times = 1 + parameters["copies"]
    return at_event(steps, parameters["event"] - 1, lambda frame: [frame] * times, goes_on=True)


FAULT = FaultType(
    name="stream-duplicate",
    level="stream",
    description="One event comes again right after itself, with the same id.",
    parameters=(
        Parameter("event", "Which event, the first being 1.", default=1, minimum=1),
        Parameter("copies", "How often it comes again.", default=1, minimum=1, maximum=1000),
    ),
    alters=_alter,
    plays=_play,
)
