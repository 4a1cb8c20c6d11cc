"""`gateway-html`: the page with which a gateway stands in for a service it can't reach."""

from http import HTTPStatus

from emulator.faults.base import FaultContext, FaultParameter, FaultType, Parameters
from emulator.http.messages import AnyResponse, Response

_PAGE = """\
<!DOCTYPE html>
<html>
<head><title>{status} {phrase}</title></head>
<body>
<h1>{status} {phrase}</h1>
<hr>
<p>gateway</p>
</body>
</html>
"""


def _alter(_: AnyResponse, parameters: Parameters, __: FaultContext) -> AnyResponse:
    status = HTTPStatus(parameters["status"])
    page = _PAGE.format(status=status.value, phrase=status.phrase)
    headers = (("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"))
    return Response(status.value, headers, page.encode())


FAULT = FaultType(
    name="gateway-html",
    level="http",
    description="A gateway's error page, as HTML.",
    parameters=(
        FaultParameter("status", "Status of the response.", default=502, minimum=502, maximum=504),
    ),
    alters=_alter,
)
