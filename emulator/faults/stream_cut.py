"""`stream-cut`: an event stream ends in the middle, between two events."""

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameter, Parameters
from emulator.faults.steps import Body, End, Steps


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    left = parameters["after"]
    async for step in steps:
        if isinstance(step, Body):
            if not left:
                yield End()
                return
            left -= is_event(step)
        yield step


def is_event(step: Body) -> bool:
    """Whether a frame holds an event, and not just a retry time or a comment."""
    return b"data:" in step.data


FAULT = FaultType(
    name="stream-cut",
    level="stream",
    description="The stream ends after some events, as if it were complete.",
    parameters=(Parameter("after", "Events that still come.", default=1),),
    plays=_play,
)
