"""Assertions about what was asked and what was executed, told so that a reader sees why."""

from collections.abc import Mapping, Sequence

from emulator.control.values import Exchange, Execution
from emulator.encode import dump
from emulator.messages import Json


def check_called(
    wanted: Mapping[str, Json],
    found: Sequence[Exchange],
    everything: Sequence[Exchange],
    times: int | None,
) -> None:
    """AssertionError unless so many exchanges fit (at least one where `times` is None)."""
    if len(found) == times or (times is None and found):
        return
    number = "at least once" if times is None else _times(times)
    asked = "\n".join(map(str, everything)) or "nothing"
    raise AssertionError(
        f"expected {number}, found {_times(len(found))}: {dump(wanted).decode()}\n"
        f"What was asked in this scope:\n{asked}"
    )


def check_executed(
    tool: str, arguments: Json, found: Sequence[Execution], times: int | None
) -> None:
    """AssertionError unless the tool was executed so often, with these arguments if any."""
    fitting = [each for each in found if each.tool == tool and arguments in (None, each.arguments)]
    if len(fitting) == times or (times is None and fitting):
        return
    number = "at least once" if times is None else _times(times)
    with_ = "" if arguments is None else f" with {dump(arguments).decode()}"
    lines = (f"  {each.tool} {dump(each.arguments).decode()} ({each.call})" for each in found)
    raise AssertionError(
        f"expected {tool}{with_} to be executed {number}, it was {_times(len(fitting))}.\n"
        "What was executed in this scope:\n" + ("\n".join(lines) or "  nothing")
    )


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
