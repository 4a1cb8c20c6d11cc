"""`close-after-headers`: the connection is closed where the body should begin."""

from emulator.faults.base import FaultType, Parameters
from emulator.faults.steps import Close, Start, Steps


async def _play(steps: Steps, _: Parameters) -> Steps:
    async for step in steps:
        yield step
        if isinstance(step, Start):
            yield Close()
            return


FAULT = FaultType(
    name="close-after-headers",
    level="wire",
    description="The headers are sent, then the connection is closed.",
    plays=_play,
)
