"""`stream-stall`: an event stream stands still, and its connection stays open."""

from emulator.faults.base import MAX_MS, FaultParameter, FaultType, Parameters
from emulator.faults.frames import AFTER, at_event, needs_next
from emulator.faults.steps import Hang, Steps, Wait


def _play(steps: Steps, parameters: Parameters) -> Steps:
    before, ms = parameters["after"], parameters["ms"]
    if ms is None:
        return at_event(steps, before, lambda _: [Hang()])
    return at_event(steps, before, lambda frame: [Wait(ms / 1000), frame], goes_on=True)


FAULT = FaultType(
    name="stream-stall",
    level="stream",
    description="After some events nothing more is sent, for a while or until the client gives up.",
    parameters=(
        AFTER,
        FaultParameter("ms", "How long; forever by default.", "number", None, 0, MAX_MS),
    ),
    alters=needs_next,
    plays=_play,
)
