"""`wrong-content-type`: the right body under another media type."""

from msgspec.structs import replace

from emulator.faults.base import FaultParameter, FaultType, NotApplicable, Parameters
from emulator.http.media_types import base_type
from emulator.http.messages import AnyResponse

_TYPE = r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:; ?[\w-]+=[\w.+-]+)*"


def _alter(answer: AnyResponse, parameters: Parameters, _: object) -> AnyResponse | NotApplicable:
    wanted = parameters["media_type"]
    kept = [(name, value) for name, value in answer.headers if name != "content-type"]
    own = dict(answer.headers).get("content-type", "")
    if base_type(own) == base_type(wanted):
        return NotApplicable(f"the answer is {own} anyway")
    return replace(answer, headers=(("content-type", wanted), *kept))


FAULT = FaultType(
    name="wrong-content-type",
    level="http",
    description="The usual body with another Content-Type.",
    parameters=(
        FaultParameter("media_type", "The Content-Type.", "text", "text/html", pattern=_TYPE),
    ),
    alters=_alter,
)
