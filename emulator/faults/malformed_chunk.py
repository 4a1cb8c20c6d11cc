"""`malformed-chunk`: where a chunk should begin stands something else."""

from emulator.faults.base import FaultType
from emulator.faults.wire import AFTER_CHUNKS, with_broken_chunk

FAULT = FaultType(
    name="malformed-chunk",
    level="wire",
    description="The body is chunked; a chunk has an unreadable size, then the connection closes.",
    parameters=(AFTER_CHUNKS,),
    # RFC 9112, 7.1: the size is hexadecimal.
    plays=lambda steps, given: with_broken_chunk(
        steps, given, lambda _: b"no size\r\nno chunk\r\n"
    ),
)
