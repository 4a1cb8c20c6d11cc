"""docs/speed.md: each benchmark writes its own tables there, between two comments.

python -m benchmarks.page growth   # runs benchmarks.growth, and writes what it prints
"""

import os
import platform
import re
import subprocess
import sys
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


def main() -> None:
    """Run a benchmark without arguments, and write what it prints."""
    name = sys.argv[1]
    command = [sys.executable, "-u", "-m", f"benchmarks.{name}"]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        sys.exit(process.returncode)
    write(f"bench-{name}", f"{machine()}\n\n```text\n{''.join(lines).strip()}\n```")


def machine() -> str:
    """What this was measured on."""
    cores = len(os.sched_getaffinity(0))
    packages = ", ".join(f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "httptools"))
    load = os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, {packages}; {_processor()}, {cores} cores,"
        f" load average {load:.1f} (the benchmark's own part is 1 to 2)."
    )


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()


if __name__ == "__main__":
    main()
