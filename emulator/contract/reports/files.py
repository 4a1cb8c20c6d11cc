"""Report files: JSON for programs, a page for people.

They are written as a whole and put in place at once, also while a run goes on: nobody ever reads
half a report, even after the run was killed.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from emulator.errors import FileError
from emulator.http.messages import Json

#: How often the files of a run that goes on are written anew.
_EVERY_S = 2.0


class ReportError(FileError):
    """A report can't be read or written."""


@dataclass(slots=True)
class ReportFiles:
    """Where the report of a run goes, as JSON and as a page; None is nowhere."""

    json: Path | None = None
    html: Path | None = None
    _next: float = 0.0

    @property
    def due(self) -> bool:
        """Whether there is any file, and time to write it again while the run goes on."""
        return bool(self.json or self.html) and time.monotonic() >= self._next

    def write(self, report: Mapping[str, Json], page: Callable[[], str]) -> None:
        """Write the files there are; raises ReportError."""
        if self.json is not None:
            write_whole(self.json, json_text(report))
        if self.html is not None:
            write_whole(self.html, page())
        self._next = time.monotonic() + _EVERY_S


def json_text(value: Json) -> str:
    """A value as JSON for a file that people may look at, too."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_whole(path: Path, text: str) -> None:
    """Write a file in place of an older one, at once; raises ReportError."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe
            path.write_bytes(data)
            return
        half = path.with_name(f".{path.name}.part")
        half.write_bytes(data)
        os.replace(half, path)
    except OSError as error:
        raise ReportError(str(path), f"can't be written: {error.strerror}") from error


def render(template: str, **values: Any) -> str:
    """The page of a template below `templates/`.

    `lists` among the values are titles with texts, shown below all else where there are any.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("emulator.contract.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
