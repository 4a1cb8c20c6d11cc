"""`empty-body`: everything but the body."""

from emulator.faults.base import FaultType, NotApplicable
from emulator.http.messages import AnyResponse, Response


def _alter(answer: AnyResponse, _: object, __: object) -> AnyResponse | NotApplicable:
    if isinstance(answer, Response) and not answer.body:
        return NotApplicable("this answer has no body anyway")
    return Response(answer.status, answer.headers)


FAULT = FaultType(
    name="empty-body",
    level="http",
    description="The usual status and headers with Content-Length 0, and no body.",
    alters=_alter,
)
