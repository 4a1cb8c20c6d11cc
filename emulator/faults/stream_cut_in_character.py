"""`stream-cut-in-character`: an event stream ends within the UTF-8 sequence of one character."""

from emulator.faults.base import FaultType
from emulator.faults.frames import AFTER, at_event, clean, last_step, needs_next
from emulator.faults.steps import Body

#: What begins a sequence of two (RFC 3629, 3): `é` is C3 A9.
_BEGUN = b"\xc3"


def _begun(frame: Body) -> Body:
    """The event up to the first byte of a character of several.

    Where it has none, one is begun in its middle: the client never sees that event whole, so it
    can't tell, and every stream can be cut so.
    """
    text = frame.data.decode()
    whole = next((at for at, char in enumerate(text) if not char.isascii()), None)
    if whole is None:
        return Body(frame.data[: len(frame.data) // 2] + _BEGUN)
    return Body(frame.data[: len(text[:whole].encode()) + 1])


FAULT = FaultType(
    name="stream-cut-in-character",
    level="stream",
    description="One event is cut within a multi-byte character.",
    parameters=(AFTER, clean(default=False)),
    alters=needs_next,
    plays=lambda steps, given: at_event(
        steps, given["after"], lambda frame: [_begun(frame), last_step(given)]
    ),
)
