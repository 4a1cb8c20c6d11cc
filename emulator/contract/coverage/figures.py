"""The figures of coverage: which items are valid, which tests received."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from emulator.contract.coverage.items import CoverageItem, ItemResult
from emulator.contract.coverage.journal import JournalCounts
from emulator.http.messages import Json

KINDS = ("answer", "example", "trigger")


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
