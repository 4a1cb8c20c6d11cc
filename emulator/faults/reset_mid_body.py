"""`reset-mid-body`: the connection is broken while the body is sent."""

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameters
from emulator.faults.steps import Reset, Steps, followed_by
from emulator.faults.wire import AFTER_BYTES, until_cut


def _play(steps: Steps, parameters: Parameters) -> Steps:
    return followed_by(until_cut(steps, parameters), Reset())


FAULT = FaultType(
    name="reset-mid-body",
    level="wire",
    description="The headers and part of the body, then a TCP reset.",
    parameters=(AFTER_BYTES,),
    plays=_play,
)
