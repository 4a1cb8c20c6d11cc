"""WireMock's delays and faults as ours; its random delays are the fault `delay`."""

from collections.abc import Iterator, Mapping

import msgspec

from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import Json
from emulator.http.nearest import unknown
from emulator.schema.chance import Chance
from emulator.schema.field_errors import FieldError

#: Our names of the faults that a stub's `response.fault` can name.
WIREMOCK_FAULTS: Mapping[str, str] = {
    "EMPTY_RESPONSE": "empty-reply",
    "MALFORMED_RESPONSE_CHUNK": "malformed-chunk",
    "RANDOM_DATA_THEN_CLOSE": "garbage",
    "CONNECTION_RESET_BY_PEER": "connection-reset",
}


class Delay(msgspec.Struct, frozen=True, gc=False):
    """The delay of a response; what is None is left to the settings of the scope."""

    fixed_ms: int | None = None
    distribution: Fault | None = None

    def over(self, settings: "Delay") -> "Delay":
        """This delay, with the settings' for what is None."""
        fixed_ms = settings.fixed_ms if self.fixed_ms is None else self.fixed_ms
        return Delay(fixed_ms, self.distribution or settings.distribution)

    def draw_ms(self, chance: Chance) -> int:
        """The time for one answer; the two add up."""
        drawn = self.distribution.settled(chance).parameters["ms"] if self.distribution else 0
        return (self.fixed_ms or 0) + int(drawn)


#: The delay of a stub that names none.
NO_DELAY = Delay()


def read_delay(fixed_ms: int | None, distribution: Mapping[str, Json] | None) -> Delay:
    """The delay as written; `distribution` keeps its schema."""
    if distribution is None:
        return Delay(fixed_ms)
    given: dict[str, Json] = {"distribution": distribution["type"]}
    match distribution["type"]:
        case "fixed":
            given |= {"ms": distribution["milliseconds"]}
        case "uniform":
            given |= {"min_ms": distribution["lower"], "max_ms": distribution["upper"]}
        case _:
            given |= {"ms": distribution["median"], "sigma": distribution["sigma"]}
            given["max_ms"] = distribution.get("maxValue")
    return Delay(fixed_ms, make_fault(FAULTS["delay"], given)[0])


def delay_errors(distribution: Mapping[str, Json] | None) -> tuple[FieldError, ...]:
    """What is wrong with a distribution that keeps its schema."""
    given = distribution or {}
    if given.get("type") == "uniform" and given["lower"] > given["upper"]:
        message = f"lower is {given['lower']}, which is more than upper, {given['upper']}"
        return (FieldError("/lower", message),)
    if (
        given.get("type") == "lognormal"
        and given.get("maxValue", given["median"]) < given["median"]
    ):
        message = f"maxValue is {given['maxValue']}, which is less than the median"
        return (FieldError("/maxValue", message),)
    return ()


def read_faults(response: Mapping[str, Json]) -> tuple[tuple[Fault, ...], tuple[FieldError, ...]]:
    """The faults of a stub's response, or what is wrong with one."""
    faults: list[Fault] = []
    for pointer, name, given in _named_faults(response):
        kind = FAULTS.get(name)
        if kind is None:
            message = unknown("fault", name, (*FAULTS, *WIREMOCK_FAULTS), "emulator faults")
            if "did you mean" not in message:
                message += f", but WireMock's: {', '.join(WIREMOCK_FAULTS)}"
            return (), (FieldError(pointer, message),)
        fault, wrong = make_fault(kind, given)
        if wrong:
            return (), tuple(FieldError(pointer, message) for _, message in wrong)
        faults.append(fault)
    return tuple(faults), ()


def _named_faults(response: Mapping[str, Json]) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
    """Pointer, name and parameters of each fault."""
    if "chunkedDribbleDelay" in response:
        dribble = response["chunkedDribbleDelay"]
        given = {"chunks": dribble["numberOfChunks"], "over_ms": dribble["totalDuration"]}
        yield "/chunkedDribbleDelay", "dribble", given
    if "fault" in response:
        name = response["fault"]
        yield "/fault", WIREMOCK_FAULTS.get(name, name), {}
