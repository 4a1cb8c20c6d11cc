"""Assertions about requests and tool executions, with messages that show what happened."""

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import ndiff

from emulator.client.values import JournalEntry, Mismatch, NearMiss, ToolExecution
from emulator.http.encode import dump
from emulator.http.messages import Json

#: A failure is shown where the test asserts it.
__tracebackhide__ = True


def check_times(times: int | None) -> None:
    """TypeError or ValueError for what is no number of times."""
    if isinstance(times, bool) or not isinstance(times, int | None):
        raise TypeError(f"times is a whole number, not {times!r}")
    if times is not None and times < 0:
        raise ValueError(f"times is 0 or more, not {times}")


def is_called(matching: Sequence[JournalEntry], times: int | None) -> bool:
    """Whether the number of matching requests is `times`, or at least one if that is None."""
    return bool(matching) if times is None else len(matching) == times


def not_called(
    pattern: Mapping[str, Json],
    matching: Sequence[JournalEntry],
    entries: Sequence[JournalEntry],
    times: int | None,
    near_misses: Sequence[NearMiss] = (),
) -> str:
    """The message of a failed assertion: expected and actual count, the nearest request, all."""
    expected = "at least 1 request" if times is None else _count(times, "request")
    requests = "\n".join(map(str, entries)) or "none"
    return (
        f"expected {expected}, found {_count(len(matching), 'request')}: {dump(pattern).decode()}\n"
        f"{nearest_request(near_misses, entries)}"
        f"Requests in this scope:\n{requests}"
    )


def check_executed(
    tool: str,
    arguments: Json,
    executions: Sequence[ToolExecution],
    times: int | None,
    side_effect: str = "",
) -> None:
    """Raise AssertionError unless the tool was executed `times`, with these arguments if any.

    Of a tool whose `side_effect` is "read", there never is an execution.
    """
    if side_effect == "read":
        raise AssertionError(
            f"{tool} only reads, and executions that only read are not counted;"
            " assert_called(…) finds the requests that called it"
        )
    matching = [e for e in executions if e.tool == tool and arguments in (None, e.arguments)]
    if len(matching) == times or (times is None and matching):
        return
    expected = "at least 1 execution" if times is None else _count(times, "execution")
    with_arguments = "" if arguments is None else f" with {dump(arguments).decode()}"
    lines = (f"  {each.tool} {dump(each.arguments).decode()} ({each.call})" for each in executions)
    raise AssertionError(
        f"expected {expected} of {tool}{with_arguments}, found {len(matching)}.\n"
        "Executions in this scope:\n" + ("\n".join(lines) or "  none")
    )


def nearest_request(near_misses: Sequence[NearMiss], entries: Sequence[JournalEntry]) -> str:
    """The request that nearly matched, and what it has instead; empty where there is none."""
    return "".join(_nearest(near_misses, entries))


def _nearest(near_misses: Sequence[NearMiss], entries: Sequence[JournalEntry]) -> Iterator[str]:
    for miss in near_misses[:1]:
        request = (f"{each.method} {each.url}" for each in entries if each.id == miss.id)
        yield f"The nearest, {next(request, 'a request')}, differs (- expected, + actual):\n"
        for condition in miss.unmet:
            yield f"  {condition.pointer}\n"
            yield from (f"    {line}\n" for line in _difference(condition))


def _difference(condition: Mismatch) -> list[str]:
    """Expected and actual value line by line; JSON against JSON member by member."""
    expected, actual = condition.expected, condition.actual
    if isinstance(expected, Mapping) and "equalToJson" in expected and len(actual) == 1:
        lines = ndiff(_indented(expected["equalToJson"]), _indented(actual[0]))
        return [line for line in lines if line[0] != "?"]
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


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
