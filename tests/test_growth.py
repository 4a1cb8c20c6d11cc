"""What a request costs does not grow with what else is there: lines that run are counted, not time.

The rows are those of `make bench-growth`.
"""

import sys
from itertools import count
from types import FrameType

import pytest
import uvloop

from benchmarks.growth import ROWS, Growing, Make
from benchmarks.in_process import Server

FEW, MANY = 20, 400
WARMING, COUNTED = 3, 3
#: What is compared one by one.
SEARCHED = ("stubs of one path, searched",)
FLAT = [row for row in ROWS if row.title not in SEARCHED]


@pytest.mark.parametrize("row", FLAT, ids=lambda row: row.title)
def test_request_runs_as_many_lines_beside_many_as_beside_few(row: Growing) -> None:
    few, many = (uvloop.run(_lines(row, size)) for size in (FEW, MANY))
    assert many <= few * 1.05


async def _lines(row: Growing, size: int) -> float:
    """Lines of Python that run for a request, each time that they run."""
    server, make = await row.prepare(size)
    numbers = count(1)
    for _ in range(WARMING):
        await server.send(make(next(numbers)))
    return sum([await _counted(server, make, next(numbers)) for _ in range(COUNTED)]) / COUNTED


async def _counted(server: Server, make: Make, number: int) -> int:
    request, lines = make(number), 0

    def on_event(_: FrameType, event: str, __: object) -> object:
        nonlocal lines
        lines += event == "line"
        return on_event

    before = sys.gettrace()
    sys.settrace(on_event)  # type: ignore[arg-type]
    try:
        await server.send(request)
    finally:
        sys.settrace(before)
    return lines
