"""No two things have one value of a member that is declared unique."""

from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Resource
from emulator.openapi.requests.parts import RequestParts

#: Tries at a thing that there is not yet.
_TRIES = 4


def check_unique(context: CheckContext) -> CheckScenarios:
    """Creates a thing, then others with the value of each of its unique members."""
    for resource in context.contract.resources:
        create = context.operation(resource.create)
        if create is not None and create.method == "POST" and resource.unique:
            scenario = CheckScenario(context, create.key, resource.basis)
            _check(scenario, create, resource)
            yield scenario


def _check(scenario: CheckScenario, create: Operation, resource: Resource) -> None:
    first = _created(scenario, create)
    if first is None:
        return
    path = {name: v for (place, name), v in first.parameters.items() if place == "path"}
    for name in resource.unique:
        other = scenario.make(create, _TRIES, **path)
        if other is None or name not in first.members:
            continue
        value = first.members[name]
        exchange = scenario.send(other.with_body({**other.members, name: value}))
        if exchange.accepted:
            title = "Two things have the same value of a unique member"
            scenario.breach(exchange, title, f"{name}: {value!r}")


def _created(scenario: CheckScenario, create: Operation) -> RequestParts | None:
    """The request for a thing, the first that was accepted; None where none was."""
    for number in range(_TRIES):
        request = scenario.make(create, number)
        if request is not None and scenario.send(request).accepted:
            return request
    return None
