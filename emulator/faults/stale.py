"""`stale`: what was answered before comes once more."""

from emulator.faults.base import FaultContext, FaultType, NotApplicable
from emulator.http.messages import AnyResponse


def _alter(_: AnyResponse, __: object, context: FaultContext) -> AnyResponse | NotApplicable:
    if context.goes_on or context.before:
        return NotApplicable("this answer waits for what is to come")
    return context.earlier or NotApplicable("this operation has not answered before in this scope")


FAULT = FaultType(
    name="stale",
    level="http",
    description="The operation's previous response in this scope, whatever the request was.",
    alters=_alter,
)
