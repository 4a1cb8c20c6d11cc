import pytest

from emulator.contract.check.findings import CheckResult, ExitCode, Finding, by_cause, seed_number
from emulator.contract.check.report import as_json, lines, summary

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


def _found(operation: str, check: str, reason: str, body: str = "", status: int = 404) -> Finding:
    return Finding(operation, check, "title", reason, status, "", f"{operation[:4]} http://x", body)


@pytest.mark.parametrize(
    ("check", "first", "second", "same"),
    [
        ("status_code_conformance", "Got: 404\nDocumented: 200", "Got: 404\nDocumented: 201", True),
        (
            "status_code_conformance",
            "Got: 404\nDocumented: 200",
            "Got: 418\nDocumented: 200",
            False,
        ),
        ("unsupported_method", "GET /a has no Allow", "POST /b has no Allow", True),
        ("response_schema_conformance", "null\nat /a", "null\nat /a", True),
        ("response_schema_conformance", "null\nat /a", "null\nat /b", False),
        ("negative_data_rejection", "accepted", "accepted", False),
        ("ignored_auth", "got `200 OK` for `GET /a`", "got `200 OK` for `POST /b`", True),
        ("pagination", "the first one again", "the first one again", False),
    ],
)
def test_findings_of_one_cause(check: str, first: str, second: str, same: bool) -> None:
    causes = by_cause([_found("GET /a", check, first), _found("POST /b", check, second)])
    assert (len(causes) == 1) == same


def test_server_errors_of_one_cause_have_the_same_body() -> None:
    bodies = enumerate("aab")
    found = [_found(f"GET /{n}", "not_a_server_error", "", body, 500) for n, body in bodies]
    assert [len(each) for each in by_cause(found)] == [2, 1]


def test_report_shows_one_cause_once_and_names_all_its_operations() -> None:
    found = tuple(_found(f"GET /{name}", "secrets_kept", "", "404") for name in "abc")
    result = CheckResult("t", 0, found, 3, 3, cases=3)
    text = "\n".join(lines(result))
    assert text.count("secrets_kept") == 1
    assert "the same for 2 more operations: GET /b, GET /c" in text
    assert "3 findings of 1 cause" in list(summary([result]))[1]
    assert len({str(each["cause"]) for each in as_json(result)["findings"]}) == 1
