"""A request for a version gets that version, or an error."""

from emulator.contract.check.exchanges import at
from emulator.contract.check.promises import Basis
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios

CHECK = "versions"

#: No API has it.
UNKNOWN = "00000000_99"


def check_versions(context: CheckContext) -> CheckScenarios:
    """Requests the version of a response by name, and one that does not exist."""
    for version in context.contract.versions:
        operation = context.operation(version.operation)
        if operation is None:
            continue
        scenario = CheckScenario(context, CHECK, operation.key, Basis.DECLARED)
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
