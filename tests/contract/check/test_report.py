from io import StringIO
from pathlib import Path

import pytest

from emulator.contract.check.findings import CheckResult, Finding, Progress
from emulator.contract.check.report import Display, printable

FINDING = Finding(
    operation="POST /pets",
    check="status_code_conformance",
    title="Undocumented status code",
    reason="Received: 202\nDocumented: 201",
    status=202,
    curl="curl -X POST http://127.0.0.1:4010/pets",
    request="POST http://127.0.0.1:4010/pets",
    response='202 Accepted (application/json)\n{"a": "\x1b[31m"}',
)


def shown(result: CheckResult, *, live: bool = False, color: bool = False) -> str:
    out = StringIO()
    Display(out, live=live, color=color).result(result)
    return out.getvalue()


def test_finding_is_shown_with_reason_answer_and_request() -> None:
    result = CheckResult("composio", 0, (FINDING,), 12, 23, cases=1204, seconds=3.21)
    assert shown(result) == (
        "composio  12/23 operations  1,204 cases  1 finding  3.2 s\n"
        "\n"
        "  1. POST /pets  status_code_conformance (document)\n"
        "     Undocumented status code\n"
        "     Received: 202\n"
        "     Documented: 201\n"
        "     answer: 202 Accepted (application/json)\n"
        '     {"a": "\\x1b[31m"}\n'
        "     request:\n"
        "     curl -X POST http://127.0.0.1:4010/pets\n"
    )


def test_untested_operations_errors_and_files_are_named() -> None:
    result = CheckResult(
        "pets",
        0,
        untested=("GET /a",),
        cases=1,
        errors=("GET /a: broken\nbadly",),
        reports=(Path("reports/pets.har.json"),),
    )
    text = shown(result)
    assert "  not tested: GET /a\n" in text
    assert "  error: GET /a: broken\n    badly\n" in text
    assert f"  report: {Path('reports/pets.har.json')}\n" in text


def test_color_only_where_asked() -> None:
    result = CheckResult("pets", 0, (FINDING,), 1, 1, cases=1)
    assert "\x1b[" not in shown(result)
    assert "\x1b[31m" in shown(result, color=True)


def test_without_terminal_each_phase_is_one_line() -> None:
    out = StringIO()
    display = Display(out)
    for phase, cases in [("coverage", 1), ("coverage", 2), ("fuzzing", 3)]:
        display.progress(Progress("pets", phase, 1, 2, cases, 0))
    assert out.getvalue() == (
        "pets  1/2 operations  1 case  0 findings  coverage\n"
        "pets  1/2 operations  3 cases  0 findings  fuzzing\n"
    )


def test_on_a_terminal_one_line_moves() -> None:
    out = StringIO()
    display = Display(out, live=True)
    display.progress(Progress("pets", "coverage", 1, 2, 1, 0))
    display.result(CheckResult("pets", 0, operations_tested=2, operations_total=2, cases=9))
    assert out.getvalue() == (
        "\r\x1b[2Kpets  1/2 operations  1 case  0 findings  coverage"
        "\r\x1b[2Kpets  2/2 operations  9 cases  0 findings  0.0 s\n"
    )


def test_summary_says_how_to_repeat() -> None:
    out = StringIO()
    fine = CheckResult("a", 7, operations_tested=1, operations_total=1, cases=1)
    Display(out).summary([fine, CheckResult("b", 7, (FINDING,), 1, 1, cases=1)])
    assert out.getvalue() == "\n2 APIs, 1 finding\nseed 7\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("é 日\n", "é 日\n"), ("\x1b[2J\r", "\\x1b[2J\\r"), ("\u202e", "\\u202e")],
    ids=["letters", "terminal control", "direction override"],
)
def test_printable_shows_what_would_steer_a_terminal(text: str, expected: str) -> None:
    assert printable(text) == expected
