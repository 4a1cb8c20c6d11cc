"""The values of a comparison: exchanges, differences, and what comes of a whole run."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from emulator.http.messages import Request, Response


class Kind(StrEnum):
    """Whose a difference is; the order is that of reports."""

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
    """One request as it was sent, with its answer, or the `error` where there was none."""

    request: Request
    response: Response | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What mends a difference: a `fixture`, the `document`, or a `behaviour`; and how."""

    mend: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the two differ, with the first exchanges that show it, and whose they are.

    `aspect` is document, answer, status, media type, error code, header, presence or domain;
    `place` is where in the answer, `case` the request's name. `count` requests showed it.
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
        """Names the difference in every run: what it is and where, not what showed it."""
        parts = (self.kind, self.operation, self.aspect, self.place)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a run found.

    `compared` are the operations both answered for; `left_out` those that might change something;
    `unmade` those no request could be made for, with the reason. `stopped` says why the run ended
    before its time. `pairs` counts requests that both answered, `unanswered` the others.
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
