"""`dribble`: the body comes in parts, spread over a time."""

from emulator.faults.base import MAX_MS, FaultParameter, FaultType, Parameters
from emulator.faults.steps import Body, Steps, Wait


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    async for step in steps:
        if not isinstance(step, Body):
            yield step
            continue
        chunks = max(1, min(parameters["chunks"], len(step.data)))
        for number in range(chunks):
            yield Wait(parameters["over_ms"] / 1000 / chunks)
            first, last = (at * len(step.data) // chunks for at in (number, number + 1))
            yield Body(step.data[first:last])


FAULT = FaultType(
    name="dribble",
    level="http",
    description="The headers arrive at once, the body in parts (of a stream: each event).",
    parameters=(
        FaultParameter("chunks", "Number of parts.", default=5, minimum=1, maximum=10_000),
        FaultParameter("over_ms", "How long the whole body takes.", "number", 1000, 0, MAX_MS),
    ),
    plays=_play,
)
