"""`half-close`: our side of the connection is closed, the client's is not."""

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameters
from emulator.faults.steps import HalfClose, Steps, followed_by
from emulator.faults.wire import AFTER_BYTES, until_cut


def _play(steps: Steps, parameters: Parameters) -> Steps:
    return followed_by(until_cut(steps, parameters), HalfClose())


FAULT = FaultType(
    name="half-close",
    level="wire",
    description="The server closes its side within the body; the client can still send.",
    parameters=(AFTER_BYTES,),
    plays=_play,
)
