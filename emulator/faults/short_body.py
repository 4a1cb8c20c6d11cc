"""`short-body`: the body is shorter than its Content-Length."""

from emulator.faults.base import FaultType
from emulator.faults.steps import Close, Start, Steps, followed_by
from emulator.faults.wire import AFTER_BYTES, until_cut

#: The length of an answer whose own is not known when it begins.
_UNREACHED = 1_000_000


async def _with_length(steps: Steps) -> Steps:
    async for step in steps:
        if isinstance(step, Start) and step.header(b"content-length") is None:
            step = step.with_length(_UNREACHED)
        yield step


FAULT = FaultType(
    name="short-body",
    level="wire",
    description="The body is shorter than its Content-Length (event streams get one).",
    parameters=(AFTER_BYTES,),
    plays=lambda steps, given: followed_by(until_cut(_with_length(steps), given), Close()),
)
