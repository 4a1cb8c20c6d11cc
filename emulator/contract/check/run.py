"""Checks one target: obstacles first, then the engine's batches, added up to a result."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from emulator.contract.check.acceptance import Acceptance, AnsweredRequest, acceptance_of
from emulator.contract.check.baseline import Baseline
from emulator.contract.check.findings import (
    INTERRUPTED,
    CheckOptions,
    CheckResult,
    Finding,
    Target,
    report_path,
)
from emulator.contract.check.report import as_html, as_json
from emulator.contract.check.written import foreign_references
from emulator.contract.reports.display import Progress
from emulator.contract.reports.files import ReportError, ReportFiles
from emulator.errors import SettingsError

if TYPE_CHECKING:
    from emulator.contract.check.engine.adapter import Run
    from emulator.contract.check.engine.results import Batch

_EXTRA = "pip install 'openapi-emulator[check]'"


def check(
    target: Target,
    options: CheckOptions,
    observe: Callable[[Progress], None],
    baseline: Baseline | None = None,
) -> CheckResult:
    """Send the target every kind of request its document describes, and judge the responses.

    `observe` is called after every scenario, in this thread. Findings in the baseline are kept
    apart. An interrupt (Ctrl-C) ends the check with what was found so far and an error. Raises
    `SettingsError` where the extra is missing, `FileError` for a file to resume from.
    """
    adapter = _adapter()
    tally = _Tally(target, options, observe, baseline or Baseline())
    obstacle = _obstacle(target, options)
    if obstacle:
        tally.errors.append(obstacle)
        return tally.result()
    try:
        if options.reports:
            options.report_dir.mkdir(parents=True, exist_ok=True)
        with adapter.prepared(target, options) as run:
            tally.start(run)
            for batch in run.batches:
                tally.add(batch)
    except adapter.EngineError as error:
        tally.errors.append(f"the document can't be checked: {error}")
    except ReportError as error:
        tally.errors.append(str(error))
    except OSError as error:
        tally.errors.append(f"a report can't be written: {error}")
    except KeyboardInterrupt:
        tally.errors.append(INTERRUPTED)
    try:
        tally.write()
    except ReportError as error:
        tally.errors.append(str(error))
    return tally.result()


def _obstacle(target: Target, options: CheckOptions) -> str:
    """Why the check can't start; "" if it can."""
    foreign = foreign_references(target.document)
    if foreign:
        return f"the document refers outside itself: {', '.join(foreign)}"
    return _unreachable(target.base_url, options.timeout_s) if target.base_url else ""


def _unreachable(base_url: str, timeout_s: float) -> str:
    url = urlsplit(base_url)
    host = url.hostname or ""
    if url.scheme in getproxies() and not proxy_bypass(host):
        return ""  # only the proxy can tell
    try:
        port = url.port or (443 if url.scheme == "https" else 80)
        socket.create_connection((host, port), timeout_s).close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return f"no server at {base_url} ({reason}): is it running?"
    return ""


def check_names() -> tuple[str, ...]:
    """The names `CheckOptions.checks` may hold; raises `SettingsError` without the extra."""
    names: tuple[str, ...] = _adapter().check_names()
    return names


def _adapter() -> ModuleType:
    try:
        from emulator.contract.check.engine import adapter
    except ImportError as error:
        # Also another Schemathesis than the pinned one, which lacks a name we use.
        message = f"needs Schemathesis 4.32 ({error})"
        raise SettingsError("emulator check", message, _EXTRA) from error
    return adapter


@dataclass(slots=True)
class _Tally:
    """The sum of one target's batches."""

    target: Target
    options: CheckOptions
    observe: Callable[[Progress], None]
    baseline: Baseline
    errors: list[str] = field(default_factory=list)
    run: "Run | None" = None
    findings: dict[tuple[str, ...], Finding] = field(default_factory=dict)
    tested: set[str] = field(default_factory=set)
    attempts: list[AnsweredRequest] = field(default_factory=list)
    cases: int = 0
    phase: str = ""
    started: float = field(default_factory=time.monotonic)

    def start(self, run: "Run") -> None:
        """Begin to write reports."""
        self.run = run
        self.write()

    def add(self, batch: "Batch") -> None:
        """Count one batch; of two requests that show the same finding the shorter one is kept."""
        before = (len(self.findings), len(self.errors), self.phase)
        self.cases += batch.cases
        self.phase = batch.phase or self.phase
        self.tested |= batch.tested
        self.attempts += batch.attempts
        self.errors += [error for error in batch.errors if error not in self.errors]
        for key, finding in batch.findings:
            known = self.findings.get(key)
            if known is None or len(finding.curl) < len(known.curl):
                self.findings[key] = finding
        if before != (len(self.findings), len(self.errors), self.phase):
            self.write()
        done, total, found = len(self.tested), len(self._labels), len(self.findings)
        self.observe(Progress(self.target.name, done, total, self.cases, found, self.phase))

    def write(self) -> None:
        """Write the JSON and HTML reports; raises ReportError."""
        files = ReportFiles(self._reports.get("json"), self._reports.get("html"))
        if files.json or files.html:
            result = self.result()
            files.write(as_json(result), lambda: as_html(result))

    @property
    def _reports(self) -> dict[str, Path]:
        kinds = self.options.reports if self.run else ()
        return {kind: report_path(self.target.name, self.options, kind) for kind in kinds}

    @property
    def _labels(self) -> tuple[str, ...]:
        return self.run.operations if self.run else ()

    def result(self) -> CheckResult:
        """Everything so far."""
        place = {label: number for number, label in enumerate(self._labels)}
        findings = sorted(
            self.findings.values(),
            key=lambda f: (place.get(f.operation, len(place)), f.operation, f.check, f.reason),
        )
        run = self.run
        accepted = self._acceptance()
        result = CheckResult(
            name=self.target.name,
            seed=self.options.seed,
            findings=tuple(findings),
            operations_tested=len(self.tested),
            operations_total=len(self._labels),
            untested=tuple(label for label in self._labels if label not in self.tested),
            cases=self.cases,
            seconds=time.monotonic() - self.started,
            errors=(*self.errors, *accepted.errors) or self._nothing_checked(),
            reports=tuple(self._reports.values()),
            left_out=run.left_out if run else (),
            tested=tuple(sorted(self.tested)),
            stopped=run.wire.spent if run else "",
            remembered=run.remembered if run else 0,
            never=accepted.never,
            notes=accepted.notes,
        )
        return self.baseline.applied(result)

    def _acceptance(self) -> Acceptance:
        if self.run is None:
            return Acceptance()
        base_url = self.target.base_url or ""
        run, findings = self.run, self.findings.values()
        found = acceptance_of(self.attempts, run.api, findings, base_url, run.contract.refuses)
        if self.run.wire.spent and len(found.never) < len({e.operation for e in self.attempts}):
            # What comes later might have been accepted: that the run was cut short says enough.
            return replace(found, errors=(), notes=(*found.errors, *found.notes))
        return found

    def _nothing_checked(self) -> tuple[str, ...]:
        if not self._labels:
            if self.run and self.run.left_out:
                return ("nothing was checked: all that is selected might change something",)
            return ("nothing was checked: no operation in the document, or none selected",)
        if not self.tested:
            return ("nothing was checked: no request could be made for any operation",)
        return ()
