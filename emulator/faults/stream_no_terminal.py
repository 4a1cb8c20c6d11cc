"""`stream-no-terminal`: the event that says how it ended never comes."""

from msgspec.structs import replace

from emulator.faults.base import FaultContext, FaultType, NotApplicable, Parameters
from emulator.faults.frames import clean, last_step, with_events
from emulator.faults.steps import End, Steps
from emulator.http.messages import AnyResponse


def _alter(answer: AnyResponse, _: object, context: FaultContext) -> AnyResponse | NotApplicable:
    stream = with_events(answer, 1, context)
    if isinstance(stream, NotApplicable) or context.goes_on:
        return stream
    return replace(stream, events=stream.events[:-1])


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    async for step in steps:
        yield last_step(parameters) if isinstance(step, End) else step


FAULT = FaultType(
    name="stream-no-terminal",
    level="stream",
    description="All events but the last, then the stream ends.",
    parameters=(clean(default=True),),
    alters=_alter,
    plays=_play,
)
