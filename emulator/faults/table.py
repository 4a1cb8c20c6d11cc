"""The faults there are, by name, and the choice of one for an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FaultType:
    """One kind of fault; `description` is one line for people."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault on one answer, with its parameters as written (`Prefer: fault=x; after=1`)."""

    type: FaultType
    parameters: Mapping[str, str] = field(default_factory=dict)


FAULTS: Mapping[str, FaultType] = {
    fault.name: fault
    for fault in (
        FaultType("connection-reset", "closes the connection with a TCP reset, nothing sent"),
    )
}
