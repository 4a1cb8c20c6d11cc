"""`stream-reorder`: two events come in the wrong order."""

from emulator.faults.base import FaultParameter, FaultType, Parameters
from emulator.faults.frames import is_event, with_events
from emulator.faults.steps import Body, End, Steps


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    left, held = parameters["event"], None
    async for step in steps:
        is_one = isinstance(step, Body) and is_event(step)
        left -= is_one
        if is_one and left == 0:
            held = step
            continue
        if held is not None and isinstance(step, End):  # nothing has followed it
            yield held
        yield step
        if held is not None and is_one:
            yield held
            held = None


FAULT = FaultType(
    name="stream-reorder",
    level="stream",
    description="One event arrives after the one that should follow it.",
    parameters=(FaultParameter("event", "Number of the event, from 1.", default=1, minimum=1),),
    alters=lambda answer, given, context: with_events(answer, given["event"] + 1, context),
    plays=_play,
)
