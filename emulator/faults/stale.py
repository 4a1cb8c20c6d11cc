"""`stale`: what was answered before comes once more."""

from emulator.faults.base import Answer, FaultType, Miss, Scene
from emulator.faults.parameters import Parameters


def _alter(_: Answer, __: Parameters, scene: Scene) -> Answer | Miss:
    if scene.goes_on or scene.before:
        return Miss("this answer waits for what is to come")
    return scene.earlier or Miss("this operation has not answered before in this scope")


FAULT = FaultType(
    name="stale",
    level="http",
    description="What the operation answered last in this scope, whoever asked for whatever.",
    alters=_alter,
)
