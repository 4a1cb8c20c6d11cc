"""`empty-reply`: the connection is closed and nothing is answered."""

from emulator.faults.base import FaultType
from emulator.faults.steps import Close, followed_by
from emulator.faults.wire import until_start

FAULT = FaultType(
    name="empty-reply",
    level="wire",
    description="The connection is closed normally, without a response.",
    plays=lambda steps, _: followed_by(until_start(steps), Close()),
)
