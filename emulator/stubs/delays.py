"""WireMock's delays, fixed and random; the random one is the fault `delay`."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import Json
from emulator.schema.chance import Chance


@dataclass(frozen=True, slots=True)
class Delay:
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
    given: dict[str, Json]
    match distribution["type"]:
        case "fixed":
            given = {"ms": distribution["milliseconds"]}
        case "uniform":
            given = {"min_ms": distribution["lower"], "max_ms": distribution["upper"]}
        case _:
            given = {"ms": distribution["median"], "sigma": distribution["sigma"]}
            given["max_ms"] = distribution.get("maxValue")
    given = {"distribution": distribution["type"], **given}
    fault, _ = make_fault(FAULTS["delay"], given)
    return Delay(fixed_ms, fault)
