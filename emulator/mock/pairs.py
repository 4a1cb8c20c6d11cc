"""Named examples of requests and responses that belong together: who sends one gets the other."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from emulator.http.messages import Json
from emulator.openapi.document.model import Operation
from emulator.openapi.validate.request import ValidRequest

_BODY = "body"


class Pair(NamedTuple):
    """An example of a request: where a value stands, the value, and the name of the example."""

    location: str
    parameter: str
    value: Json
    example: str


def compile_pairs(operation: Operation, names: Collection[str]) -> tuple[Pair, ...]:
    """The named examples of an operation's parameters and body which a response has, too."""
    return tuple(pair for pair in _pairs(operation) if pair.example in names)


def _pairs(operation: Operation) -> Iterator[Pair]:
    for parameter in operation.parameters:
        for place in (parameter.raw, *(parameter.raw.get("content") or {}).values()):
            examples = place.get("examples")
            for name, each in examples.items() if isinstance(examples, Mapping) else ():
                if isinstance(each, Mapping) and "value" in each:
                    yield Pair(parameter.location, parameter.name, each["value"], name)
    for media_type in operation.request_body.content if operation.request_body else ():
        for example in media_type.examples:
            if example.name != "example":  # the one of a media type that has no names
                yield Pair(_BODY, "", example.value, example.name)


def paired(pairs: tuple[Pair, ...], valid: ValidRequest) -> str | None:
    """The name of the example that most of a request is, if it is one."""
    found: Counter[str] = Counter()
    for pair in pairs:
        if pair.location == _BODY:
            sent = valid.body
        else:
            values = valid.parameters[pair.location]
            name = pair.parameter.lower() if pair.location == "header" else pair.parameter
            sent = values.get(pair.parameter, values.get(name))
        if sent == pair.value or (sent is not None and str(sent) == str(pair.value)):
            found[pair.example] += 1
    return max(found, key=lambda name: found[name], default=None)
