"""docs/speed.md: each benchmark writes its own tables there, between two comments."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

from benchmarks.servers import ROOT

PAGE = ROOT / "docs" / "speed.md"
PLOT = ROOT / "docs" / "speed.svg"


def write(name: str, text: str) -> None:
    """Write what was measured between `<!-- NAME -->` and `<!-- end of NAME -->`."""
    before, begin, rest = PAGE.read_text().partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end of {name} -->")
    if not end:
        raise ValueError(f"docs/speed.md has no place for {name}")
    PAGE.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}")


def machine() -> str:
    """What this was measured on."""
    cores = len(os.sched_getaffinity(0))
    packages = ", ".join(f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "httptools"))
    return f"Python {platform.python_version()}, {packages}; {_processor()}, {cores} cores."


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()
