"""Coverage in a terminal, and as a page."""

from collections.abc import Iterator, Sequence
from textwrap import shorten

from click import style

from emulator import __version__
from emulator.contract.coverage.figures import KINDS, Coverage, Row, total
from emulator.contract.reports.display import WIDTH
from emulator.contract.reports.page import render

_COLUMN = 9
#: Reasons for one operation in the terminal; the JSON and the page have all.
_MOST = 3

#: What no table may leave out.
NOTE = (
    "An answer counts if the emulator returned it here and the second validator found it valid. It"
    " is met if a test received it without choosing it: answers chosen with Prefer, a fault or a"
    " stub say nothing about how the service behaves, and don't count."
)


def table(coverage: Coverage) -> Iterator[str]:
    """The table of one API, its worst operations first."""
    titles = ["answers", "examples", "triggers", *(["met"] if coverage.journal else [])]
    room = WIDTH - len(titles) * _COLUMN
    yield style(_line(coverage.name, [title.rjust(_COLUMN) for title in titles], room), bold=True)
    operations = coverage.operations
    for each in operations:
        if not each.whole:
            yield _line(f"  {each.name}", _cells(each), room)
            yield from _reasons([row for row in each.rows if not row.produced.valid])
            yield from _forced(each)
    whole = sum(each.whole for each in operations)
    if whole:
        yield f"  {whole} of {len(operations)} operations: everything"
    yield _line("  all", _cells(coverage), room)
    yield f"  {coverage.statuses} documented statuses, {coverage.statuses.percent} %"


def summary(coverages: Sequence[Coverage]) -> str:
    """One line for all APIs."""
    share = total(coverages)
    what = "met" if any(coverage.journal for coverage in coverages) else "had, and valid"
    return f"{share} documented answers {what}, {share.percent} %"


def page(coverages: Sequence[Coverage]) -> str:
    """One page with every item."""
    return render(
        "coverage.html",
        coverages=coverages,
        kinds=KINDS,
        note=NOTE,
        summary=summary(coverages),
        version=__version__,
    )


def _cells(coverage: Coverage) -> list[str]:
    shares = [coverage.produced(kind) for kind in KINDS]
    shares += [coverage.met("answer")] if coverage.journal else []
    return [str(share).rjust(_COLUMN) for share in shares]


def _line(name: str, cells: Sequence[str], room: int) -> str:
    cut = name if len(name) <= room else name[: room - 1] + "…"
    return cut.ljust(room) + "".join(cells)


def _reasons(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows[:_MOST]:
        yield _note(f"{row.item}: {row.produced.reason}")
    if len(rows) > _MOST:
        yield _note(f"and {len(rows) - _MOST} more")


def _forced(coverage: Coverage) -> Iterator[str]:
    """Responses that tests received only because they had chosen them."""
    only = [row for row in coverage.rows if row.forced and not row.met]
    chosen = [str(row.item) for row in only if row.item.kind == "answer"]
    if coverage.journal and chosen:
        yield _note(f"only forced: {', '.join(chosen)}")


def _note(text: str) -> str:
    return style("    " + shorten(text, WIDTH - 4, placeholder=" …"), fg="yellow")
