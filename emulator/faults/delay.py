"""`delay`: the answer comes late, by a fixed time or one that is drawn."""

from collections.abc import Callable, Mapping
from random import Random

from emulator.faults.base import MAX_MS, FaultParameter, FaultType, Parameters
from emulator.faults.steps import Start, Steps, Wait
from emulator.schema.chance import Chance

_DRAWS: Mapping[str, Callable[[Random, Parameters], float]] = {
    "fixed": lambda _, given: given["ms"],
    "uniform": lambda random, given: random.uniform(given["min_ms"], _most(given, given["ms"])),
    "normal": lambda random, given: random.gauss(given["ms"], given["sigma"]),
    # WireMock's lognormal: `ms` is the median, sigma the spread of its logarithm.
    "lognormal": lambda random, given: given["ms"] * random.lognormvariate(0, given["sigma"]),
    "exponential": lambda random, given: random.expovariate(1 / given["ms"]) if given["ms"] else 0,
}


def _settle(parameters: Parameters, chance: Chance) -> Parameters:
    """Draw the time; what is drawn is a fixed delay from then on."""
    drawn = _DRAWS[parameters["distribution"]](chance.random(), parameters)
    within = min(max(drawn, parameters["min_ms"]), _most(parameters, MAX_MS))
    return {**parameters, "ms": round(within), "distribution": "fixed"}


def _most(parameters: Parameters, otherwise: float) -> float:
    limit: float | None = parameters["max_ms"]
    return otherwise if limit is None else limit


async def _play(steps: Steps, parameters: Parameters) -> Steps:
    waits = True
    async for step in steps:
        if waits and (parameters["at"] == "headers" or not isinstance(step, Start | Wait)):
            waits = False
            yield Wait(parameters["ms"] / 1000)
        yield step


FAULT = FaultType(
    name="delay",
    level="http",
    description="The response is late, or its body later than its headers.",
    parameters=(
        FaultParameter(
            "ms", "How late; the mean (lognormal: the median).", "number", 1000, 0, MAX_MS
        ),
        FaultParameter(
            "distribution", "Distribution of the delays.", "text", "fixed", choices=tuple(_DRAWS)
        ),
        FaultParameter(
            "sigma", "Spread of normal (in ms) and lognormal.", "number", 0.5, 0, MAX_MS
        ),
        FaultParameter("min_ms", "The shortest delay.", "number", 0, 0, MAX_MS),
        FaultParameter(
            "max_ms",
            "The longest delay; uniform draws up to it, or to ms.",
            "number",
            None,
            0,
            MAX_MS,
        ),
        FaultParameter("at", "What is late.", "text", "headers", choices=("headers", "body")),
    ),
    settles=_settle,
    plays=_play,
)
