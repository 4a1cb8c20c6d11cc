"""Tools that only read are run with valid arguments, also on live servers."""

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.promises import Basis
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.http.media_types import find, is_json
from emulator.openapi.document.model import Operation

CHECK = "tool_answers"


def check_tools(context: CheckContext) -> CheckScenarios:
    """Each read-only tool once; its response must match the document."""
    for promise in context.contract.tools:
        operation = context.api.operation(promise.operation)
        if operation is None or operation.key not in context.selected:
            continue
        scenario = CheckScenario(context, CHECK, operation.key, Basis.DOCUMENT)
        for slug, arguments in context.tools:
            request = scenario.make(operation)
            if request is not None:
                run = promise.run(request, slug, arguments)
                _judge(scenario, operation, scenario.send(run, reads=True))
        yield scenario


def _judge(scenario: CheckScenario, operation: Operation, exchange: CheckedExchange) -> None:
    documented = operation.response_for(exchange.status)
    if documented is None:
        scenario.breach(exchange, f"The status {exchange.status} is not documented")
        return
    names = [each.name for each in documented.content]
    name = find(names, exchange.media_type) if exchange.media_type else None
    if name is None or not is_json(name):
        return
    key = next(each.schema_key for each in documented.content if each.name == name)
    found = key and scenario.context.api.responses.violations(key, exchange.json(), "body")
    for violation in found or ():
        title = f"A tool's answer is not as documented at {violation.pointer or 'its root'}"
        scenario.breach(exchange, title, violation.message)
        return
