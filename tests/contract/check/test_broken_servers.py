"""Every wrong server is found out by the check that is meant to, and the right one never is."""

import pytest

from emulator.contract.check.findings import CheckOptions
from emulator.contract.check.rules import RULES
from emulator.contract.check.scenarios.table import SCENARIO_CHECKS
from tests.support.broken_servers import FAULTS, checked

OURS = {*SCENARIO_CHECKS, *RULES}


def _options(check: str) -> CheckOptions:
    """The phase in which a check works; `make broken-servers` runs them all."""
    phases = {"error_envelope": ("behaviour", "coverage")}.get(
        check, ("behaviour",) if check in OURS else ("coverage",)
    )
    return CheckOptions(max_examples=1, phases=phases)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_fault_is_found_by_its_check(fault: str) -> None:
    meant = FAULTS[fault].check
    result = checked(fault, _options(meant))
    assert meant in {finding.check for finding in result.findings}


def test_there_are_enough_of_them() -> None:
    assert len(FAULTS) >= 40


def test_every_check_of_ours_has_a_fault() -> None:
    own = {*OURS, "rate_limit_headers"} - {"tool_answers", "versions"}
    assert own <= {fault.check for fault in FAULTS.values()}


@pytest.mark.parametrize("seed", range(10))
def test_right_server_is_clean_with_any_seed(seed: int) -> None:
    result = checked("", CheckOptions(seed=seed, max_examples=2, phases=("behaviour", "coverage")))
    assert (result.findings, result.errors) == ((), ())
