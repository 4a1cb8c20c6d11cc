"""The rules that single responses are judged by; each looks at one exchange."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

from emulator.contract.check.events import (
    EVENT_STREAM,
    Received,
    read_events,
    strange_lines,
    unfinished,
)
from emulator.contract.check.exchanges import Breach, CheckedExchange, at, parsed
from emulator.contract.check.sent_secrets import (
    DocumentedSecrets,
    SecretsByOperation,
    returned_secrets,
    shows_credential,
)
from emulator.http.known_secrets import Mask
from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.promises.model import Basis, Contract, Stream


@dataclass(frozen=True)
class RuleContext:
    """What rules may use besides the exchange."""

    api: Api
    contract: Contract
    secrets: Mask = field(default_factory=Mask)
    #: One error of each operation, method, status and set of members; whether it is documented.
    errors: dict[tuple[str, str, int, frozenset[str]], tuple[CheckedExchange, bool]] = field(
        default_factory=dict
    )

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The API's operations by key."""
        return {operation.key: operation for operation in self.api.operations}

    @cached_property
    def secrets_of(self) -> Mapping[str, DocumentedSecrets]:
        """What the document says of the secrets of operations."""
        return SecretsByOperation(self.api)


#: Judges one exchange with the operation it was meant for.
Rule = Callable[[CheckedExchange, Operation, RuleContext], Iterable[Breach]]


def judge_message(exchange: CheckedExchange, _: Operation, __: RuleContext) -> Iterator[Breach]:
    """A response that breaks off, or whose JSON a strict reader rejects."""
    body = exchange.response.body
    if exchange.broken:
        title = "The response breaks off (RFC 9112, 8)"
        yield Breach(Basis.HTTP, title, exchange.broken)
    elif body and exchange.readable and is_json(exchange.media_type):
        problem = _json_problem(body)
        if problem:
            yield Breach(Basis.HTTP, "The JSON is none (RFC 8259)", problem)


def _json_problem(body: bytes) -> str:
    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON value")

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"the member {twice!r} stands twice in one object")
        return members

    try:
        json.loads(body.decode("utf-8"), parse_constant=refuse, object_pairs_hook=once)
    except UnicodeDecodeError as error:
        return f"byte {error.start} is no UTF-8"
    except (ValueError, RecursionError) as error:
        return str(error)
    return ""


#: Where errors repeat their status, in the conventions there are.
_STATUS_MEMBERS = (
    *("/status", "/statusCode", "/status_code", "/code"),
    *("/error/status", "/error/statusCode", "/error/status_code", "/error/code"),
)

#: What a response leaks of the program behind it.
_INSIDES = re.compile(
    r"Traceback \(most recent call last\)|^\s+at [\w.$<>]+\([\w.]+:\d+\)|\.rb:\d+:in `"
    r"|File \"[^\"]+\", line \d+|goroutine \d+ \[running\]",
    re.MULTILINE,
)


def judge_error(
    exchange: CheckedExchange, operation: Operation, context: RuleContext
) -> Iterator[Breach]:
    """A status in the body that is not the response's, or a stack trace; shapes are kept."""
    if exchange.status < 400:
        return
    body = exchange.json()
    yield from _status(exchange, body, context)
    if isinstance(body, dict) and body:
        documented = operation.response_for(exchange.status)
        described = any(each.schema_key for each in documented.content) if documented else False
        key = (operation.key, exchange.request.method, exchange.status, frozenset(body))
        context.errors.setdefault(key, (exchange, described))
    text = exchange.response.body.decode("utf-8", "replace").replace("\\n", "\n")
    leak = _INSIDES.search(text.replace('\\"', '"'))
    if leak:
        reason = f"the answer has {leak[0].strip()!r}"
        yield Breach(Basis.CONVENTION, "An error shows a stack trace", reason)


