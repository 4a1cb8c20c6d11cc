"""`hang`: no answer, until the client gives up."""

from emulator.faults.base import FaultType, Parameters
from emulator.faults.steps import Hang, Steps


async def _play(_steps: Steps, _: Parameters) -> Steps:
    yield Hang()


FAULT = FaultType(
    name="hang",
    level="wire",
    description="Nothing is sent and the connection stays open until the client gives up.",
    plays=_play,
)
