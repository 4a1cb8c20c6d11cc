"""`oversize-body`: a body far larger than anybody expects, and still what its type says."""

from emulator.faults.base import FaultParameter, FaultType, NotApplicable, Parameters, with_body
from emulator.faults.steps import Body, End, Start, Steps
from emulator.http.messages import AnyResponse

#: What all padding is made of: the body is nowhere as large as it is sent.
_SPACES = b" " * 65_536


def _alter(answer: AnyResponse, parameters: Parameters, _: object) -> AnyResponse | NotApplicable:
    whole = with_body(answer)
    if isinstance(whole, NotApplicable):
        return whole
    size = parameters["bytes"]
    if len(whole.body) >= size:
        return NotApplicable(f"this body has {len(whole.body)} bytes anyway")
    return answer


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    left: int = parameters["bytes"]
    async for step in steps:
        match step:
            case Start():
                yield step.with_length(left)
                continue
            case Body(data):
                left -= len(data)
            case End():
                while left > 0:
                    yield Body(_SPACES[:left])
                    left -= len(_SPACES)
        yield step


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
    plays=_play,
)
