"""Scenarios of a few requests to one operation."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from emulator.contract.check.events import EVENT_STREAM, read_events
from emulator.contract.check.exchanges import CheckedExchange, at
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Basis, Stream
from emulator.openapi.requests.parts import NO_BODY, RequestParts


def check_access(context: CheckContext) -> CheckScenarios:
    """An invalid request without credentials to each operation that requires them."""
    for operation in context.api.operations:
        if operation.key in context.selected and operation.security and all(operation.security):
            scenario = CheckScenario(context, operation.key, Basis.CONVENTION)
            right = scenario.make(operation) if context.operation(operation.id) else None
            wrong = _invalid(right) if right else None
            if right is not None and wrong is not None:
                _send_anonymous(scenario, right, wrong)
                yield scenario


def _send_anonymous(scenario: CheckScenario, right: RequestParts, wrong: RequestParts) -> None:
    exchange = scenario.send(wrong, known=False)
    # 404 hides what may not be seen; 415 and 400 show that the body was read. A server that lets
    # everybody in validates nothing before the credentials, for it asks for none.
    validated = exchange.status in (400, 415, 422)
    if validated and scenario.send(right, known=False).status in (401, 403):
        reason = f"{exchange.status} without credentials, not 401 or 403"
        scenario.breach(exchange, "A request is validated before its credentials", reason)


def _invalid(right: RequestParts) -> RequestParts | None:
    """The request made invalid; None where nothing can be wrong."""
    if right.body is not NO_BODY:
        return right.with_body([{"not": "what is asked for"}], "application/json")
    for parameter in right.operation.parameters:
        if parameter.location in ("query", "header") and parameter.required:
            return right.without_parameter(parameter.location, parameter.name)
    return None


#: Text with quotes, escapes, placeholders, wide letters, or no letter at all.
ODD = (
    *("O'Hara", 'say "hi"', "a\\b", "100% {0} ${x} {{y}}"),
    *("Zoë 日本 🐈", "a\u0000b", " ", "<b>&amp;"),
)
ORDINARY = "ordinary"
#: Requests to an operation at most.
MOST = 40


def check_odd_input(context: CheckContext) -> CheckScenarios:
    """Each text of a request once with each odd text that the document allows there."""
    for operation in context.api.operations:
        if context.operation(operation.id) is None:
            continue
        scenario = CheckScenario(context, operation.key, Basis.HTTP)
        request = scenario.make(operation)
        for number, odd in enumerate(_odd(request) if request else ()):
            if number == MOST:
                break
            exchange = scenario.send(odd.request)
            if exchange.status >= 500 and exchange.status != 501:
                # Ordinary text may fare no better: then it is not the odd one's fault.
                plain = scenario.send(odd.ordinary)
                kind = "odd" if plain.status < 500 else "any"
                title = f"{exchange.status} on {kind} text in {odd.place}"
                scenario.breach(exchange, title, "the document allows the request")
                break
        yield scenario


@dataclass(frozen=True, slots=True)
class _Odd:
    """A request with odd text in a place, and the same with ordinary text."""

    place: str
    request: RequestParts
    ordinary: RequestParts


def _odd(request: RequestParts) -> Iterator[_Odd]:
    for each in request.operation.parameters:
        if each.location == "query":
            for text in ODD:
                odd = request.with_parameter("query", each.name, text)
                if odd.is_valid:
                    ordinary = request.with_parameter("query", each.name, ORDINARY)
                    yield _Odd(f"query {each.name}", odd, ordinary)
    for name, value in request.members.items():
        for text in ODD if isinstance(value, str) else ():
            odd = request.with_body({**request.members, name: text})
            if odd.is_valid:
                ordinary = request.with_body({**request.members, name: ORDINARY})
                yield _Odd(f"body /{name}", odd, ordinary if ordinary.is_valid else request)


_REMAINING = re.compile(r"(?:x-)?rate-?limit-remaining", re.IGNORECASE)
_COUNTDOWN = 4
#: So few remaining requests are used up, to see what one more gets.
_FEW = 20


def check_countdown(context: CheckContext) -> CheckScenarios:
    """A few equal requests to an operation that documents the remaining requests."""
    for operation in context.api.operations:
        name = _remaining_header(operation)
        if name and context.operation(operation.id) and operation.method == "GET":
            scenario = CheckScenario(context, operation.key, Basis.CONVENTION)
            request = scenario.make(operation)
            if request is not None:
                exchanges = [scenario.send(request) for _ in range(_COUNTDOWN)]
                _judge_countdown(scenario, exchanges, name)
                _exceed(scenario, request, exchanges[-1], name)
            yield scenario
            return  # one operation: they share the limit


def _remaining_header(operation: Operation) -> str | None:
    headers = [each for key in operation.responses for each in operation.responses[key].headers]
    return next((each.name.lower() for each in headers if _REMAINING.fullmatch(each.name)), None)


def _judge_countdown(scenario: CheckScenario, exchanges: list[CheckedExchange], name: str) -> None:
    values = [exchange.header(name) for exchange in exchanges]
    left = [int(value) for value in values if value and value.strip().isdigit()]
    if len(left) < _COUNTDOWN:
        return
    # A new window may begin once meanwhile, and others may use up the same limit.
    rises = sum(after >= before for before, after in pairwise(left))
    if rises > 1 and any(left):
        reason = f"{name} over {_COUNTDOWN} requests: {', '.join(map(str, left))}"
        scenario.breach(exchanges[-1], "What remains of the limit does not get less", reason)


def _exceed(
    scenario: CheckScenario, request: RequestParts, last: CheckedExchange, name: str
) -> None:
    """Send one request more than remain, where few do: it must not be answered as the others."""
    left = _left(last, name)
    for _ in range(left + 1 if left is not None and left <= _FEW else 0):
        exchange = scenario.send(request)
        if not exchange.accepted:
            return
        before, left = left, _left(exchange, name)
        # Where there is more again, a new window has begun.
        if before == 0 == left:
            reason = f"{name} was 0 already, and a request was answered with {exchange.status}"
            scenario.breach(exchange, "More requests than the limit allows are answered", reason)
            return


def _left(exchange: CheckedExchange, name: str) -> int | None:
    value = (exchange.header(name) or "").strip()
    return int(value) if value.isdecimal() and len(value) < 10 else None


def check_streams(context: CheckContext) -> CheckScenarios:
    """Each stream once as a whole, and once more from its middle."""
    for stream in context.contract.streams:
        operation = context.operation(stream.operation)
        if operation is None:
            continue
        scenario = CheckScenario(context, operation.key, stream.basis)
        request = scenario.make(operation)
        if request is not None:
            request = _for_stream(request, stream)
            whole = scenario.send(request)
            if whole.accepted and stream.resumes:
                _resume(scenario, request, whole)
        yield scenario


def _for_stream(request: RequestParts, stream: Stream) -> RequestParts:
    if isinstance(request.body, Mapping):
        request = request.with_body({**request.body, **stream.body})
    return replace(request, headers=(*request.headers, ("accept", EVENT_STREAM)))


def _resume(scenario: CheckScenario, request: RequestParts, whole: CheckedExchange) -> None:
    ids = _event_ids(whole)
    if len(ids) < 2:
        return
    last = ids[len(ids) // 2 - 1]
    resumed = replace(request, headers=(*request.headers, ("last-event-id", last)))
    exchange = scenario.send(resumed)
    repeated = [each for each in _event_ids(exchange) if each in ids[: ids.index(last) + 1]]
    if exchange.accepted and repeated:
        reason = f"Last-Event-ID: {last}, and {', '.join(repeated)} came again"
        scenario.breach(exchange, "A stream taken up again repeats events", reason)


def _event_ids(exchange: CheckedExchange) -> list[str]:
    text = exchange.response.body.decode("utf-8", "replace")
    return [event.id for event in read_events(text) if event.id is not None]


#: No API has it.
UNKNOWN = "00000000_99"


def check_versions(context: CheckContext) -> CheckScenarios:
    """Requests the version of a response by name, and one that does not exist."""
    for version in context.contract.versions:
        operation = context.operation(version.operation)
        if operation is None:
            continue
        scenario = CheckScenario(context, operation.key, Basis.DECLARED)
        request = scenario.make(operation)
        usual = scenario.send(request) if request else None
        if request and usual and usual.accepted:
            known = at(usual.json(), version.pointer)
            if isinstance(known, str):
                named = scenario.send(request.with_parameter("query", version.parameter, known))
                if named.accepted and at(named.json(), version.pointer) != known:
                    reason = f"{known!r} was requested"
                    scenario.breach(named, "Another version comes than was asked for", reason)
            strange = scenario.send(request.with_parameter("query", version.parameter, UNKNOWN))
            if strange.status not in version.unknown:
                reason = f"{strange.status}, not {' or '.join(map(str, version.unknown))}"
                scenario.breach(strange, "A version that does not exist is answered", reason)
        yield scenario


def check_tools(context: CheckContext) -> CheckScenarios:
    """Each read-only tool once; its response must match the document."""
    for promise in context.contract.tools:
        operation = context.api.operation(promise.operation)
        if operation is None or operation.key not in context.selected:
            continue
        scenario = CheckScenario(context, operation.key, Basis.DOCUMENT)
        for slug, arguments in context.tools:
            request = scenario.make(operation)
            if request is not None:
                run = promise.run(request, slug, arguments)
                _judge_tool(scenario, operation, scenario.send(run, reads=True))
        yield scenario


def _judge_tool(scenario: CheckScenario, operation: Operation, exchange: CheckedExchange) -> None:
    documented = operation.response_for(exchange.status)
    if documented is None:
        scenario.breach(exchange, f"The status {exchange.status} is not documented")
        return
    key = scenario.context.schema_key_of(exchange)
    found = key and scenario.context.api.responses.violations(key, exchange.json(), "body")
    for violation in found or ():
        title = f"A tool's answer is not as documented at {violation.pointer or 'its root'}"
        scenario.breach(exchange, title, violation.message)
        return
