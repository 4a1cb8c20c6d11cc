"""`emulator diff` as a user calls it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.cli.main import command, main

OLD = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {enum: [cat, dog]}}}
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(OLD.replace("cat, dog", "cat, dog, fish"))
    return tmp_path


def diff(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["diff", *map(str, arguments)], prog_name="emulator")


def test_a_breaking_change_fails(files: Path) -> None:
    result = diff(files / "old.yaml", files / "new.yaml")
    assert result.exit_code == 1
    assert "breaking: response-enum-value-added" in result.output
    assert 'e.g. "fish"' in result.output
    assert result.output.endswith("1 breaking, 0 unknown, 0 non-breaking\n")


def test_what_breaks_nobody_passes(files: Path) -> None:
    result = diff(files / "new.yaml", files / "old.yaml")
    assert result.exit_code == 0
    assert "non-breaking: response-enum-value-removed" in result.output
    result = diff(files / "new.yaml", files / "old.yaml", "--breaking-only")
    assert result.output == "0 breaking, 0 unknown, 0 non-breaking\n"


def test_an_allowed_rule_does_not_fail(files: Path) -> None:
    both = files / "old.yaml", files / "new.yaml"
    assert diff(*both, "--allow", "response-enum-value-added").exit_code == 0
    result = diff(*both, "--allow", "operation-removed")
    assert result.exit_code == 1
    assert "no change was found that it allows" in result.output


def test_json_says_all_there_is(files: Path) -> None:
    result = diff(files / "old.yaml", files / "new.yaml", "--json", "-")
    said = json.loads(result.output)
    assert said["summary"] == {"breaking": 1, "unknown": 0, "non-breaking": 0}
    (change,) = said["changes"]
    pointer = "/paths/~1pets/get/responses/200/content/application~1json/schema/enum"
    assert change["old"] == change["new"] == pointer
    assert change["witness"] == "fish"
    file = files / "changes.json"
    assert diff(files / "old.yaml", files / "new.yaml", "--json", file).exit_code == 1
    assert json.loads(file.read_text()) == said


@pytest.mark.parametrize("wrong", ["missing.yaml", "not.yaml"])
def test_what_can_not_be_read_is_said(
    files: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "not.yaml").write_text("a: [")
    with pytest.raises(SystemExit) as ended:
        main(["diff", str(files / "old.yaml"), str(files / wrong)])
    assert ended.value.code == 2
    assert wrong in capsys.readouterr().err
