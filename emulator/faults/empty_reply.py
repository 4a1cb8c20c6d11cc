"""`empty-reply`: the connection is closed and nothing is answered."""

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameters
from emulator.faults.steps import Close, Steps
from emulator.faults.wire import until_start


async def _play(steps: Steps, _: Parameters) -> Steps:
    async for step in until_start(steps):
        yield step
    yield Close()


FAULT = FaultType(
    name="empty-reply",
    level="wire",
    description="The connection is closed normally, without a response.",
    plays=_play,
)
