"""`emulator schema`: every file that ships keeps the schema of its kind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from emulator.cli.schema import command
from emulator.errors import FixtureError
from emulator.fixtures.tools.files import parse_tool
from tests.support.paths import ROOT
from tests.support.yaml_files import read_yaml

FIXTURES = ROOT / "fixtures"
KINDS = ("tool", "fixture", "triggers", "headers", "state")


def printed(kind: str) -> Any:
    return json.loads(CliRunner().invoke(command, [kind], catch_exceptions=False).output)


def kind_of(path: Path) -> str:
    if path.stem in KINDS:
        return path.stem
    return "tool" if path.parent.name == "tools" or "_providers" in path.parts else "fixture"


def test_shipped_files_keep_the_schema_of_their_kind() -> None:
    validators = {kind: Draft202012Validator(printed(kind)) for kind in KINDS}
    # A shape is any JSON with expressions in it, and aliases are names.
    files = [
        path
        for path in sorted(FIXTURES.rglob("*.yaml"))
        if path.name != "aliases.yaml" and path.parent.name != "shapes"
    ]
    assert len(files) > 300
    errors = [
        f"{path.relative_to(FIXTURES)} {error.json_path}: {error.message}"
        for path in files
        for error in validators[kind_of(path)].iter_errors(read_yaml(path))
    ]
    assert errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_one(kind: str) -> None:
    Draft202012Validator.check_schema(printed(kind))
    assert printed(kind)["title"]


def examples(schema: Any, whole: Any) -> Iterator[tuple[Any, Any]]:
    for part in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(part, dict | list):
            yield from examples(part, whole)
    # A property may be called `examples`; a schema's own are a list.
    if isinstance(schema, dict) and isinstance(schema.get("examples"), list):
        rules = {name: rule for name, rule in schema.items() if name != "$defs"}
        yield from (
            ({**rules, "$defs": whole.get("$defs", {})}, each) for each in schema["examples"]
        )


@pytest.mark.parametrize("kind", KINDS)
def test_examples_keep_their_schema(kind: str) -> None:
    whole = printed(kind)
    shown = list(examples(whole, whole))
    wrong = [each for schema, each in shown if not Draft202012Validator(schema).is_valid(each)]
    assert wrong == []


TOOL = {"slug": "T", "input": {"type": "object"}, "outcomes": [{"result": 1}]}


@pytest.mark.parametrize(
    "tool",
    [
        {},
        {**TOOL, "color": 1},
        {**TOOL, "slug": ""},
        {**TOOL, "side_effect": "explode"},
        {**TOOL, "output": []},
        {**TOOL, "latency_ms": -1},
        {**TOOL, "outcomes": []},
        {**TOOL, "outcomes": [{"name": "nothing"}]},
        {**TOOL, "outcomes": [{"result": 1, "executes": "yes"}]},
        {**TOOL, "outcomes": [{"result": 1, "changes": [{"put": "a", "id": 1}]}]},
        {**TOOL, "outcomes": [{"result": 1, "changes": [{"remove": "a"}]}]},
        {**TOOL, "outcomes": [{"result": 1, "example": []}]},
        {**TOOL, "slug": "a/b"},
        {**TOOL, "arguments": {}},
        {**TOOL, "values": []},
        {**TOOL, "values": {"two words": 1}},
        {"slug": "T", "extends": 1},
    ],
    ids=str,
)
def test_what_the_schema_refuses_the_emulator_refuses(tool: Any) -> None:
    assert not Draft202012Validator(printed("tool")).is_valid(tool)
    with pytest.raises(FixtureError):
        parse_tool(tool, "T.yaml")
