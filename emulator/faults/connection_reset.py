"""`connection-reset`: the connection is broken before anything is answered."""

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameters
from emulator.faults.steps import Reset, Steps


async def _play(_steps: Steps, _parameters: Parameters) -> Steps:
    yield Reset()


FAULT = FaultType(
    name="connection-reset",
    level="wire",
    description="The connection is closed with a TCP reset, nothing is sent.",
    plays=_play,
)
