"""What a request costs in functions and objects: numbers that no machine and no noise changes.

    make trace
    make trace ARGS="a c --functions"   # two rows, with every function that runs for them

Requests of `benchmarks/rows.py` go through the HTTP protocol in this process, bytes in and bytes
out: some to warm up, then some that are counted. A figure is the mean of these.

- a call is a Python function that is entered, of `emulator` or of anybody else; a generator or
  coroutine counts each time it goes on;
- an object is an instance of a class of `emulator`. Members of enumerations, exceptions of others
  and what C makes by itself don't count.

`benchmarks/budget.json` holds the most that the rows may need; `tests/test_budget.py` compares.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

from benchmarks.counting import (
    count_calls,
    count_classes,
    count_no_calls,
    count_objects,
    count_structs,
)
from benchmarks.rows import ROWS, Row

BUDGET = Path(__file__).with_name("budget.json")
WARMING, COUNTED = 60, 20
#: The rows that have a budget.
BUDGETED = ("a", "b", "c", "d")


@dataclass(slots=True)
class Trace:
    """What the counted requests of a row called and made, together."""

    row: Row
    calls: Counter[CodeType] = field(default_factory=Counter)
    objects: Counter[type] = field(default_factory=Counter)

    @property
    def calls_per_request(self) -> float:
        """Python functions entered."""
        return self.calls.total() / COUNTED

    @property
    def objects_per_request(self) -> float:
        """Instances of classes of `emulator` made."""
        return self.objects.total() / COUNTED


def trace(rows: list[Row]) -> list[Trace]:
    """Send the requests of these rows, and count."""
    count_structs()
    # Only now: structs are counted by what they find when they are defined.
    from benchmarks.in_process import Server, run

    traces: list[Trace] = []

    async def each(server: Server, row: Row) -> None:
        trace = Trace(row)
        traces.append(trace)
        sent = (row.make(number) for number in range(1_000_000))
        for _ in range(WARMING):
            await server.send(next(sent))
        for _ in range(COUNTED):
            request = next(sent)
            count_calls(trace.calls)
            response = await server.send(request)
            count_no_calls()
            if not response.startswith(row.expected):
                sys.exit(f"row {row.name}: {response.decode()}")

    run(each, rows)
    count_classes()

    async def each_again(server: Server, row: Row) -> None:
        trace = next(each for each in traces if each.row is row)
        for number in range(WARMING):
            await server.send(row.make(number))
        for number in range(COUNTED):
            request = row.make(WARMING + number)
            count_objects(trace.objects)
            await server.send(request)
            count_objects(None)

    run(each_again, rows)
    return traces


def room_of(code: CodeType) -> str:
    """The room of a function, or the package that it is from."""
    parts = Path(code.co_filename).parts
    for folder in ("emulator", "site-packages"):
        if folder in parts:
            at = len(parts) - 1 - parts[::-1].index(folder)
            return Path(parts[at + 1]).stem
    return Path(code.co_filename).stem


def place_of(code: CodeType) -> str:
    """Where a function stands."""
    parts = Path(code.co_filename).parts[-3:]
    return f"{'/'.join(parts)}:{code.co_firstlineno} {code.co_qualname}"


def show(trace: Trace, *, functions: bool) -> None:
    """Print what a request of one row costs."""
    rooms = Counter[str]()
    for code, calls in trace.calls.items():
        rooms[room_of(code)] += calls
    print(f"{trace.row.name}  {trace.row.title}")
    print(f"   {trace.calls_per_request:.1f} calls of {len(trace.calls)} functions")
    print("   " + ", ".join(f"{name} {per(calls)}" for name, calls in rooms.most_common()))
    made = [f"{class_.__name__} {per(count)}" for class_, count in trace.objects.most_common()]
    print(f"   {trace.objects_per_request:.1f} objects: {', '.join(made)}")
    if functions:
        for code, calls in trace.calls.most_common():
            print(f"   {per(calls):>6}  {place_of(code)}")
    print()


def per(count: int) -> str:
    """A count per request."""
    return f"{count / COUNTED:.1f}".removesuffix(".0")


def main() -> None:
    """Trace the rows that are asked for."""
    parser = argparse.ArgumentParser(description="What a request costs in functions and objects.")
    parser.add_argument("rows", nargs="*", help="Rows, by default a b c d.")
    parser.add_argument("--functions", action="store_true", help="List every function called.")
    parser.add_argument("--json", action="store_true", help="Print the figures alone.")
    options = parser.parse_args()
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        parser.error(f"there is no row {unknown[0]!r}; there are {', '.join(ROWS)}")
    traces = trace([ROWS[name] for name in options.rows or BUDGETED])
    if options.json:
        figures = {
            each.row.name: {"calls": each.calls_per_request, "objects": each.objects_per_request}
            for each in traces
        }
        print(json.dumps(figures))
        return
    for each in traces:
        show(each, functions=options.functions)


if __name__ == "__main__":
    main()
