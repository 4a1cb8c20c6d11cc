"""Every check of several requests by its name, in the order in which they run."""

from collections.abc import Callable, Iterator, Mapping

from emulator.contract.check.scenarios import operations
from emulator.contract.check.scenarios.bodies import check_bodies
from emulator.contract.check.scenarios.credentials import check_credentials
from emulator.contract.check.scenarios.idempotency import check_idempotency
from emulator.contract.check.scenarios.life_cycle import check_life_cycles
from emulator.contract.check.scenarios.pagination import check_pagination
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.contract.check.scenarios.unique import check_unique

SCENARIO_CHECKS: Mapping[str, Callable[[CheckContext], CheckScenarios]] = {
    "authentication_first": operations.check_access,
    "misplaced_credentials": check_credentials,
    "life_cycle": check_life_cycles,
    "unique_members": check_unique,
    "pagination": check_pagination,
    "idempotency": check_idempotency,
    "stream_resumption": operations.check_streams,
    "versions": operations.check_versions,
    "tool_answers": operations.check_tools,
    "odd_input": operations.check_odd_input,
    "bodies": check_bodies,
    "rate_limit_countdown": operations.check_countdown,
}


def scenarios(
    context: CheckContext, checks: tuple[str, ...] = ()
) -> Iterator[tuple[str, CheckScenario]]:
    """The scenarios of every check, or only of those in `checks`, each with the check's name."""
    for name, run in SCENARIO_CHECKS.items():
        if not checks or name in checks:
            yield from ((name, scenario) for scenario in run(context))
