"""Assertions say what was expected and what there was."""

from datetime import UTC, datetime

import pytest

from emulator.control.said import check_called, check_executed
from emulator.control.values import Exchange, Execution

ASKED = Exchange("1", "GET", "/a", {}, "", 404, {}, '{"no":1}', {"problem": "path-not-found"})
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DONE = Execution("paragon", "SEND", "send", {"to": "x"}, "k*****", "call_1", NOW)


@pytest.mark.parametrize(("number", "times"), [(1, None), (2, None), (1, 1), (0, 0), (3, 3)])
def test_called_as_expected(number: int, times: int | None) -> None:
    check_called({}, [ASKED] * number, [ASKED] * number, times)


@pytest.mark.parametrize(
    ("number", "times", "said"),
    [
        (0, None, "expected at least once, found never"),
        (1, 0, "expected never, found once"),
        (2, 1, "expected once, found twice"),
        (0, 3, "expected 3 times, found never"),
    ],
)
def test_called_otherwise_shows_what_was_asked(number: int, times: int | None, said: str) -> None:
    with pytest.raises(AssertionError) as failed:
        check_called({"method": "POST"}, [ASKED] * number, [ASKED], times)
    assert said in str(failed.value)
    assert '{"method":"POST"}' in str(failed.value)
    assert 'GET /a → 404  path-not-found\n  < {"no":1}' in str(failed.value)


@pytest.mark.parametrize(
    ("tool", "arguments", "times"),
    [("SEND", None, None), ("SEND", {"to": "x"}, 1), ("SEND", {"to": "y"}, 0), ("OTHER", None, 0)],
)
def test_executed_as_expected(tool: str, arguments: object, times: int | None) -> None:
    check_executed(tool, arguments, [DONE], times)


@pytest.mark.parametrize(
    ("tool", "arguments", "times", "said"),
    [
        ("SEND", None, 2, "expected SEND to be executed twice, it was once."),
        ("SEND", {"to": "y"}, None, 'expected SEND with {"to":"y"} to be executed at least once'),
    ],
)
def test_executed_otherwise_shows_what_was_executed(
    tool: str, arguments: object, times: int | None, said: str
) -> None:
    with pytest.raises(AssertionError) as failed:
        check_executed(tool, arguments, [DONE], times)
    assert said in str(failed.value)
    assert '  SEND {"to":"x"} (call_1)' in str(failed.value)


def test_nothing_is_said_to_be_nothing() -> None:
    with pytest.raises(AssertionError, match="nothing"):
        check_called({}, [], [], None)
    with pytest.raises(AssertionError, match="nothing"):
        check_executed("SEND", None, [], 1)


def test_long_bodies_are_cut_in_reports() -> None:
    shown = str(Exchange("1", "GET", "/a", {}, "x" * 5_000, 200, {}, "", {"rule": "stub"}))
    assert "(5000 characters)" in shown
    assert len(shown) < 1_200
