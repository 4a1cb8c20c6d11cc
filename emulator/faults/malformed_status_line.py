"""`malformed-status-line`: the answer begins with a line that is no status line."""

from emulator.faults.base import FaultType
from emulator.faults.steps import Start
from emulator.faults.wire import fields, until_close


def _head(start: Start) -> bytes:
    # RFC 9112, 4: the version, three digits and a reason.
    return b"HTTP/1.1 OK %d\r\n" % start.status + fields(*start.headers)


FAULT = FaultType(
    name="malformed-status-line",
    level="wire",
    description="The status line can't be parsed; headers and body are correct.",
    plays=lambda steps, _: until_close(steps, _head),
)
