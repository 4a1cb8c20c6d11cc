"""`malformed-chunk`: where a chunk should begin stands something else."""

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameters
from emulator.faults.steps import Steps
from emulator.faults.wire import AFTER_CHUNKS, with_broken_chunk


def _play(steps: Steps, parameters: Parameters) -> Steps:
    # RFC 9112, 7.1: the size is hexadecimal.
    return with_broken_chunk(steps, parameters, lambda _: b"no size\r\nno chunk\r\n")


FAULT = FaultType(
    name="malformed-chunk",
    level="wire",
    description="The body is chunked; a chunk has an unreadable size, then the connection closes.",
    parameters=(AFTER_CHUNKS,),
    plays=_play,
)
