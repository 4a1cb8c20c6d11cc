"""`stream-heartbeat`: comments between the events, which a client must ignore."""

from emulator.faults.base import MAX_MS, FaultParameter, FaultType, Parameters
from emulator.faults.steps import Body, Steps, Wait

#: WHATWG HTML, 9.2.6: a line that begins with a colon says nothing.
_BEAT = b": heartbeat\n\n"


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    async for step in steps:
        for _ in range(parameters["beats"] if isinstance(step, Body) else 0):
            if parameters["every_ms"]:
                yield Wait(parameters["every_ms"] / 1000)
            yield Body(_BEAT)
        yield step


FAULT = FaultType(
    name="stream-heartbeat",
    level="stream",
    description="Comments before each event, which clients have to ignore.",
    parameters=(
        FaultParameter("beats", "Number of comments.", default=1, minimum=1, maximum=1000),
        FaultParameter("every_ms", "Time before each comment.", "number", 0, 0, MAX_MS),
    ),
    plays=_play,
)
