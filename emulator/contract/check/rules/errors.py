"""Whether errors agree with their status, and have one shape."""

import re
from collections.abc import Iterator

from emulator.contract.check.exchanges import CheckedExchange, at
from emulator.contract.check.promises import Basis
from emulator.contract.check.rules.base import Breach, RuleContext
from emulator.http.messages import Json
from emulator.openapi.document.model import Operation

CHECK = "error_envelope"

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
    """A status in the body that is not the response's, a shape of its own, a stack trace."""
    if exchange.status < 400:
        return
    body = exchange.json()
    yield from _status(exchange, body, context)
    yield from _shape(exchange, body, operation, context)
    text = exchange.response.body.decode("utf-8", "replace").replace("\\n", "\n")
    leak = _INSIDES.search(text.replace('\\"', '"'))
    if leak:
        reason = f"the answer has {leak[0].strip()!r}"
        yield Breach(CHECK, Basis.CONVENTION, "An error shows a stack trace", reason)


def _shape(
    exchange: CheckedExchange, body: Json, operation: Operation, context: RuleContext
) -> Iterator[Breach]:
    """An error that shares no member with any before it, unless it has a schema."""
    if not isinstance(body, dict) or not body:
        return
    documented = operation.response_for(exchange.status)
    described = any(each.schema_key for each in documented.content) if documented else False
    if context.error_members.isdisjoint(body) and context.error_members and not described:
        reason = f"it has {', '.join(body)}; others have {', '.join(sorted(context.error_members))}"
        yield Breach(CHECK, Basis.CONVENTION, "An error has a shape of its own", reason)
    else:
        context.error_members.update(body)


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
            yield Breach(CHECK, basis, "An error names another status than its own", reason)
