"""`malformed-json`: a JSON body that no parser takes."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from emulator.faults.base import FaultParameter, FaultType, NotApplicable, Parameters, with_json
from emulator.http.messages import AnyResponse

_KINDS: Mapping[str, Callable[[bytes], bytes]] = {
    "cut": lambda body: body[: len(body) // 2],
    "trailing-comma": lambda body: body[:-1] + b"," + body[-1:],
    "text-before": lambda body: b"Warning: something went wrong in line 1\n" + body,
    "text-after": lambda body: body + b"\n<!-- 0.01 s -->",
}


def _alter(answer: AnyResponse, parameters: Parameters, __: object) -> AnyResponse | NotApplicable:
    found = with_json(answer)
    if isinstance(found, NotApplicable):
        return found
    whole, _ = found
    broken = replace(whole, body=_KINDS[parameters["kind"]](whole.body.rstrip()))
    stays_json = not isinstance(with_json(broken), NotApplicable)
    return NotApplicable("this body stays JSON") if stays_json else broken


FAULT = FaultType(
    name="malformed-json",
    level="http",
    description="A JSON body that can't be parsed.",
    parameters=(
        FaultParameter("kind", "What is wrong with it.", "text", "cut", choices=tuple(_KINDS)),
    ),
    alters=_alter,
)
