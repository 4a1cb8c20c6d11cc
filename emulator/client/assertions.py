"""Assertions about what was asked and what was executed, told so that a reader sees why."""

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import ndiff

from emulator.client.values import Exchange, Execution, Lack, NearMiss
from emulator.http.encode import dump
from emulator.http.messages import Json


def is_called(found: Sequence[Exchange], times: int | None) -> bool:
    """Whether so many exchanges fit: at least one where `times` is None."""
    return bool(found) if times is None else len(found) == times


def not_called(
    wanted: Mapping[str, Json],
    found: Sequence[Exchange],
    everything: Sequence[Exchange],
    times: int | None,
    near: Sequence[NearMiss] = (),
) -> str:
    """What was expected and what there was; of the request that is nearest, what it lacks."""
    number = "at least once" if times is None else _times(times)
    asked = "\n".join(map(str, everything)) or "nothing"
    return (
        f"expected {number}, found {_times(len(found))}: {dump(wanted).decode()}\n"
        f"{''.join(_nearest(near, everything))}"
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


def _nearest(near: Sequence[NearMiss], everything: Sequence[Exchange]) -> Iterator[str]:
    for miss in near[:1]:
        asked = (f"{each.method} {each.url}" for each in everything if each.id == miss.id)
        yield f"The nearest, {next(asked, 'a request')}, differs (- expected, + asked):\n"
        for lack in miss.lacks:
            yield f"  {lack.pointer}\n"
            yield from (f"    {line}\n" for line in _difference(lack))


def _difference(lack: Lack) -> list[str]:
    """What was expected and what came, line by line; JSON against JSON member by member."""
    expected, actual = lack.expected, lack.actual
    if isinstance(expected, Mapping) and "equalToJson" in expected and len(actual) == 1:
        wanted = _indented(expected["equalToJson"])
        return [line for line in ndiff(wanted, _indented(actual[0])) if line[0] != "?"]
    plain = expected if isinstance(expected, str) else dump(expected).decode()
    return [f"- {plain}", *(f"+ {text}" for text in actual or ("nothing",))]


def _indented(value: Json) -> list[str]:
    """JSON, or a text that holds some, a member a line; any other text as it is."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return str(value).split("\n")
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True).split("\n")


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
