"""What a person sees of a contract check: one line per target while it runs, then its findings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent
from typing import TextIO

import click

from emulator.contract.check.findings import CheckResult, ExitCode, Finding, Progress

_CLEAR = "\r\x1b[2K"


@dataclass(slots=True)
class Display:
    """Shows a check on `out`: with `live` in one line that moves, else a line per phase."""

    out: TextIO
    live: bool = False
    color: bool = False
    _shown: tuple[str, str] = field(default=("", ""), init=False)

    def progress(self, progress: Progress) -> None:
        """Show how far a target has come."""
        line = _counts(
            progress.name,
            progress.operations_tested,
            progress.operations_total,
            progress.cases,
            progress.findings,
        )
        if self.live:
            self._write(f"{_CLEAR}{line}  {progress.phase}")
        elif (progress.name, progress.phase) != self._shown:
            self._shown = (progress.name, progress.phase)
            self._write(f"{line}  {progress.phase}\n")

    def result(self, result: CheckResult) -> None:
        """Show the outcome of a target, every finding and error of it."""
        line = _counts(
            result.name,
            result.operations_tested,
            result.operations_total,
            result.cases,
            len(result.findings),
        )
        tone = {ExitCode.FINE: "green", ExitCode.FINDINGS: "red", ExitCode.NOT_RUN: "yellow"}
        start = _CLEAR if self.live else ""
        line = self._style(line, tone[result.exit_code])
        self._write(f"{start}{line}  {result.seconds:.1f} s\n")
        for number, finding in enumerate(result.findings, 1):
            self._write(f"\n{self._finding(number, finding)}\n")
        if result.accepted:
            self._write(f"  {len(result.accepted)} more of the baseline\n")
        for text in result.gone:
            self._write(f"  of the baseline, but gone: {printable(text)}\n")
        if result.left_out:
            operations = _plural(len(result.left_out), "operation")
            self._write(f"  left out: {operations} that may change something (--allow-writes)\n")
        if result.remembered:
            answers = _plural(result.remembered, "answer")
            self._write(f"  taken up: {answers} of an earlier run\n")
        if result.stopped:
            self._write(f"  stopped: {result.stopped}\n")
        for label in result.untested if result.cases else ():
            self._write(f"  not tested: {printable(label)}\n")
        for error in result.errors:
            self._write(f"  {self._style('error:', 'yellow')} {_indented(error, '  ')}\n")
        for path in result.reports:
            self._write(f"  report: {path}\n")

    def summary(self, results: Sequence[CheckResult]) -> None:
        """Show what all targets come to and how to repeat the run."""
        findings = sum(len(result.findings) for result in results)
        stuck = sum(result.exit_code is ExitCode.NOT_RUN for result in results)
        parts = [_plural(len(results), "API"), _plural(findings, "finding")]
        if stuck:
            parts.append(f"{stuck} could not be checked to the end")
        self._write(f"\n{', '.join(parts)}\n")
        if results:
            self._write(f"seed {results[0].seed}\n")

    def baseline(self, file: Path) -> None:
        """Say that what was found is accepted from now on."""
        self._write(f"\nwritten: {file}\n")

    def _finding(self, number: int, finding: Finding) -> str:
        head = f"  {number}. {printable(finding.operation)}  {finding.check} ({finding.basis})"
        reason = "\n".join(part for part in (finding.title, finding.reason) if part)
        return "\n".join(
            (
                self._style(head, "red"),
                _block(reason),
                _block(f"answer: {finding.response}"),
                _block("request:\n" + finding.curl),
            )
        )

    def _style(self, text: str, tone: str) -> str:
        return click.style(text, fg=tone) if self.color else text

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def printable(text: str) -> str:
    """The text with what would steer a terminal made visible: bodies come from anybody's server."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def _counts(name: str, tested: int, total: int, cases: int, findings: int) -> str:
    operations = f"{tested}/{total} operations"
    return f"{name}  {operations}  {_plural(cases, 'case')}  {_plural(findings, 'finding')}"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _block(text: str) -> str:
    return indent(printable(text.rstrip()), "     ")


def _indented(text: str, prefix: str) -> str:
    return indent(printable(text), prefix + "  ").lstrip()
