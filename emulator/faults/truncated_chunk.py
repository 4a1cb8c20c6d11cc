"""`truncated-chunk`: a chunk is shorter than it says."""

from emulator.faults.base import FaultType
from emulator.faults.wire import AFTER_CHUNKS, with_broken_chunk

FAULT = FaultType(
    name="truncated-chunk",
    level="wire",
    description="The body is chunked, and the connection is closed in the middle of a chunk.",
    parameters=(AFTER_CHUNKS,),
    plays=lambda steps, given: with_broken_chunk(
        steps, given, lambda chunk: chunk[: len(chunk) // 2]
    ),
)
