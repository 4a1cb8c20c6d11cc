"""`slow-close`: the answer is there, its end is long in coming."""

from dataclasses import replace

from emulator.faults.base import FaultType
from emulator.faults.parameters import MAX_MS, FaultParameter, Parameters
from emulator.faults.steps import Start, Steps, Wait, followed_by
from emulator.faults.wire import until_close


def _play(steps: Steps, parameters: Parameters) -> Steps:
    return followed_by(until_close(_without_length(steps)), Wait(parameters["ms"] / 1000))


async def _without_length(steps: Steps) -> Steps:
    """RFC 9112, 6.3: then only the close of the connection ends the body."""
    async for step in steps:
        if isinstance(step, Start):
            kept = (field for field in step.headers if field[0] != b"content-length")
            step = replace(step, headers=tuple(kept))
        yield step


FAULT = FaultType(
    name="slow-close",
    level="wire",
    description="The whole response without a length; the connection that ends it stays open.",
    parameters=(FaultParameter("ms", "How long it stays open.", "number", 1000, 0, MAX_MS),),
    plays=_play,
)
