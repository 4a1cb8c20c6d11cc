"""The documentation is executed: every console block in it is run, and must print what it says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.paths import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
DEFAULT_URL = "http://127.0.0.1:4010"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(create_app(Settings())) as base:
        yield base


def examples() -> Iterator[tuple[str, str, str]]:
    """(page, command, what it prints) of every line that begins with `$ `."""
    for page in PAGES:
        for block in BLOCK.findall(page.read_text()):
            for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
                yield page.name, command, output


RUN = [e for e in examples() if not e[1].startswith("make ")]
MAKE = [e for e in examples() if e[1].startswith("make ")]


@pytest.mark.parametrize(("page", "command", "expected"), RUN, ids=lambda v: v[:60])
def test_command_prints_what_the_page_says(
    page: str, command: str, expected: str, url: str
) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command.replace(DEFAULT_URL, url)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PATH": path, "COLUMNS": "80"},
    )
    assert done.stdout.replace(url, DEFAULT_URL).rstrip("\n") == expected.rstrip("\n"), done.stderr


@pytest.mark.parametrize(
    "page", [page for page in PAGES if PYTHON.search(page.read_text())], ids=lambda page: page.name
)
def test_python_of_the_page_runs(page: Path, pytester: pytest.Pytester) -> None:
    code = "\n\n".join(PYTHON.findall(page.read_text()))
    pytester.makepyfile(code)
    expected = len(re.findall(r"^def test_", code, re.MULTILINE))
    pytester.runpytest_subprocess().assert_outcomes(passed=expected)


@pytest.mark.parametrize(("page", "command", "_"), MAKE, ids=lambda v: v[:30])
def test_make_target_of_the_page_exists(page: str, command: str, _: str) -> None:
    target = command.split()[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_readme_shows_both_commands_first() -> None:
    head = "\n".join((ROOT / "README.md").read_text().splitlines()[:15])
    assert "make serve" in head
    assert "make test" in head
    assert "SLACK_SEND_MESSAGE" in head


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_of_the_page_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if "://" not in link:
            assert (page.parent / link).exists(), link
