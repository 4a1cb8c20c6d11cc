"""`error`: another status, in the service's own words."""

from emulator.faults.base import FaultParameter, FaultType, Parameters
from emulator.http.messages import Headers


def _decide(parameters: Parameters) -> tuple[int, Headers]:
    after = parameters["retry_after_s"]
    return parameters["status"], () if after is None else (("retry-after", str(after)),)


FAULT = FaultType(
    name="error",
    level="http",
    description="An error status in the service's own format.",
    parameters=(
        FaultParameter("status", "Status of the response.", default=503, minimum=400, maximum=599),
        FaultParameter(
            "retry_after_s", "Value of Retry-After; no header by default.", maximum=86_400
        ),
    ),
    executes=False,
    decides=_decide,
)
