"""`garbage`: bytes that are no HTTP."""

from emulator.faults.base import FaultParameter, FaultType, Parameters
from emulator.faults.steps import Raw, Steps, followed_by
from emulator.faults.wire import until_start
from emulator.schema.chance import Chance, chance_of


def _settle(parameters: Parameters, chance: Chance) -> Parameters:
    if parameters["draw"] is not None:
        return parameters
    return {**parameters, "draw": chance.random().randrange(1_000_000)}


def _play(steps: Steps, parameters: Parameters) -> Steps:
    random = chance_of("garbage", str(parameters["draw"])).random()
    return followed_by(until_start(steps), Raw(random.randbytes(parameters["bytes"])))


FAULT = FaultType(
    name="garbage",
    level="wire",
    description="Random bytes instead of a response, then the connection is closed.",
    parameters=(
        FaultParameter("bytes", "Number of bytes.", default=256, minimum=1, maximum=1_000_000),
        FaultParameter("draw", "Which content; drawn from the seed by default.", maximum=999_999),
    ),
    settles=_settle,
    plays=_play,
)
