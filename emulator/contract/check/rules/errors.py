"""Whether errors say the same thing as their status, and have one shape."""

import re
from collections.abc import Iterator

from emulator.contract.check.exchanges import CheckedExchange, at
from emulator.contract.check.promises import Basis
from emulator.contract.check.rules.base import Breach, Known
from emulator.http.messages import Json
from emulator.openapi.document.model import Operation

CHECK = "error_envelope"

#: Where errors repeat their status, in the conventions there are.
_STATUS_MEMBERS = (
    *("/status", "/statusCode", "/status_code", "/code"),
    *("/error/status", "/error/statusCode", "/error/status_code", "/error/code"),
)

#: What an answer shows of a program that should stay inside.
_INSIDES = re.compile(
    r"Traceback \(most recent call last\)|^\s+at [\w.$<>]+\([\w.]+:\d+\)|\.rb:\d+:in `"
    r"|File \"[^\"]+\", line \d+|goroutine \d+ \[running\]",
    re.MULTILINE,
)


def judge_error(exchange: CheckedExchange, operation: Operation, known: Known) -> Iterator[Breach]:
    """A status in the body that is not the answer's, a shape of its own, a stack trace."""
    if exchange.status < 400:
        return
    body = exchange.json()
    yield from _status(exchange, body, known)
    yield from _shape(exchange, body, operation, known)
    text = exchange.response.body.decode("utf-8", "replace").replace("\\n", "\n")
    shown = _INSIDES.search(text.replace('\\"', '"'))
    if shown:
        reason = f"the answer has {shown[0].strip()!r}"
        yield Breach(CHECK, Basis.CONVENTION, "An error shows a stack trace", reason)


def _shape(
    exchange: CheckedExchange, body: Json, operation: Operation, known: Known
) -> Iterator[Breach]:
    """An error that shares no member with any before it; where it has a schema, that one judges."""
    if not isinstance(body, dict) or not body:
        return
    documented = operation.response_for(exchange.status)
    described = any(each.schema_key for each in documented.content) if documented else False
    if known.error_members.isdisjoint(body) and known.error_members and not described:
        reason = f"it has {', '.join(body)}; others have {', '.join(sorted(known.error_members))}"
        yield Breach(CHECK, Basis.CONVENTION, "An error has a shape of its own", reason)
    else:
        known.error_members.update(body)


def _status(exchange: CheckedExchange, body: Json, known: Known) -> Iterator[Breach]:
    declared = known.contract.error_status
    problem = exchange.media_type == "application/problem+json"
    members = [declared] if declared else ["/status"] if problem else _STATUS_MEMBERS
    basis = Basis.DECLARED if declared else Basis.HTTP if problem else Basis.CONVENTION
    for member in members:
        said = at(body, member)
        # Codes of an API's own are longer, or are no numbers.
        if type(said) is int and 100 <= said <= 599 and said != exchange.status:
            reason = f"{member} is {said}, the answer's status {exchange.status}"
            yield Breach(CHECK, basis, "An error names another status than its own", reason)
