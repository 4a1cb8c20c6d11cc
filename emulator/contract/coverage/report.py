"""Coverage as figures, in a terminal, and as a page: what is valid, what tests received."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from click import style

from emulator import __version__
from emulator.contract.coverage.items import CoverageItem, ItemResult
from emulator.contract.coverage.journal import JournalCounts
from emulator.contract.reports.display import WIDTH
from emulator.contract.reports.files import render
from emulator.http.messages import Json

KINDS = ("answer", "example", "trigger")

_COLUMN = 9
#: Reasons for one operation in the terminal; the JSON and the page have all.
_MOST = 3

#: What no table may leave out.
NOTE = (
    "An answer counts if the emulator returned it here and the second validator found it valid. It"
    " is met if a test received it without choosing it: answers chosen with Prefer, a fault or a"
    " stub say nothing about how the service behaves, and don't count."
)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """In percent, rounded down to a tenth: only all is 100."""
        return self.part * 1000 // self.whole / 10 if self.whole else 100.0

    def __str__(self) -> str:
        return f"{self.part}/{self.whole}"


@dataclass(frozen=True, slots=True)
class Row:
    """One item with its result, and how often tests received it, chosen by themselves or not."""

    produced: ItemResult
    met: int = 0
    forced: int = 0

    @property
    def item(self) -> CoverageItem:
        """The item."""
        return self.produced.item

    @property
    def counts_as_met(self) -> bool:
        """Whether tests received it without choosing it, and it is valid."""
        return self.met > 0 and self.produced.valid

    def as_json(self) -> Mapping[str, Json]:
        """The row as `--json` writes it."""
        return {
            **self.item.as_json(),
            "valid": self.produced.valid,
            "reason": self.produced.reason,
            "source": self.produced.source,
            "met": self.met,
            "forced": self.forced,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of an API, or of an operation of it; `journal` is whether there was one."""

    name: str
    rows: tuple[Row, ...]
    journal: bool = False

    def produced(self, kind: str) -> Share:
        """How many items of a kind are valid."""
        own = [row for row in self.rows if row.item.kind == kind]
        return Share(sum(row.produced.valid for row in own), len(own))

    def met(self, kind: str) -> Share:
        """How many items of a kind tests received."""
        own = [row for row in self.rows if row.item.kind == kind]
        return Share(sum(row.counts_as_met for row in own), len(own))

    @property
    def statuses(self) -> Share:
        """How many documented statuses have a valid response."""
        answers = [row for row in self.rows if row.item.kind == "answer"]
        documented = {(row.item.operation, row.item.status) for row in answers}
        had = {(r.item.operation, r.item.status) for r in answers if r.produced.valid}
        return Share(len(had), len(documented))

    @property
    def figure(self) -> Share:
        """What `--fail-under` compares: valid responses or, with a journal, received ones."""
        return self.met("answer") if self.journal else self.produced("answer")

    @property
    def operations(self) -> "tuple[Coverage, ...]":
        """By operation, the worst first."""
        by_key: dict[str, list[Row]] = {}
        for row in self.rows:
            by_key.setdefault(row.item.key, []).append(row)
        each = [Coverage(key, tuple(rows), self.journal) for key, rows in by_key.items()]
        return tuple(sorted(each, key=lambda one: (one.figure.percent, one._complete)))

    @property
    def _complete(self) -> float:
        return Share(sum(row.produced.valid for row in self.rows), len(self.rows)).percent

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self._complete == 100 and self.figure.percent == 100

    def as_json(self) -> Mapping[str, Json]:
        """The coverage of an API as `--json` writes it."""
        figures: dict[str, Json] = {"statuses": _share(self.statuses)}
        for kind in KINDS:
            figures[f"{kind}s"] = _share(self.produced(kind))
            if self.journal:
                figures[f"{kind}s_met"] = _share(self.met(kind))
        return {
            "api": self.name,
            "figures": figures,
            "cases": [row.as_json() for row in self.rows],
        }


def total(coverages: Sequence[Coverage]) -> Share:
    """The figure of all APIs together."""
    shares = [coverage.figure for coverage in coverages]
    return Share(sum(share.part for share in shares), sum(share.whole for share in shares))


def coverage_of(name: str, results: Iterable[ItemResult], counts: JournalCounts | None) -> Coverage:
    """The coverage of an API; `counts` is what a journal holds."""
    rows = (
        Row(each, counts.met[each.item], counts.forced[each.item]) if counts else Row(each)
        for each in results
    )
    return Coverage(name, tuple(rows), counts is not None)


def _share(share: Share) -> Json:
    return {"covered": share.part, "of": share.whole, "percent": share.percent}


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
