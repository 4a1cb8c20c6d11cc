"""What a fault is: a row with its parameters, and the pure functions that make it happen."""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from emulator.faults.steps import Steps
from emulator.http.media_types import is_json
from emulator.http.messages import AnyResponse, EventStream, Headers, Json, Request, Response
from emulator.http.nearest import unknown
from emulator.http.rate_limits import Limit
from emulator.openapi.document.model import ResponseObject
from emulator.schema.chance import Chance
from emulator.schema.validators import Schemas

#: Values by parameter name, of the parameters' types.
Parameters: TypeAlias = Mapping[str, Json]

#: The longest that any fault waits.
MAX_MS = 600_000


class FaultParameter(Struct, frozen=True):
    """One parameter. Without a `default` it may be left out and is then None.

    `kind` is what it holds; numbers lie between `minimum` and `maximum`, texts in `choices` where
    there are any, or they match `pattern`.
    """

    name: str
    help: str
    kind: Literal["integer", "number", "text", "boolean"] = "integer"
    default: int | float | str | bool | None = None
    minimum: float = 0
    maximum: float = 1_000_000_000
    choices: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def takes(self) -> str:
        """What it takes, for people."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.kind == "boolean":
            return "true or false"
        if self.kind == "text":
            return f"a text like {self.default}" if self.pattern else "a text"
        kind = "an integer" if self.kind == "integer" else "a number"
        return f"{kind} from {self.minimum:.12g} to {self.maximum:.12g}"

    def read(self, value: Json) -> Json:
        """The value, from JSON or from a header's text; ValueError where it takes another."""
        read: Json = _READERS[self.kind](value)
        if not self._allows(read):
            raise ValueError(self.takes)
        return read

    def _allows(self, read: Json) -> bool:
        if self.kind == "text":
            listed = not self.choices or read in self.choices
            return listed and re.fullmatch(self.pattern or ".*", read, re.DOTALL) is not None
        return self.kind == "boolean" or bool(self.minimum <= read <= self.maximum)


#: Where a fault is injected, in the order in which several of one answer are played.
Level = Literal["stream", "http", "wire"]
LEVELS: tuple[Level, ...] = get_args(Level)


class FaultContext(Struct, frozen=True):
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
    shape: Callable[[str, Mapping[str, Json]], Json] = lambda _name, _variables: None


class NotApplicable(Struct, frozen=True):
    """Why a fault can't be injected into this answer."""

    reason: str


class FaultType(Struct, frozen=True):
    """One kind of fault.

    `level` is where it is injected: the HTTP message, the bytes on the wire, or an event stream
    (`stream` faults apply to nothing else). `description` is what the client sees. `executes`:
    whether the request is executed all the same, unless the fault's `after_execution` says
    otherwise. `for_all`: whether it meets every client of the server, so that only a rule, which
    needs the control plane or a file, may inject it.

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
    for_all: bool = False
    settles: Callable[[Parameters, Chance], Parameters] | None = None
    limits: Callable[[Parameters], Limit] | None = None
    decides: Callable[[Parameters], tuple[int, Headers]] | None = None
    alters: (
        Callable[[AnyResponse, Parameters, FaultContext], AnyResponse | NotApplicable] | None
    ) = None
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

    def alter(self, answer: AnyResponse, context: FaultContext) -> AnyResponse | NotApplicable:
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


#: A parameter of every fault: whether the request is executed all the same.
AFTER_EXECUTION = FaultParameter(
    "after_execution",
    "Whether the request is executed, and only its response fails.",
    kind="boolean",
)


def read_parameters(
    known: Sequence[FaultParameter], given: Mapping[str, Json]
) -> tuple[Parameters, list[tuple[str, str]]]:
    """All parameters with their values, and (name, message) for what can't be read."""
    wrong = list(_unknown(known, given))
    values: dict[str, Json] = {}
    for parameter in known:
        values[parameter.name] = parameter.default
        value = given.get(parameter.name)
        if value is None:
            continue
        try:
            values[parameter.name] = parameter.read(value)
        except (ValueError, OverflowError):
            message = f"{parameter.name} is {value!r}; it takes {parameter.takes}"
            wrong.append((parameter.name, message))
    return values, wrong


def _unknown(
    known: Sequence[FaultParameter], given: Mapping[str, Json]
) -> Iterator[tuple[str, str]]:
    names = [parameter.name for parameter in known]
    for name in given:
        if name not in names:
            yield name, unknown("parameter", name, names)


def _integer(value: Json) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    if not isinstance(value, int | float | str):
        raise ValueError(value)
    return int(value)


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    # Written the same whether it comes from a default, a header, or a log.
    return int(number) if number.is_integer() else number


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _boolean(value: Json) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ValueError(value)


_READERS: Mapping[str, Callable[[Json], Json]] = {
    "integer": _integer,
    "number": _number,
    "text": _text,
    "boolean": _boolean,
}
