"""`truncated-chunk`: a chunk is shorter than it says."""

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameters
from emulator.faults.steps import Steps
from emulator.faults.wire import AFTER_CHUNKS, with_broken_chunk


def _play(steps: Steps, parameters: Parameters) -> Steps:
    return with_broken_chunk(steps, parameters, lambda chunk: chunk[: len(chunk) // 2])


FAULT = FaultType(
    name="truncated-chunk",
    level="wire",
    description="The body is chunked, and the connection is closed in the middle of a chunk.",
    parameters=(AFTER_CHUNKS,),
    plays=_play,
)
