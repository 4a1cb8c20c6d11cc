"""`rate-limit`: so many requests pass in a while, the others are refused."""

from emulator.faults.base import FaultParameter, FaultType, Parameters
from emulator.http.rate_limits import KINDS, Limit

#: What requests can have in common for a limit to count them together.
SHARED_BY = ("scope", "api", "operation", "tool", "caller")


def _limit(parameters: Parameters) -> Limit:
    limit, window_s, kind = (parameters[name] for name in ("limit", "window_s", "kind"))
    return Limit("rate-limit", limit, window_s, kind, (parameters["by"],))


FAULT = FaultType(
    name="rate-limit",
    level="http",
    description="Requests over the limit get a 429 in the service's own format, with Retry-After.",
    parameters=(
        FaultParameter(
            "limit", "Requests that pass per window.", default=10, minimum=1, maximum=1_000_000
        ),
        FaultParameter("window_s", "Length of the window.", default=60, minimum=1, maximum=86_400),
        FaultParameter("kind", "How requests are counted.", "text", KINDS[0], choices=KINDS),
        FaultParameter(
            "by", "Which requests are counted together.", "text", "caller", choices=SHARED_BY
        ),
        FaultParameter(
            "retry_after_s",
            "Value of Retry-After; by default the time until a request passes.",
            maximum=86_400,
        ),
    ),
    executes=False,
    limits=_limit,
    decides=lambda given: (429, (("retry-after", str(given["retry_after_s"])),)),
)
