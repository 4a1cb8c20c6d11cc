"""Assertions say what was expected and what there was."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.client.assertions import check_executed, check_times, is_called, not_called
from emulator.client.values import JournalEntry, Mismatch, NearMiss, ToolExecution

ASKED = JournalEntry("1", "GET", "/a", {}, "", 404, {}, '{"no":1}', {"problem": "path-not-found"})
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DONE = ToolExecution("paragon", "SEND", "send", {"to": "x"}, "k*****", "call_1", NOW)


@pytest.mark.parametrize(("number", "times"), [(1, None), (2, None), (1, 1), (0, 0), (3, 3)])
def test_called_as_expected(number: int, times: int | None) -> None:
    assert is_called([ASKED] * number, times)


@pytest.mark.parametrize(
    ("number", "times", "said"),
    [
        (0, None, "expected at least 1 request, found no requests"),
        (1, 0, "expected no requests, found 1 request"),
        (2, 1, "expected 1 request, found 2 requests"),
        (0, 3, "expected 3 requests, found no requests"),
    ],
)
def test_called_otherwise_shows_what_was_asked(number: int, times: int | None, said: str) -> None:
    assert not is_called([ASKED] * number, times)
    told = not_called({"method": "POST"}, [ASKED] * number, [ASKED], times)
    assert said in told
    assert '{"method":"POST"}' in told
    assert 'GET /a → 404  path-not-found\n  < {"no":1}' in told


@pytest.mark.parametrize(
    ("condition", "lines"),
    [
        (Mismatch("/method", "POST", ("GET",)), ["- POST", "+ GET"]),
        (Mismatch("/headers/a", {"equalTo": "b"}, ()), ['- {"equalTo":"b"}', "+ nothing"]),
        (
            Mismatch("/body", {"equalToJson": {"b": 1, "a": 2}}, ('{"a":2,"b":3}',)),
            ["  {", '    "a": 2,', '-   "b": 1', '+   "b": 3', "  }"],
        ),
        (
            Mismatch("/bodyPatterns/0", {"equalToJson": '{"a": 2}'}, ("no JSON",)),
            ["+ no JSON", "- {", '-   "a": 2', "- }"],
        ),
    ],
    ids=["text", "absent", "JSON", "no JSON"],
)
def test_nearest_request_is_shown_with_what_it_lacks(condition: Mismatch, lines: list[str]) -> None:
    near = [NearMiss("1", 0.1, (condition,)), NearMiss("2", 0.2, ())]
    told = not_called({}, [], [ASKED], None, near)
    shown = "\n".join(f"    {line}" for line in lines)
    assert (
        f"The nearest, GET /a, differs (- expected, + actual):\n  {condition.pointer}\n{shown}"
        in told
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "times"),
    [("SEND", None, None), ("SEND", {"to": "x"}, 1), ("SEND", {"to": "y"}, 0), ("OTHER", None, 0)],
)
def test_executed_as_expected(tool: str, arguments: object, times: int | None) -> None:
    check_executed(tool, arguments, [DONE], times)


@pytest.mark.parametrize(
    ("tool", "arguments", "times", "said"),
    [
        ("SEND", None, 2, "expected 2 executions of SEND, found 1."),
        (
            "SEND",
            {"to": "y"},
            None,
            'expected at least 1 execution of SEND with {"to":"y"}, found 0.',
        ),
    ],
)
def test_executed_otherwise_shows_what_was_executed(
    tool: str, arguments: object, times: int | None, said: str
) -> None:
    with pytest.raises(AssertionError) as failed:
        check_executed(tool, arguments, [DONE], times)
    assert said in str(failed.value)
    assert '  SEND {"to":"x"} (call_1)' in str(failed.value)


def test_executions_of_a_tool_that_reads_are_not_counted() -> None:
    for times in (None, 0, 1):
        with pytest.raises(AssertionError, match="READ only reads, and executions that only read"):
            check_executed("READ", None, [DONE], times, "read")


def test_nothing_is_said_to_be_nothing() -> None:
    assert "Requests in this scope:\nnone" in not_called({}, [], [], None)
    with pytest.raises(AssertionError, match="Executions in this scope:\n  none"):
        check_executed("SEND", None, [], 1)


def test_long_bodies_are_cut_in_reports() -> None:
    shown = str(JournalEntry("1", "GET", "/a", {}, "x" * 5_000, 200, {}, "", {"rule": "stub"}))
    assert "(5000 characters)" in shown
    assert len(shown) < 1_200


@pytest.mark.parametrize(
    ("times", "error"), [("1", TypeError), (1.0, TypeError), (True, TypeError), (-1, ValueError)]
)
def test_what_is_no_number_of_times(times: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"times is"):
        check_times(times)
    check_times(None)
    check_times(0)
