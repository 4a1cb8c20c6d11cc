"""`refuse`: the server accepts no connections for a while."""

from emulator.faults.base import MAX_MS, FaultParameter, FaultType, Parameters
from emulator.faults.steps import Refuse, Reset, Steps


async def _play(_steps: Steps, parameters: Parameters) -> Steps:
    yield Refuse(parameters["ms"] / 1000)
    yield Reset()


FAULT = FaultType(
    name="refuse",
    level="wire",
    description="This connection is reset, and new ones are refused for a while: in every scope,"
    " the control plane's too. Only a rule injects it, no request does.",
    parameters=(FaultParameter("ms", "How long new ones are refused.", "number", 1000, 0, MAX_MS),),
    executes=False,
    for_all=True,
    plays=_play,
)
