"""`slow-close`: the answer is there, its end is long in coming."""

from emulator.faults.base import MAX_MS, FaultParameter, FaultType
from emulator.faults.steps import Wait, followed_by
from emulator.faults.wire import head, until_close

FAULT = FaultType(
    name="slow-close",
    level="wire",
    description="The whole response without a length; the connection that ends it stays open.",
    parameters=(FaultParameter("ms", "How long it stays open.", "number", 1000, 0, MAX_MS),),
    # RFC 9112, 6.3: without a length only the close of the connection ends the body.
    plays=lambda steps, given: followed_by(
        until_close(steps, lambda start: head(start.with_length(None))), Wait(given["ms"] / 1000)
    ),
)
