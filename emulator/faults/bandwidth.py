"""`bandwidth`: the body comes no faster than a slow line carries it."""

from emulator.faults.base import FaultParameter, FaultType, Parameters
from emulator.faults.steps import Body, Steps, Wait

#: Parts a second; where the line is slower than that, a byte at a time.
_PARTS_PER_S = 10


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    rate = parameters["rate_bytes_per_s"]
    size = max(1, rate // _PARTS_PER_S)
    async for step in steps:
        if not isinstance(step, Body):
            yield step
            continue
        for at in range(0, len(step.data), size):
            part = step.data[at : at + size]
            yield Wait(len(part) / rate)
            yield Body(part)


FAULT = FaultType(
    name="bandwidth",
    level="http",
    description="The headers arrive at once, the body no faster than this rate.",
    parameters=(
        FaultParameter("rate_bytes_per_s", "Bytes of the body per second.", "integer", 1000, 1),
    ),
    plays=_play,
)
