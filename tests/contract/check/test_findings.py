import pytest

from emulator.contract.check.findings import CheckResult, ExitCode, Finding, seed_number

FINDING = Finding("GET /a", "check", "title", "reason", 200, "curl", "GET", "200")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (CheckResult("a", 0, operations_tested=1, operations_total=1, cases=1), ExitCode.FINE),
        (CheckResult("a", 0, (FINDING,), 1, 1, cases=1), ExitCode.FINDINGS),
        (CheckResult("a", 0, (FINDING,), 1, 2, cases=1, errors=("x",)), ExitCode.NOT_RUN),
        (CheckResult("a", 0, operations_total=4, cases=9), ExitCode.NOT_RUN),
        (CheckResult("a", 0, operations_tested=1, operations_total=1), ExitCode.NOT_RUN),
    ],
    ids=["fine", "findings", "incomplete", "no operation tested", "no case answered"],
)
def test_exit_code(result: CheckResult, expected: ExitCode) -> None:
    assert result.exit_code is expected


def test_seed_is_a_number_or_hashed_text() -> None:
    assert (seed_number("42"), seed_number("nightly")) == (42, 3043134503785307926)
    assert seed_number("nightly") != seed_number("nightly2")
