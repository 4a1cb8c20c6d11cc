"""The values of a comparison: exchanges, differences, and the result of a run."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from emulator.http.messages import Request, Response


class Kind(StrEnum):
    """Who causes a difference; in the order of reports."""

    ENDPOINT = "endpoint"
    EMULATOR = "emulator"
    DIFFERENT = "different"
    FLAKY = "flaky"


#: What each kind of difference is called.
TITLES = {
    Kind.ENDPOINT: "endpoint breaks the document",
    Kind.EMULATOR: "emulator breaks the document",
    Kind.DIFFERENT: "both valid but different",
    Kind.FLAKY: "flaky: differs from itself",
}


@dataclass(frozen=True, slots=True)
class ComparedExchange:
    """One request as it was sent, with its response, or the `error` where there was none."""

    request: Request
    response: Response | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How to fix a difference; `mend` is where: a `fixture`, the `document`, or a `behaviour`."""

    mend: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the two differ, with the first exchanges that show it, by server.

    `aspect` is document, answer, status, media type, error code, header, presence or domain;
    `place` is where in the response, `case` the request's name. `count` requests showed it.
    """

    kind: Kind
    operation: str
    aspect: str
    place: str
    reason: str
    case: str
    suggestion: Suggestion
    exchanges: tuple[tuple[str, ComparedExchange], ...]
    count: int = 1

    @property
    def id(self) -> str:
        """Identifies the difference in every run, whatever request showed it."""
        parts = (self.kind, self.operation, self.aspect, self.place)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a run found.

    `compared` are the operations that both responded to; `left_out` those that might change
    something; `unmade` those no request could be made for, with the reason. `stopped` is why the
    run ended early. `pairs` counts requests that both responded to, `unanswered` the others.
    """

    api: str
    url: str
    seed: int
    differences: tuple[Difference, ...] = ()
    operations: int = 0
    compared: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unmade: tuple[tuple[str, str], ...] = ()
    pairs: int = 0
    unanswered: int = 0
    seconds: float = 0.0
    stopped: str = ""

    def of(self, kind: Kind) -> tuple[Difference, ...]:
        """The differences of one kind."""
        return tuple(each for each in self.differences if each.kind == kind)
