"""Accepted findings, in a file: only new findings fail a run."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from emulator.contract.check.findings import CheckResult
from emulator.contract.reports.files import json_text, write_whole
from emulator.errors import FileError
from emulator.http.messages import Json

_TITLE = "Findings accepted by emulator check; --update-baseline writes this file."
_TEXTS = ("id", "operation", "check", "title")


class BaselineError(FileError):
    """A baseline file can't be used."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The accepted findings by API; each entry has at least `id`, `operation`, `check`, `title`."""

    entries: Mapping[str, Sequence[Mapping[str, Json]]] = field(default_factory=dict)

    def applied(self, result: CheckResult) -> CheckResult:
        """The result with accepted findings set apart and, after a whole run, what is gone."""
        entries = self.entries.get(result.name, ())
        known, found = {entry["id"] for entry in entries}, {each.id for each in result.findings}
        whole = not result.errors and not result.stopped
        gone = (
            f"{entry['operation']}  {entry['check']}: {entry['title']}"
            for entry in entries
            if whole and entry["id"] not in found and entry["operation"] in result.tested
        )
        return replace(
            result,
            findings=tuple(each for each in result.findings if each.id not in known),
            accepted=tuple(each for each in result.findings if each.id in known),
            gone=tuple(gone),
        )

    def updated(self, results: Sequence[CheckResult]) -> "Baseline":
        """The baseline with all findings of these runs; those of untested operations stay."""
        entries = dict(self.entries)
        for result in results:
            found = {each.id: each for each in (*result.findings, *result.accepted)}
            old = {str(entry["id"]): entry for entry in entries.get(result.name, ())}
            kept = [e for e in old.values() if e["operation"] in result.untested]
            new = {i: {name: getattr(each, name) for name in _TEXTS} for i, each in found.items()}
            entries[result.name] = [*kept, *(old.get(i) or entry for i, entry in new.items())]
        return Baseline(entries)

    def write(self, file: Path) -> None:
        """Write the file; raises ReportError."""
        findings = {
            api: sorted(entries, key=lambda e: (e["operation"], e["check"], e["id"]))
            for api, entries in sorted(self.entries.items())
            if entries
        }
        write_whole(file, json_text({"title": _TITLE, "findings": findings}))


def read_baseline(file: Path, *, must_exist: bool = True) -> Baseline:
    """The baseline in a file; raises BaselineError with the place of what is wrong."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if not must_exist:
            return Baseline()
        hint = "--update-baseline writes it"
        raise BaselineError(str(file), "there is no such file", hint=hint) from error
    except (OSError, ValueError) as error:
        raise BaselineError(str(file), f"can't be read: {error}") from error
    findings = raw.get("findings") if isinstance(raw, dict) else None
    if not isinstance(findings, dict):
        raise BaselineError(str(file), "has no `findings` by API")
    for api, entries in findings.items():
        for number, entry in enumerate(entries if isinstance(entries, list) else [None]):
            if not _is_entry(entry):
                message = "an entry has the texts id, operation, check and title"
                raise BaselineError(str(file), message, f"/findings/{api}/{number}")
    return Baseline(findings)


def _is_entry(entry: Json) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(name), str) for name in _TEXTS)
