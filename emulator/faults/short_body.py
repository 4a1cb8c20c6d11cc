"""`short-body`: the body is shorter than its Content-Length."""

from dataclasses import replace

from emulator.faults.base import FaultType
from emulator.faults.parameters import Parameters
from emulator.faults.steps import Close, Start, Steps, followed_by
from emulator.faults.wire import AFTER_BYTES, until_cut

#: For an answer whose length is not known when it begins.
_UNREACHED = (b"content-length", b"1000000")


def _play(steps: Steps, parameters: Parameters) -> Steps:
    return followed_by(until_cut(_with_length(steps), parameters), Close())


async def _with_length(steps: Steps) -> Steps:
    async for step in steps:
        if isinstance(step, Start) and step.header(b"content-length") is None:
            step = replace(step, headers=(*step.headers, _UNREACHED))
        yield step


FAULT = FaultType(
    name="short-body",
    level="wire",
    description="The body is shorter than its Content-Length (event streams get one).",
    parameters=(AFTER_BYTES,),
    plays=_play,
)
