"""`emulator.yaml` stands for flags that are not given."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from emulator.cli.config import defaults_for, read_config
from emulator.cli.main import COMMANDS, main
from emulator.cli.main import command as emulator
from emulator.errors import FixtureError

SPEC = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}


@click.command()
@click.argument("specs", nargs=-1)
@click.option("--port", type=int, default=1, envvar="EMULATOR_PORT")
@click.option("--header", "headers", multiple=True)
@click.option("--strict-accept", is_flag=True)
def probe(**values: Any) -> None:
    """Say what it was called with."""
    click.echo(json.dumps(values))


def called(text: str, tmp_path: Path, *arguments: str, **environment: str) -> Any:
    file = tmp_path / "emulator.yaml"
    file.write_text(text)
    defaults = defaults_for(probe, "check", read_config(file, COMMANDS), file)
    result = CliRunner().invoke(probe, arguments, default_map=defaults, env=environment)
    return json.loads(result.output)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("", "port", 1),
        ("port: 5", "port", 5),
        ("strict_accept: true", "strict_accept", True),
        ("strict-accept: true", "strict_accept", True),
        ("specs: [a.yaml, composio]", "specs", ["a.yaml", "composio"]),
        ("specs: a.yaml", "specs", ["a.yaml"]),
        ("check: {header: ['A: b']}", "headers", ["A: b"]),
        ("check: {header: 'A: b'}", "headers", ["A: b"]),
        ("port: 5\ncheck: {port: 6}", "port", 6),
        ("port: 5\nserve: {port: 6}", "port", 5),
        ("auth: known", "port", 1),
    ],
)
def test_file_stands_for_flags(tmp_path: Path, text: str, name: str, value: object) -> None:
    assert called(text, tmp_path)[name] == value


def test_flag_wins_over_environment_and_that_over_the_file(tmp_path: Path) -> None:
    assert called("port: 5", tmp_path, EMULATOR_PORT="6")["port"] == 6
    assert called("port: 5", tmp_path, "--port", "7", EMULATOR_PORT="6")["port"] == 7


@pytest.mark.parametrize(
    ("text", "pointer"),
    [("prot: 1", "/prot"), ("check: 1", "/check"), ("check: {prot: 1}", "/check/prot"), ("[]", "")],
)
def test_what_is_no_setting_is_refused(tmp_path: Path, text: str, pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        called(text, tmp_path)
    assert refused.value.pointer == pointer


def test_file_beside_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.json").write_text(json.dumps(SPEC))
    (tmp_path / "emulator.yaml").write_text("specs: [own.json]\nlint: {}")
    monkeypatch.chdir(tmp_path)
    assert "own.json" in CliRunner().invoke(emulator, ["lint"]).output
    (tmp_path / "emulator.yaml").write_text("prot: 1")
    with pytest.raises(SystemExit) as stopped:
        main(["lint"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "emulator.yaml#/prot: no setting is called 'prot'; did you mean 'port'?" in said


def test_named_file_is_read_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.json").write_text(json.dumps(SPEC))
    (tmp_path / "other.yaml").write_text("specs: [own.json]")
    monkeypatch.chdir(tmp_path)
    assert "own.json" in CliRunner().invoke(emulator, ["--config", "other.yaml", "lint"]).output
    assert CliRunner().invoke(emulator, ["--config", "none.yaml", "lint"]).exit_code == 2
