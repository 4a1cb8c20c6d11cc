"""`emulator serve` as a process: its lines, an answer, the end by Ctrl-C."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.support.paths import ROOT

HEADERS = {"authorization": "Bearer t"}
WAITING = (
    b"GET /projects/p/tools?__delay=600000 HTTP/1.1\r\nHost: x\r\n"
    b"Authorization: Bearer paragon_dev_token\r\n\r\n"
)


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


def test_serve_says_what_it_serves_answers_and_ends(tmp_path: Path) -> None:
    with serving("--verbose") as process:
        url = url_of(first_line(process))
        assert httpx.get(f"{url}/projects/p/tools", headers=HEADERS).status_code == 200
        assert httpx.get(f"{url}/nothing", headers=HEADERS).status_code == 404
        out, err = interrupted(process)
    assert (process.returncode, err) == (0, "")
    assert re.match(r"  paragon    9 operations, 66 statuses, \d+ fixtures, below /\n", out)
    assert out.splitlines()[-2:] == [
        "GET /projects/p/tools 200  paragon.listTools  behaviour",
        "GET /nothing 404  path-not-found",
    ]


def test_serve_ends_while_an_answer_waits() -> None:
    with serving("--auth", "known") as process:
        url = url_of(first_line(process))
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(WAITING)
            known = {"authorization": "Bearer paragon_dev_token"}
            assert httpx.get(f"{url}/projects/p/tools", headers=known).status_code == 200
            out, err = interrupted(process)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "  composio   ApiKeyAuth: ak_dev_40*****\n" in out
