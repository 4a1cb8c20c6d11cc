"""`malformed-header`: one of the header lines is none."""

from emulator.faults.base import FaultType
from emulator.faults.steps import Start
from emulator.faults.wire import fields, status_line, until_close


def _head(start: Start) -> bytes:
    # First of all: lenient clients take what follows it for the body.
    return status_line(start.status) + b"no header field\r\n" + fields(*start.headers)


FAULT = FaultType(
    name="malformed-header",
    level="wire",
    description="The first header line has no colon; everything else is correct.",
    plays=lambda steps, _: until_close(steps, _head),
)
