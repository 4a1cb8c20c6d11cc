"""A request sent twice with one idempotency key is done once."""

from concurrent.futures import ThreadPoolExecutor

from emulator.contract.check.exchanges import CheckedExchange, at
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.http.messages import Json
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Idempotency
from emulator.openapi.requests.parts import RequestParts
from emulator.schema.chance import chance_of
from emulator.schema.pointers import parts_of


def check_idempotency(context: CheckContext) -> CheckScenarios:
    """The same key again, with another body, and while the first request runs."""
    for promise in context.contract.idempotency:
        operation = context.operation(promise.operation)
        if operation is not None:
            scenario = CheckScenario(context, operation.key, promise.basis)
            _check(scenario, operation, promise)
            yield scenario


def _check(scenario: CheckScenario, operation: Operation, promise: Idempotency) -> None:
    request = scenario.make(operation)
    if request is None:
        return
    first = scenario.send(_keyed(request, promise, _key(scenario, 1)))
    if not first.accepted:
        return
    second = scenario.send(_keyed(request, promise, _key(scenario, 1)))
    _judge_repeated(scenario, first, second, promise)
    other = scenario.make(operation, 1)
    if other is not None and other.body != request.body:
        changed = scenario.send(_keyed(other, promise, _key(scenario, 1)))
        _judge_changed(scenario, first, changed, promise)
    _judge_in_flight(scenario, request, promise)


def _judge_repeated(
    scenario: CheckScenario, first: CheckedExchange, second: CheckedExchange, promise: Idempotency
) -> None:
    if promise.repeated == "refused":
        if second.accepted:
            scenario.breach(second, "A used key is taken again", f"{second.status}")
    elif not second.accepted:
        if promise.repeated != "again" and second.status not in (409, 425):
            reason = f"first {first.status}, then {second.status}"
            scenario.breach(second, "A repeated request is refused", reason)
    elif promise.repeated == "same" and _made(first) != _made(second):
        reason = f"first {_made(first)}, then {_made(second)}"
        scenario.breach(second, "The same key makes another thing", reason)


def _judge_changed(
    scenario: CheckScenario, first: CheckedExchange, changed: CheckedExchange, promise: Idempotency
) -> None:
    if promise.changed:
        if changed.status not in promise.changed:
            reason = f"{changed.status}, not {' or '.join(map(str, promise.changed))}"
            scenario.breach(changed, "A used key is taken with another body", reason)
    elif promise.repeated == "same" and changed.accepted:
        reason = "the first answer came back" if _made(first) == _made(changed) else "it was done"
        scenario.breach(changed, "A used key is taken with another body", reason)


def _judge_in_flight(scenario: CheckScenario, request: RequestParts, promise: Idempotency) -> None:
    """Two at once: one of them waits or is rejected; they never create two resources."""
    if promise.repeated == "again" and not promise.in_flight:
        return
    keyed = _keyed(request, promise, _key(scenario, 2))
    with ThreadPoolExecutor(2) as pool:
        exchanges = list(pool.map(scenario.send, (keyed, keyed)))
    done = [each for each in exchanges if each.accepted]
    if promise.repeated == "same" and len(done) == 2 and _made(done[0]) != _made(done[1]):
        reason = f"{_made(done[0])} and {_made(done[1])}"
        scenario.breach(done[1], "The same key at the same time makes two things", reason)
    allowed = promise.in_flight or (409, 425)
    for exchange in exchanges:
        if done and not exchange.accepted and exchange.status not in allowed:
            reason = f"{exchange.status}, not {' or '.join(map(str, allowed))}"
            scenario.breach(exchange, "The same key at the same time is refused wrongly", reason)


def _key(scenario: CheckScenario, number: int) -> str:
    # A key of an earlier run would meet what that run has done.
    return chance_of(str(scenario.context.seed), scenario.label, str(number)).uuid()


def _keyed(request: RequestParts, promise: Idempotency, key: str) -> RequestParts:
    if promise.header:
        return request.with_parameter("header", promise.header, key)
    name = parts_of(promise.member)[0]
    return request.with_body({**request.members, name: key})


def _made(exchange: CheckedExchange) -> Json:
    """The identity of what a request created, or the whole response."""
    body = exchange.json()
    return next((id for id in (at(body, "/id"), at(body, "/uuid")) if id is not None), body)