def odd_errors(context: RuleContext) -> Iterator[tuple[CheckedExchange, Breach]]:
    """Errors that share no member with those of the shape that most have, unless documented."""
    shapes: list[tuple[set[str], list[tuple[CheckedExchange, bool]]]] = []
    for (_, _, _, names), found in context.errors.items():
        related = [shape for shape in shapes if not shape[0].isdisjoint(names)]
        shapes = [shape for shape in shapes if shape not in related]
        joined = {*names}.union(*(known for known, _ in related))
        shapes.append((joined, [each for _, errors in related for each in errors] + [found]))
    if not shapes:
        return
    shapes.sort(key=lambda shape: -_weight(shape[1]))
    usual, most = ", ".join(sorted(shapes[0][0])), _weight(shapes[0][1])
    for members, errors in shapes[1:]:
        reason = f"it has {', '.join(sorted(members))}; most have {usual}"
        for exchange, described in errors if _weight(errors) < most else ():
            if not described:
                yield exchange, Breach(Basis.CONVENTION, "An error has a shape of its own", reason)


def _weight(errors: Sequence[tuple[CheckedExchange, bool]]) -> int:
    return len({(exchange.operation, exchange.status) for exchange, _ in errors})


def _status(exchange: CheckedExchange, body: Json, context: RuleContext) -> Iterator[Breach]:
    declared = context.contract.error_status
    problem = exchange.media_type == "application/problem+json"
    members = [declared] if declared else ["/status"] if problem else _STATUS_MEMBERS
    basis = Basis.DECLARED if declared else Basis.HTTP if problem else Basis.CONVENTION
    for member in members:
        status = at(body, member)
        # An API's own error codes are longer, or no numbers.
        if type(status) is int and 100 <= status <= 599 and status != exchange.status:
            reason = f"{member} is {status}, the answer's status {exchange.status}"
            yield Breach(basis, "An error names another status than its own", reason)


def judge_secrets(
    exchange: CheckedExchange, operation: Operation, context: RuleContext
) -> Iterator[Breach]:
    """A credential of the check in the body or a header field of a response."""
    if operation.id in context.contract.shows_secrets:
        return
    basis = Basis.DECLARED if context.contract.shows_secrets else Basis.CONVENTION
    asked = (exchange.request, context.secrets)
    if shows_credential(exchange.response.body.decode("utf-8", "replace"), *asked):
        yield Breach(basis, "The body holds a credential that was sent")
    for name, value in exchange.response.headers:
        if shows_credential(value, *asked):
            yield Breach(basis, f"The header {name.lower()} holds a credential that was sent")
    yield from returned_secrets(exchange, context.secrets_of[operation.key])


#: `RateLimit-Remaining`, `X-RateLimit-Limit`, `X-Rate-Limit-Reset`, `Retry-After`.
_LIMITS = re.compile(
    r"(?:x-)?rate-?limit(?:-(limit|remaining|reset).*)?|retry-after", re.IGNORECASE
)
_NUMBER = re.compile(r"\s*(\d+)")


def judge_limits(
    exchange: CheckedExchange, operation: Operation, _: RuleContext
) -> Iterator[Breach]:
    """Documented headers of limits that are missing, and more remaining than the limit."""
    documented = operation.response_for(exchange.status)
    for header in documented.headers if documented else ():
        if _LIMITS.fullmatch(header.name) and exchange.header(header.name.lower()) is None:
            title = f"{exchange.status} lacks {header.name}"
            reason = "the document gives the answer this header; clients pace themselves by it"
            yield Breach(Basis.DOCUMENT, title, reason)
    for name, value in exchange.response.headers:
        match = _LIMITS.fullmatch(name)
        if match and (match[1] or "").lower() == "remaining":
            yield from _remaining(exchange, name, value)


def _remaining(exchange: CheckedExchange, name: str, value: str) -> Iterator[Breach]:
    limit = exchange.header(name.lower().replace("remaining", "limit"))
    left, most = _NUMBER.match(value), _NUMBER.match(limit or "")
    if left is None:
        title, reason = f"{name} is no number", f"it is {value!r}"
        yield Breach(Basis.CONVENTION, title, reason)
    elif most and int(left[1]) > int(most[1]):
        reason = f"{left[1]} of {most[1]} remain"
        yield Breach(Basis.CONVENTION, f"{name} is more than the limit", reason)


