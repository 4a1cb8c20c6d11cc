"""Credentials are checked before anything else: a rejected caller learns nothing."""

from emulator.contract.check.promises import Basis
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.openapi.requests.parts import NO_BODY, RequestParts

CHECK = "authentication_first"


def check_access(context: CheckContext) -> CheckScenarios:
    """An invalid request without credentials to each operation that requires them."""
    for operation in context.api.operations:
        if operation.key in context.selected and operation.security and all(operation.security):
            scenario = CheckScenario(context, CHECK, operation.key, Basis.CONVENTION)
            right = scenario.make(operation) if context.operation(operation.id) else None
            wrong = _wrong(right) if right else None
            if wrong is not None:
                _ask(scenario, wrong)
                yield scenario


def _ask(scenario: CheckScenario, wrong: RequestParts) -> None:
    exchange = scenario.send(wrong, known=False)
    # 404 hides what may not be seen; 415 and 400 show that the body was read.
    if exchange.status in (400, 415, 422):
        reason = f"{exchange.status} without credentials, not 401 or 403"
        scenario.breach(exchange, "A request is validated before its credentials", reason)


def _wrong(right: RequestParts) -> RequestParts | None:
    """The request made invalid; None where nothing can be wrong."""
    if right.body is not NO_BODY:
        return right.with_body([{"not": "what is asked for"}], "application/json")
    for parameter in right.operation.parameters:
        if parameter.location in ("query", "header") and parameter.required:
            return right.without_parameter(parameter.location, parameter.name)
    return None
