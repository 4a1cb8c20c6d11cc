"""Parameters of faults: names with their unit, typed, with limits; read from headers and JSON."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from emulator.http.messages import Json

#: Values by parameter name, of the parameters' types.
Parameters: TypeAlias = Mapping[str, Json]

#: The longest that any fault waits.
MAX_MS = 600_000


@dataclass(frozen=True, slots=True)
class FaultParameter:
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
        return f"{'an' if self.kind == 'integer' else 'a'} {self.kind} from {_span(self)}"

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
            yield name, f"there is no parameter {name!r}; there is: {', '.join(names) or 'none'}"


def _span(parameter: FaultParameter) -> str:
    return f"{parameter.minimum:.12g} to {parameter.maximum:.12g}"


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
