"""`empty-reply`: the connection is closed and nothing is answered."""

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameters
from emulator.faults.steps import Close, Steps, followed_by
from emulator.faults.wire import until_start


def _play(steps: Steps, _: Parameters) -> Steps:
    return followed_by(until_start(steps), Close())


FAULT = FaultType(
    name="empty-reply",
    level="wire",
    description="The connection is closed normally, without a response.",
    plays=_play,
)
