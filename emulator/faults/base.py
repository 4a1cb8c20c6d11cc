"""What a fault is: a row with its parameters, and the pure functions that make it happen."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from emulator.faults.parameters import AFTER_EXECUTION, FaultParameter, Parameters, read_parameters
from emulator.faults.steps import Steps
from emulator.http.media_types import is_json
from emulator.http.messages import AnyResponse, EventStream, Headers, Json, Request, Response
from emulator.http.rate_limits import Limit
from emulator.openapi.document.model import ResponseObject
from emulator.schema.chance import Chance
from emulator.schema.validators import Schemas

#: Where a fault is injected, in the order in which several of one answer are played.
Level = Literal["stream", "http", "wire"]
LEVELS: tuple[Level, ...] = get_args(Level)


def _no_shape(_name: str, _variables: Mapping[str, Json]) -> Json:
    return None


@dataclass(frozen=True, slots=True)
class FaultContext:
    """What a fault may know of the exchange it is injected into.

    `response` is the documented response, and `schemas` those of its document; `earlier` is what
    the operation answered last in this scope. Of an answer that waits and is sent in parts,
    `before` events were sent already, and it `goes_on` after this part. `shape` renders a template
    of the service's own by its name, None where it has no such.
    """

    request: Request
    chance: Chance
    response: ResponseObject | None = None
    schemas: Schemas | None = None
    earlier: AnyResponse | None = None
    before: int = 0
    goes_on: bool = False
    shape: Callable[[str, Mapping[str, Json]], Json] = _no_shape


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Why a fault can't be injected into this answer."""

    reason: str


#: A response as a fault leaves it, or why it can't.
Altered: TypeAlias = AnyResponse | NotApplicable


@dataclass(frozen=True, slots=True, repr=False)
class FaultType:
    """One kind of fault.

    `level` is where it is injected: the HTTP message, the bytes on the wire, or an event stream
    (`stream` faults apply to nothing else). `description` is what the client sees. `executes`:
    whether the request is executed all the same, unless the fault's `after_execution` says
    otherwise.

    The functions, none of which is needed:

    - `settles` draws what is left to chance, so that a logged fault can be repeated exactly;
    - `limits` gives the limit under which it is not injected; then `retry_after_s` is settled too;
    - `decides` gives the status that is answered instead, in the service's own words;
    - `alters` gives the answer in its place, or why there can be none;
    - `plays` rewrites the steps in which it is sent.
    """

    name: str
    level: Level
    description: str
    parameters: tuple[FaultParameter, ...] = ()
    executes: bool = True
    settles: Callable[[Parameters, Chance], Parameters] | None = None
    limits: Callable[[Parameters], Limit] | None = None
    decides: Callable[[Parameters], tuple[int, Headers]] | None = None
    alters: Callable[[AnyResponse, Parameters, FaultContext], Altered] | None = None
    plays: Callable[[Steps, Parameters], Steps] | None = None

    def __repr__(self) -> str:
        return f"<fault {self.name}>"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault with the values of its parameters. `rule` is the id of the rule it comes from."""

    type: FaultType
    parameters: Parameters = field(default_factory=dict)
    after_execution: bool = True
    rule: str = ""

    @property
    def name(self) -> str:
        """The fault's name."""
        return self.type.name

    def as_json(self) -> dict[str, Json]:
        """The fault as it stands in logs, whole enough to be repeated."""
        given = {name: value for name, value in self.parameters.items() if value is not None}
        parameters = {"parameters": given} if given else {}
        return {"fault": self.name, **parameters, "after_execution": self.after_execution}

    def alter(self, answer: AnyResponse, context: FaultContext) -> Altered:
        """The answer as the fault leaves it; faults of streams need a stream."""
        if self.type.level == "stream" and not isinstance(answer, EventStream):
            return NotApplicable("it is for event streams, and this response is none")
        if self.type.alters is None:
            return answer
        return self.type.alters(answer, self.parameters, context)

    def settled(self, chance: Chance) -> "Fault":
        """This fault with nothing left to chance."""
        if self.type.settles is None:
            return self
        values = self.type.settles(self.parameters, chance)
        return Fault(self.type, values, self.after_execution, self.rule)


def with_body(answer: AnyResponse) -> Response | NotApplicable:
    """The answer, if it is a whole body; for faults that apply to nothing else."""
    if isinstance(answer, EventStream):
        return NotApplicable("it is for whole bodies, and this response is an event stream")
    return answer if answer.body else NotApplicable("it is for bodies, and this response has none")


def with_json(answer: AnyResponse) -> tuple[Response, Json] | NotApplicable:
    """The answer and its value, if its body is JSON; another fault may have broken it before."""
    whole = with_body(answer)
    if isinstance(whole, NotApplicable):
        return whole
    if is_json(dict(whole.headers).get("content-type", "")):
        try:
            return whole, json.loads(whole.body)
        except ValueError:
            pass
    return NotApplicable("it is for JSON, and this body is none")


def make_fault(
    kind: FaultType, given: Mapping[str, Json]
) -> tuple[Fault, Sequence[tuple[str, str]]]:
    """A fault with these parameters, and (name, message) for each that can't be read."""
    known = (*kind.parameters, AFTER_EXECUTION)
    values, wrong = read_parameters(known, given)
    parameters = dict(values)
    after = parameters.pop(AFTER_EXECUTION.name)
    return Fault(kind, parameters, kind.executes if after is None else after), wrong
