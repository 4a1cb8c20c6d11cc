"""What one exchange came to: the response, why it is what it is, and what to remember."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from emulator.faults.base import Fault
from emulator.http.messages import AnyResponse, Response, Violation
from emulator.mock.state.store import Effect, Snapshot
from emulator.schema.chance import RequestKey
from emulator.stubs.stub import Stub


class Trace(msgspec.Struct, frozen=True, gc=False):
    """Why a request was answered as it was.

    `fault` names the faults that were injected, `skipped` those that could not be, and why.
    `violations` are what is wrong with the request; `breaches` are the ways in which the response
    of a stub, whose id is `stub`, or of a cassette, breaks the document. `fixture` is the id of
    the stored response that was sent (`404.default`), `trigger` the name of the trigger that
    chose it. `mapping` is the stub as it was then.
    """

    api: str = ""
    operation: str = ""
    rule: str = ""
    source: str = ""
    problem: str = ""
    fault: str = ""
    skipped: str = ""
    forced: bool = False
    violations: tuple[Violation, ...] = ()
    stub: str = ""
    breaches: tuple[Violation, ...] = ()
    fixture: str = ""
    trigger: str = ""
    mapping: Stub | None = None


class Pending(msgspec.Struct, frozen=True):
    """How to come by the next part of a response that waits.

    To be asked when the scope has changed, and at `at`; its outcome may be pending again.
    """

    ask: Callable[[Snapshot, datetime], "Outcome"]
    at: datetime | None


class Ready(msgspec.Struct):
    """A response that is the same for every valid request with one Accept, and why it is given.

    `sent` is what whoever sends it makes of it: status, header fields and body.
    """

    response: Response
    trace: Trace
    sent: tuple[int, bytes, bytes] | None = None


class Outcome(msgspec.Struct, frozen=True):
    """One response: what to send, what goes wrong on the way, and what to remember.

    `key` is the same for equal requests; before this one `turn` of them came in the scope.
    `operation_key` is that of the operation whose last response this is, before faults altered it:
    then it is `unaltered`, where that differs. It is `ready` where it was before the request came.
    """

    response: AnyResponse
    trace: Trace
    effects: tuple[Effect, ...] = ()
    faults: tuple[Fault, ...] = ()
    delay_ms: int = 0
    pending: Pending | None = None
    key: RequestKey = ""
    turn: int = 0
    operation_key: str = ""
    unaltered: AnyResponse | None = None
    ready: Ready | None = None
