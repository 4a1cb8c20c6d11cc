"""`stream-cut-in-frame`: an event stream ends in the middle of an event."""

from emulator.faults.base import FaultType
from emulator.faults.frames import AFTER, at_event, clean, last_step, needs_next
from emulator.faults.steps import Body


def _half(frame: Body) -> Body:
    """The first half, of whole characters; the blank line that ends an event is not in it."""
    text = frame.data[: len(frame.data) // 2].decode(errors="ignore")
    return Body(text.encode())


FAULT = FaultType(
    name="stream-cut-in-frame",
    level="stream",
    description="Only the first half of an event arrives; a parser must not report it as an event.",
    parameters=(AFTER, clean(default=False)),
    alters=needs_next,
    plays=lambda steps, given: at_event(
        steps, given["after"], lambda frame: [_half(frame), last_step(given)]
    ),
)
