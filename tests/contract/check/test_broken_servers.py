"""Every wrong server is found out by the check that is meant to, and the right one never is."""

from dataclasses import replace

import pytest

from emulator.contract.check.findings import CheckOptions
from emulator.contract.check.rules import RULES
from emulator.contract.check.run import check
from emulator.contract.check.scenarios.table import SCENARIO_CHECKS
from tests.support.broken_servers import FAULTS, broken, checked, first_found
from tests.support.live_app import served
from tests.support.pets import BASE, DOCUMENT, HEADERS, target
from tests.support.plain_check import missing_pairs, plain_findings

OURS = {*SCENARIO_CHECKS, *RULES}


def _options(check: str) -> CheckOptions:
    """The check alone, in the phase in which it works; `make broken-servers` runs them all.

    Rules are about responses, and it is the scenarios that get these.
    """
    phases = {"error_envelope": ("behaviour", "coverage")}.get(
        check, ("behaviour",) if check in OURS else ("coverage",)
    )
    return CheckOptions(max_examples=1, phases=phases, checks=() if check in RULES else (check,))


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_fault_is_found_by_its_check(fault: str) -> None:
    found = first_found(fault, _options(FAULTS[fault].check)).findings
    assert FAULTS[fault].check in {finding.check for finding in found}


@pytest.mark.parametrize(
    "fault", ["answers an error which is not documented", "sends another content type"]
)
def test_whatever_schemathesis_finds_alone_is_found(fault: str) -> None:
    options = CheckOptions(max_examples=1, phases=("coverage",), allow_writes=True)
    with served(broken(fault)) as alone, served(broken(fault)) as ours:
        plain = plain_findings(
            DOCUMENT, alone + BASE, 0, 1, headers=HEADERS, writes=True, phases=("coverage",)
        )
        live = replace(target(None), app=None, base_url=ours + BASE)
        result = check(live, options, lambda _: None)
    assert plain
    assert missing_pairs(plain, result.findings) == set()


def test_there_are_enough_of_them() -> None:
    assert len(FAULTS) >= 40


def test_every_check_of_ours_has_a_fault() -> None:
    own = {*OURS, "rate_limit_headers"} - {"tool_answers", "unique_members", "versions"}
    assert own <= {fault.check for fault in FAULTS.values()}


@pytest.mark.parametrize("seed", [1, 2])
def test_right_server_is_clean_with_any_seed(seed: int) -> None:
    result = checked("", CheckOptions(seed=seed, max_examples=2, phases=("behaviour", "coverage")))
    assert (result.findings, result.errors) == ((), ())
