"""One recorded exchange as a value."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from emulator.messages import EventStream, Request, Response, Violation

#: How an exchange went wrong on the wire: a TCP reset, a connection closed in order before the
#: answer was complete, silence until our patience ended, or bytes that are no HTTP.
Failure = Literal["", "reset", "closed", "timeout", "garbage"]
FAILURES: tuple[Failure, ...] = ("reset", "closed", "timeout", "garbage")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a recording comes from: which upstream, by which document."""

    upstream: str
    document: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange with its secrets taken out.

    `number` is its place among the exchanges of one API. `request.path` is below the document's
    base path. `credentials` are the security schemes that the request showed a credential for; None
    where they don't matter.

    `answer` is None where nothing came before the `failure`; otherwise it is what did come, of a
    body of `length` bytes where that was said.
    """

    api: str
    number: int
    request: Request
    credentials: tuple[str, ...] | None
    answer: Response | EventStream | None
    at: datetime
    origin: Origin
    operation: str = ""
    failure: Failure = ""
    length: int | None = None
    took_ms: int = 0
    violations: tuple[Violation, ...] = ()

    @property
    def status(self) -> int:
        """The answer's status; 0 where there was none."""
        return self.answer.status if self.answer is not None else 0
