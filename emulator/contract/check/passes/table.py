"""Every pass, by the name of its check, in the order in which they run."""

from collections.abc import Callable, Iterator, Mapping

from emulator.contract.check.passes import (
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
from emulator.contract.check.passes.scenario import Bench, Scene, Scenes

PASSES: Mapping[str, Callable[[Bench], Scenes]] = {
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


def scenes(bench: Bench, checks: tuple[str, ...] = ()) -> Iterator[Scene]:
    """The scenes of every pass, or of those in `checks` only."""
    for name, run in PASSES.items():
        if not checks or name in checks:
            yield from run(bench)
