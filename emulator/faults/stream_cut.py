"""`stream-cut`: an event stream ends in the middle, between two events."""

from emulator.faults.base import FaultType
from emulator.faults.frames import AFTER, at_event, clean, last_step, needs_next

FAULT = FaultType(
    name="stream-cut",
    level="stream",
    description="The stream ends between two events.",
    parameters=(AFTER, clean(default=True)),
    alters=needs_next,
    plays=lambda steps, given: at_event(steps, given["after"], lambda _: [last_step(given)]),
)
