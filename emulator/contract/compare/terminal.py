"""What a person sees of a comparison: a line while it runs, then the differences."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import TextIO

import click

from emulator.contract.compare.drift import Drift
from emulator.contract.compare.run import Progress
from emulator.contract.compare.values import TITLES, Comparison, Difference, Kind
from emulator.http.known_secrets import Mask

_CLEAR = "\r\x1b[2K"
_WIDTH = 79


@dataclass(frozen=True, slots=True)
class Display:
    """Shows a comparison on `out`: with `live` in one line that moves, masked by `mask`."""

    out: TextIO
    mask: Mask
    live: bool = False
    color: bool = False

    def progress(self, progress: Progress) -> None:
        """Show how far it has come; nothing where `out` is no terminal."""
        if self.live:
            counts = f"{progress.number}/{progress.operations} operations"
            line = f"{counts}, {progress.pairs} requests, {progress.differences} differences"
            self._write(f"{_CLEAR}{line}  {progress.operation}"[: _WIDTH + len(_CLEAR)])

    def result(self, result: Comparison, drift: Drift | None) -> None:
        """Show what was found, difference by difference, and the sum."""
        if self.live:
            self._write(_CLEAR)
        for kind in Kind:
            found = result.of(kind)
            if found:
                tone = "yellow" if kind is Kind.FLAKY else "red"
                self._line(f"{TITLES[kind]} ({len(found)})", tone)
                for each in found:
                    self._difference(each, drift)
        for line in (*_gone(drift), *_rest(result), *_sum(result, drift)):
            self._line(line)

    def _difference(self, each: Difference, drift: Drift | None) -> None:
        new = "  NEW" if drift is not None and each.id in drift.new else ""
        many = f", {each.count} requests" if each.count > 1 else ""
        self._line(f"  {each.operation}{new}")
        place = f"{each.aspect} {each.place}".strip()
        self._text(f"{place} ({each.case}{many})", 4)
        self._text(each.reason, 6)
        self._text(f"{each.suggestion.mend}: {each.suggestion.text}", 6)

    def _text(self, text: str, indent: int) -> None:
        space = " " * indent
        for line in wrap(text, _WIDTH, initial_indent=space, subsequent_indent=space):
            self._line(line)

    def _line(self, line: str, tone: str = "") -> None:
        line = self.mask(line)
        self._write(f"{click.style(line, fg=tone) if self.color and tone else line}\n")

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def _gone(drift: Drift | None) -> Iterator[str]:
    for row in drift.gone if drift else ():
        yield f"gone: {row['operation']}  {row['aspect']} {row['place']}".rstrip()
    for note in drift.notes if drift else ():
        yield f"note: {note}"


def _rest(result: Comparison) -> Iterator[str]:
    for key, why in result.unmade:
        yield f"not compared: {key}: {why}"
    if result.left_out:
        yield f"left out, for they might change something: {len(result.left_out)} (--allow-writes)"
    if result.unanswered:
        yield f"without an answer: {result.unanswered} requests"
    if result.stopped:
        yield f"stopped before the end: {result.stopped}"


def _sum(result: Comparison, drift: Drift | None) -> Iterator[str]:
    counts = ", ".join(f"{len(result.of(kind))} {kind}" for kind in Kind)
    yield f"{result.api}: {len(result.compared)} of {result.operations} operations, " + (
        f"{result.pairs} requests"
    )
    yield f"differences: {counts}"
    if drift is not None:
        yield f"since: {len(drift.new)} new, {len(drift.stayed)} stayed, {len(drift.gone)} gone"
    yield f"repeat with --seed {result.seed}"
