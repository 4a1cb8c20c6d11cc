"""`missing-last-chunk`: the body is whole, but nothing says so."""

from emulator.faults.base import FaultType, Parameters
from emulator.faults.steps import Raw, Steps
from emulator.faults.wire import LAST_CHUNK, in_chunks


async def _play(steps: Steps, _: Parameters) -> Steps:
    async for step in in_chunks(steps):
        if step != Raw(LAST_CHUNK):
            yield step


FAULT = FaultType(
    name="missing-last-chunk",
    level="wire",
    description="The body is chunked, and the last, empty chunk is missing.",
    plays=_play,
)
