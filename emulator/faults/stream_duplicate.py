"""`stream-duplicate`: an event comes more than once."""

from emulator.faults.base import FaultParameter, FaultType
from emulator.faults.frames import at_event, with_events

FAULT = FaultType(
    name="stream-duplicate",
    level="stream",
    description="One event is repeated right after itself, with the same id.",
    parameters=(
        FaultParameter("event", "Number of the event, from 1.", default=1, minimum=1),
        FaultParameter("copies", "How often it is repeated.", default=1, minimum=1, maximum=1000),
    ),
    alters=lambda answer, given, context: with_events(answer, given["event"], context),
    plays=lambda steps, given: at_event(
        steps, given["event"] - 1, lambda frame: [frame] * (1 + given["copies"]), goes_on=True
    ),
)
