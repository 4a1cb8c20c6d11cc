"""`reset-mid-body`: the connection is broken while the body is sent."""

from emulator.faults.base import FaultType
from emulator.faults.steps import Reset, followed_by
from emulator.faults.wire import AFTER_BYTES, until_cut

FAULT = FaultType(
    name="reset-mid-body",
    level="wire",
    description="The headers and part of the body, then a TCP reset.",
    parameters=(AFTER_BYTES,),
    plays=lambda steps, given: followed_by(until_cut(steps, given), Reset()),
)
