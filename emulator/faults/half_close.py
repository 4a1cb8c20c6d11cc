"""`half-close`: our side of the connection is closed, the client's is not."""

from emulator.faults.base import FaultType
from emulator.faults.steps import HalfClose, followed_by
from emulator.faults.wire import AFTER_BYTES, until_cut

FAULT = FaultType(
    name="half-close",
    level="wire",
    description="The server closes its side within the body; the client can still send.",
    parameters=(AFTER_BYTES,),
    plays=lambda steps, given: followed_by(until_cut(steps, given), HalfClose()),
)
