"""Bodies that a server must not take: none where one is required, in another type, nested deep."""

from dataclasses import replace

from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.http.media_types import find, is_json
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Basis
from emulator.openapi.requests.parts import NO_BODY, RequestParts

#: Readers that call themselves for each level give up, or fall over, before this one.
DEPTH = 3000
#: What most servers have no reader for.
OTHER = "text/plain"


def check_bodies(context: CheckContext) -> CheckScenarios:
    """An accepted request of each operation again: without its body, as text, nested deep."""
    for operation in context.api.operations:
        if context.operation(operation.id) is None or operation.request_body is None:
            continue
        scenario = CheckScenario(context, operation.key, Basis.DOCUMENT)
        right = scenario.make(operation)
        # What is rejected as it is would be rejected without its body for no other reason.
        if right and right.body is not NO_BODY and scenario.send(right).accepted:
            _send_others(scenario, operation, right)
            yield scenario


def _send_others(scenario: CheckScenario, operation: Operation, right: RequestParts) -> None:
    body = operation.request_body
    documented = [each.name for each in body.content] if body else []
    if body and body.required:
        exchange = scenario.send(right.without_body())
        if exchange.accepted:
            scenario.breach(exchange, "A request without its required body is accepted")
    if right.content and find(documented, OTHER) is None:
        exchange = scenario.send(replace(right, media_type=OTHER))
        if exchange.accepted:
            reason = f"{OTHER} is none of {', '.join(documented)}"
            scenario.breach(exchange, "A body of another Content-Type is accepted", reason)
    if is_json(right.media_type):
        deep = b"[" * DEPTH + b"]" * DEPTH
        exchange = scenario.send(replace(right, body=[], content=deep))
        if exchange.status >= 500:
            title = f"{exchange.status} on a deeply nested body"
            scenario.breach(exchange, title, f"{DEPTH:,} arrays in each other", Basis.HTTP)
