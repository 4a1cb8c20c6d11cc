"""The documentation is executed: every command in it runs and prints what the page shows."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from emulator.cli.main import COMMANDS, command
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.inner_pytest import run
from tests.support.paths import ROOT
from tests.support.source import PACKAGE

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^ *```([a-z]*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
EXAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
#: A command line of ours: in a block, or between backticks.
COMMAND_LINE = re.compile(r"(?:^|`|\| )emulator (" + "|".join(COMMANDS) + r")\b([^`|\n]*)", re.M)
DEFAULT_URL = "http://127.0.0.1:4010"
#: The example once more, where it remembers.
REMEMBERING_URL = "http://127.0.0.1:4011"
#: What the pages' commands talk to: the example and the built-in services on one port.
SERVED = ("examples/petstore.yaml", "paragon", "composio", "agentflow")
#: Commands that only have to exist, by make's target, and why they are not run.
NOT_RUN = {
    "serve": "runs until it is stopped",
    "test": "runs this test",
    "test-fast": "runs most tests once more",
    "test-browser": "needs a browser",
    "check": "checks the whole project, and is checked by the build",
    "fix": "changes files",
    "broken-servers": "takes minutes",
    "remembering": "takes minutes",
}

#: (command line, what it prints)
Example = tuple[str, str]


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """(language, text) of each fenced block."""
    yield from FENCE.findall(page.read_text())


def make_target(command_line: str) -> str | None:
    words = shlex.split(command_line, comments=True)
    return words[1] if words[0] == "make" else None


CONSOLE = [
    (page, EXAMPLE.findall(text))
    for page in PAGES
    for language, text in blocks(page)
    if language == "console"
]


def of_command(name: str) -> click.Command:
    found = command.get_command(click.Context(command), name)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(create_app(Settings(specs=SERVED))) as base:
        yield base


@pytest.fixture(scope="module")
def remembering_url() -> Iterator[str]:
    with running(create_app(Settings(specs=SERVED[:1], remember="lenient"))) as base:
        yield base


def in_process(command_line: str) -> tuple[str, str]:
    """What is left to the shell of a line, and its input: a first command of ours is run here."""
    first, pipe, rest = command_line.partition(" | ")
    if not first.startswith("emulator ") or ";" in first:
        return command_line, ""
    printed = CliRunner().invoke(command, shlex.split(first)[1:], env={"COLUMNS": "80"}).stdout
    return rest if pipe else "cat", printed


@pytest.mark.parametrize(("page", "examples"), CONSOLE, ids=lambda v: getattr(v, "name", ""))
def test_commands_print_what_the_page_says(
    page: Path,
    examples: list[Example],
    url: str,
    remembering_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command_line, expected in examples:
        if make_target(command_line) in NOT_RUN:
            assert expected == "", "nobody compares what a command prints that is not run"
            continue
        command_line = command_line.replace(DEFAULT_URL, url)
        shell, given = in_process(command_line.replace(REMEMBERING_URL, remembering_url))
        done = subprocess.run(
            ["sh", "-c", shell],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PATH": path, "COLUMNS": "80"},
        )
        printed = done.stdout.replace(url, DEFAULT_URL)
        assert printed.rstrip("\n") == expected.rstrip("\n"), done.stderr


def test_make_knows_every_target_of_the_pages() -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    named = set(re.findall(r"(?:^\$ |`|^)make ([a-z-]+)", text, re.MULTILINE))
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named - known == set()
    assert set(NOT_RUN) - known == set()


def test_paths_of_the_makefile_exist() -> None:
    paths = re.findall(r"(?<![\w/])(?:tests|scripts)/[\w./-]+", (ROOT / "Makefile").read_text())
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_commands_that_a_page_shows_stand_where_they_are_run() -> None:
    elsewhere = [
        (page.name, text)
        for page in PAGES
        for language, text in blocks(page)
        if language != "console" and EXAMPLE.search(text)
    ]
    assert elsewhere == []


def test_command_lines_have_only_options_that_exist() -> None:
    unknown = []
    for page in PAGES:
        for name, rest in COMMAND_LINE.findall(page.read_text().replace("\\\n", "")):
            known = {option for parameter in of_command(name).params for option in parameter.opts}
            given = set(re.findall(r"(?<=\s)--[a-z-]+", rest))
            unknown += [(page.name, name, option) for option in given - known - {"--help"}]
    assert unknown == []


WITH_PYTHON = [page for page in PAGES if "```python\n" in page.read_text()]


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
def test_python_of_the_page_runs(page: Path, pytester: pytest.Pytester) -> None:
    code = "\n\n".join(text for language, text in blocks(page) if language == "python")
    pytester.makepyfile(code)
    expected = len(re.findall(r"^def test_", code, re.MULTILINE))
    run(pytester).assert_outcomes(passed=expected)


def test_readme_serves_a_document_first() -> None:
    head = "\n".join((ROOT / "README.md").read_text().splitlines()[:15])
    assert "make serve ARGS=examples/petstore.yaml" in head
    assert head.endswith("```")


def test_links_of_the_pages_lead_somewhere() -> None:
    broken = [
        (page.name, link)
        for page in PAGES
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text())
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []


def test_files_that_pages_name_exist() -> None:
    paths = re.compile(r"`((?:emulator|tests|docs|specs|examples|fixtures|scripts)/[\w./-]*)`")
    missing = [
        (page.name, path)
        for page in PAGES
        for path in paths.findall(page.read_text())
        if not (ROOT / path).exists() and not (ROOT / "emulator" / path).exists()
    ]
    assert missing == []


def test_no_page_installs_somebody_elses_package() -> None:
    for page in PAGES:
        assert not re.search(r"pip install '?emulator\b", page.read_text()), page.name


def test_architecture_names_only_files_and_folders_that_exist() -> None:
    """A name without a folder stands beside the one before it; the recipe names files to make."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    map_, _, rest = text.partition("## A service, step by step")
    missing, folder = [], PACKAGE
    names = re.findall(r"`([a-z_/0-9]+(?:/|\.(?:py|yaml|md)))`", map_ + rest.partition("\n## ")[2])
    for name in names:
        places = [each / name for each in (PACKAGE, folder, folder.parent, ROOT)]
        found = next((place for place in places if place.exists()), None)
        if found is None:
            missing.append(name)
        else:
            folder = found if found.is_dir() else found.parent
    assert missing == []
