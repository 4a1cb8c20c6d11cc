"""`oversize-body`: a body far larger than anybody expects, and still what its type says."""

from msgspec.structs import replace

from emulator.faults.base import FaultParameter, FaultType, NotApplicable, Parameters, with_body
from emulator.http.messages import AnyResponse


def _alter(answer: AnyResponse, parameters: Parameters, _: object) -> AnyResponse | NotApplicable:
    whole = with_body(answer)
    if isinstance(whole, NotApplicable):
        return whole
    size = parameters["bytes"]
    if len(whole.body) >= size:
        return NotApplicable(f"this body has {len(whole.body)} bytes anyway")
    return replace(whole, body=whole.body.ljust(size))


FAULT = FaultType(
    name="oversize-body",
    level="http",
    description="The body is padded with spaces at its end, so that JSON stays valid.",
    parameters=(
        FaultParameter(
            "bytes", "Size of the body.", default=10_000_000, minimum=1, maximum=100_000_000
        ),
    ),
    alters=_alter,
)
