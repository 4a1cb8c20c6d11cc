"""Every check of several requests by its name, in the order in which they run."""

from collections.abc import Callable, Iterator, Mapping

from emulator.contract.check.scenarios import (
    access,
    idempotency,
    life_cycle,
    limits,
    odd_input,
    pagination,
    streams,
    tools,
    versions,
)
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios

SCENARIO_CHECKS: Mapping[str, Callable[[CheckContext], CheckScenarios]] = {
    access.CHECK: access.check_access,
    life_cycle.CHECK: life_cycle.check_life_cycles,
    pagination.CHECK: pagination.check_pagination,
    idempotency.CHECK: idempotency.check_idempotency,
    streams.CHECK: streams.check_streams,
    versions.CHECK: versions.check_versions,
    tools.CHECK: tools.check_tools,
    odd_input.CHECK: odd_input.check_odd_input,
    limits.CHECK: limits.check_countdown,
}


def scenarios(context: CheckContext, checks: tuple[str, ...] = ()) -> Iterator[CheckScenario]:
    """The scenarios of every check, or only of those in `checks`."""
    for name, run in SCENARIO_CHECKS.items():
        if not checks or name in checks:
            yield from run(context)
