"""A line for each request: on a terminal, as JSON, and never in the way of requests."""

import io
import json
import os
import pty
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import click
import httpx
import pytest

from emulator.cli.request_lines import RequestLines, json_line, request_lines, text_line
from emulator.http.messages import Request, Response, Violation
from emulator.mock.outcome import Outcome, Trace
from emulator.settings import Settings
from tests.support.paths import ROOT

PETS = ROOT / "examples" / "petstore.yaml"
WRONG = Violation("query", "/limit", "type", '"x" is not of type "integer"')


def outcome(status: int = 200, **trace: object) -> Outcome:
    return Outcome(Response(status), Trace(**trace))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("request_", "answered", "line"),
    [
        (
            Request("GET", "/v1/pets", "limit=2"),
            outcome(api="pets", operation="list", rule="example"),
            "GET /v1/pets?limit=2 200  pets.list  example  1.5 ms",
        ),
        (
            Request("GET", "/v1/pets", "limit=x"),
            outcome(
                400,
                api="pets",
                operation="list",
                rule="refusal",
                problem="parameters-invalid",
                violations=(WRONG,),
            ),
            "GET /v1/pets?limit=x 400  pets.list  parameters-invalid"
            '  query /limit: "x" is not of type "integer"  1.5 ms',
        ),
        (
            Request("GET", "/nothing"),
            outcome(404, rule="refusal", problem="path-not-found"),
            "GET /nothing 404  path-not-found  1.5 ms",
        ),
        (
            Request("GET", "/a"),
            outcome(rule="stub", stub="s1", breaches=(WRONG,), fault="delay"),
            "GET /a 200  stub s1 (fault: delay) (its response violates the document)  1.5 ms",
        ),
        (
            Request("GET", "/a\x1b[31m", "api_key=hush&q=\u202e"),
            outcome(),
            "GET /a\\x1b[31m?api_key=%5BREDACTED%5D&q=\\u202e 200  1.5 ms",
        ),
        (
            Request("GET", "/a"),
            outcome(api="pets", operation="list\x1b[31m\nall", rule="example"),
            "GET /a 200  pets.list\\x1b[31m\\nall  example  1.5 ms",
        ),
        (Request("GET", "/" + "a" * 900), outcome(), f"GET /{'a' * 199} 200  1.5 ms"),
    ],
)
def test_a_line_says_why(request_: Request, answered: Outcome, line: str) -> None:
    shown = text_line(request_, answered, 0.0015)
    assert click.unstyle(shown) == line
    assert shown != click.unstyle(shown)


def test_a_line_of_json_is_the_same_for_programs() -> None:
    answered = outcome(400, api="pets", operation="list", problem="p", violations=(WRONG,))
    found = json.loads(json_line(Request("GET", "/a\n", "b=1"), answered, 0.0015))
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "method": "GET",
        "path": "/a\n?b=1",
        "status": 400,
        "api": "pets",
        "operation": "list",
        "problem": "p",
        "reason": 'query /limit: "x" is not of type "integer"',
        "ms": 1.5,
    }


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("more", "out", "printed"),
    [
        ({}, _Terminal(), True),
        ({}, io.StringIO(), False),
        ({"verbose": True}, io.StringIO(), True),
        ({"log_format": "json"}, io.StringIO(), True),
        ({"quiet": True}, _Terminal(), False),
        ({"quiet": True, "verbose": True}, io.StringIO(), False),
        ({"quiet": True, "log_format": "json"}, _Terminal(), False),
    ],
)
def test_lines_are_for_who_looks(more: dict[str, object], out: io.StringIO, printed: bool) -> None:
    settings = replace(Settings(), **more)  # type: ignore[arg-type]
    lines = request_lines(settings, out)
    assert (lines is not None) is printed
    if lines is not None:
        lines(Request("GET", "/a"), outcome(), 0.0)
        lines.close()
        assert "/a" in out.getvalue()


@pytest.mark.parametrize("colored", [True, False])
def test_color_is_for_terminals(monkeypatch: pytest.MonkeyPatch, colored: bool) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if not colored:
        monkeypatch.setenv("NO_COLOR", "1")
    out = _Terminal()
    lines = request_lines(Settings(), out)
    assert lines is not None
    lines(Request("GET", "/a"), outcome(), 0.0)
    lines.close()
    assert ("\x1b[" in out.getvalue()) is colored


class _HeldUp(io.StringIO):
    """A terminal that nobody reads, for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.writing, self.go_on = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.writing.set()
        self.go_on.wait(30)
        return super().write(text)


def test_a_terminal_that_is_held_up_holds_up_no_request() -> None:
    out = _HeldUp()
    lines = RequestLines(json_line, out)
    lines(Request("GET", "/first"), outcome(), 0.0)
    assert out.writing.wait(30)
    for _ in range(1_500):
        lines(Request("GET", "/next"), outcome(), 0.0)
    out.go_on.set()
    lines.close()
    text = out.getvalue()
    assert text.count("/next") == 1_000
    assert "… 500 more requests" in text


def test_a_terminal_of_few_letters_is_told_as_well() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    lines = RequestLines(text_line, out)
    lines(Request("GET", "/caf\xe9"), outcome(), 0.0)
    lines(Request("GET", "/next"), outcome(), 0.0)
    lines.close()
    assert b"/caf\\xe9" in raw.getvalue()
    assert b"/next" in raw.getvalue()


def test_who_is_gone_reads_nothing() -> None:
    out = io.StringIO()
    lines = RequestLines(json_line, out)
    out.close()
    lines(Request("GET", "/a"), outcome(), 0.0)
    lines.close()


def test_a_terminal_shows_them_and_a_pipe_does_not(tmp_path: Path) -> None:
    main, secondary = pty.openpty()
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", str(PETS)]
    process = subprocess.Popen(command, stdout=secondary, stderr=subprocess.PIPE)
    os.close(secondary)
    with process, os.fdopen(main, "rb", buffering=0) as terminal:
        text = b""
        while b"console:" not in text:
            text += terminal.read(1_000)
        url = text.split()[3].decode()
        httpx.get(f"{url}/v1/pets?limit=x", trust_env=False)
        while b" ms" not in text:
            text += terminal.read(1_000)
        process.terminate()
    shown = click.unstyle(text.decode())
    assert "GET /v1/pets?limit=x 400  petstore.listPets  parameters-invalid" in shown
