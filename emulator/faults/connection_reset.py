"""`connection-reset`: the connection is broken, before or while the answer begins."""

from emulator.faults.base import FaultParameter, FaultType, Parameters
from emulator.faults.steps import Raw, Reset, Steps
from emulator.faults.wire import until_close, until_start


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    if parameters["when"] == "before":
        async for step in until_start(steps):
            yield step
    else:
        async for step in until_close(steps):
            if isinstance(step, Raw):
                yield Raw(step.data[: len(step.data) // 2])
                break
            yield step
    yield Reset()


FAULT = FaultType(
    name="connection-reset",
    level="wire",
    description="A TCP reset, before anything is sent or after half of the headers.",
    parameters=(
        FaultParameter(
            "when",
            "Before anything is sent, or during the headers.",
            "text",
            "before",
            choices=("before", "during"),
        ),
    ),
    plays=_play,
)
