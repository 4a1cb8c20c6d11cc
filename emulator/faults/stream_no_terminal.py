"""`stream-no-terminal`: the event that says how it ended never comes."""

from dataclasses import replace

from emulator.faults.base import Answer, FaultType, Miss, Scene
from emulator.faults.frames import clean, play_last, with_events
from emulator.faults.parameters import Parameters


def _alter(answer: Answer, _: Parameters, __: Scene) -> Answer | Miss:
    stream = with_events(answer, 1)
    return stream if isinstance(stream, Miss) else replace(stream, events=stream.events[:-1])


FAULT = FaultType(
    name="stream-no-terminal",
    level="stream",
    description="All events but the last come, then the stream ends.",
    parameters=(clean(default=True),),
    alters=_alter,
    plays=play_last,
)
