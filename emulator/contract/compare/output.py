"""The report files of a run: as JSON for programs, as one page for people."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from emulator.contract.compare.drift import Drift
from emulator.contract.compare.page import as_html
from emulator.contract.compare.report import as_json, write
from emulator.contract.compare.values import Comparison
from emulator.http.known_secrets import Mask

#: How often the reports of a run that goes on are written anew.
_EVERY_S = 2.0


@dataclass(slots=True)
class Output:
    """The report files; written as a whole, so that a run that is killed leaves a whole one."""

    json_path: Path | None
    html_path: Path | None
    mask: Mask
    _next: float = 0.0

    def write_now_and_then(
        self, result: Callable[[], Comparison], changed: Callable[[Comparison], Drift | None]
    ) -> None:
        """Write while the run goes on."""
        if time.monotonic() >= self._next:
            self.write(result, changed)
            self._next = time.monotonic() + _EVERY_S

    def write(
        self, result: Callable[[], Comparison], changed: Callable[[Comparison], Drift | None]
    ) -> None:
        """Write what is asked for."""
        if self.json_path is None and self.html_path is None:
            return
        found = result()
        report = as_json(found, changed(found), self.mask)
        if self.json_path is not None:
            write(self.json_path, json.dumps(report, indent=2) + "\n")
        if self.html_path is not None:
            write(self.html_path, as_html(report))
