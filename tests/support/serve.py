"""`emulator serve` as a process of its own."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.paths import ROOT


@contextmanager
def serving(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """The process; it is killed where the block has not ended it."""
    script = "from emulator.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script, "serve", "--port", "0", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def interrupted(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Ctrl-C; what it has printed since, and complained."""
    assert process.stdout is not None
    assert process.stderr is not None
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    return process.stdout.read(), process.stderr.read()


def url_of(line: str) -> str:
    """The URL in the first line."""
    found = re.fullmatch(r"emulator \S+ on (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line
    return found[1]
