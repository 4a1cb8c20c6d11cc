"""The remaining requests of a rate limit decrease with every request."""

import re
from itertools import pairwise

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.promises import Basis
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.openapi.document.model import Operation

CHECK = "rate_limit_countdown"

_REMAINING = re.compile(r"(?:x-)?rate-?limit-remaining", re.IGNORECASE)
_REQUESTS = 4


def check_countdown(context: CheckContext) -> CheckScenarios:
    """A few equal requests to an operation that documents the remaining requests."""
    for operation in context.api.operations:
        name = _header(operation)
        if name and context.operation(operation.id) and operation.method == "GET":
            scenario = CheckScenario(context, CHECK, operation.key, Basis.CONVENTION)
            request = scenario.make(operation)
            if request is not None:
                exchanges = [scenario.send(request) for _ in range(_REQUESTS)]
                _judge(scenario, exchanges, name)
            yield scenario
            return  # one operation: they share the limit


def _header(operation: Operation) -> str | None:
    headers = [each for key in operation.responses for each in operation.responses[key].headers]
    return next((each.name.lower() for each in headers if _REMAINING.fullmatch(each.name)), None)


def _judge(scenario: CheckScenario, exchanges: list[CheckedExchange], name: str) -> None:
    values = [exchange.header(name) for exchange in exchanges]
    left = [int(value) for value in values if value and value.strip().isdigit()]
    if len(left) < _REQUESTS:
        return
    # A new window may begin once meanwhile, and others may use up the same limit.
    rises = sum(after >= before for before, after in pairwise(left))
    if rises > 1 and any(left):
        reason = f"{name} over {_REQUESTS} requests: {', '.join(map(str, left))}"
        scenario.breach(exchanges[-1], "What remains of the limit does not get less", reason)