def judge_stream(
    exchange: CheckedExchange, operation: Operation, context: RuleContext
) -> Iterator[Breach]:
    """Malformed lines, ids that go back, events out of order, no end or two."""
    if not exchange.accepted or exchange.media_type != EVENT_STREAM:
        return
    text = exchange.response.body.decode("utf-8", "replace")
    lines = strange_lines(text)
    if lines:
        reason = f"{lines[0]!r} (WHATWG HTML, 9.2.5)"
        yield Breach(Basis.HTTP, "A line of the stream is neither field nor comment", reason)
    if unfinished(text) and not exchange.cut_short:
        reason = "readers throw it away: a blank line is missing (WHATWG HTML, 9.2.6)"
        yield Breach(Basis.HTTP, "The stream ends within an event", reason)
    events = read_events(text)
    yield from _ids(events)
    for stream in context.contract.streams:
        if stream.operation == operation.id:
            yield from _sequence(events, stream)
            yield from _order(events, stream, exchange)


def _ids(events: Sequence[Received]) -> Iterator[Breach]:
    ids = [event.id for event in events if event.id is not None]
    numbers = [int(each) for each in ids if each.isascii() and each.isdigit()]
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        reason = f"{twice!r}: who reconnects with Last-Event-ID would miss or repeat events"
        yield Breach(Basis.CONVENTION, "Two events have the same id", reason)
    elif len(numbers) == len(ids) and numbers != sorted(numbers):
        reason = f"{', '.join(ids)}"
        yield Breach(Basis.CONVENTION, "The ids of the events go back", reason)


def _sequence(events: Sequence[Received], stream: Stream) -> Iterator[Breach]:
    """`seq` in the data is the event's id: declared, or inferred where all events have both."""
    pointer = stream.sequence or "/seq"
    numbers = [at(parsed(event.data), pointer) for event in events]
    if stream.sequence is None and not all(type(number) is int for number in numbers):
        return
    for event, number in zip(events, numbers, strict=True):
        if event.id is not None and str(number) != event.id:
            reason = f"{pointer} is {number}, the id {event.id}"
            title = "An event has another number in its data than in its id"
            yield Breach(stream.basis, title, reason)
            return


def _order(
    events: Sequence[Received], stream: Stream, exchange: CheckedExchange
) -> Iterator[Breach]:
    types = [_type(event, stream) for event in events]
    sequence = " → ".join(types) or "no event"
    # A resumed stream is only the rest.
    resumed = exchange.request.header("last-event-id") is not None
    if stream.first and not resumed:
        if not types or types[0] not in stream.first:
            title = f"The stream does not begin with {' or '.join(stream.first)}"
            yield Breach(stream.basis, title, sequence)
        elif any(each in stream.first for each in types[1:]):
            yield Breach(stream.basis, f"{types[0]} comes again", sequence)
    ends = [number for number, each in enumerate(types) if each in stream.last]
    if not stream.last:
        return
    if len(ends) > 1:
        yield Breach(stream.basis, "The stream ends more than once", sequence)
    elif not ends and not exchange.cut_short and not (resumed and not types):
        title = f"The stream never ends with {' or '.join(stream.last)}"
        yield Breach(stream.basis, title, sequence)
    elif ends and ends[0] != len(types) - 1:
        yield Breach(stream.basis, f"Events come after {types[ends[0]]}", sequence)


def _type(event: Received, stream: Stream) -> str:
    if stream.type is None:
        return event.event
    return str(at(parsed(event.data), stream.type, "?"))


#: Every rule by the name of its check.
RULES: Mapping[str, Rule] = {
    "message_syntax": judge_message,
    "error_envelope": judge_error,
    "secrets_kept": judge_secrets,
    "rate_limit_headers": judge_limits,
    "event_grammar": judge_stream,
}
