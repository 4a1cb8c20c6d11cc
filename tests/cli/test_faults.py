"""`emulator faults`: the tables in the documentation are what the code says."""

import json
import re

import jsonschema_rs
import pytest
from click.testing import CliRunner

from emulator.cli.faults import command
from emulator.faults.table import FAULTS
from emulator.mock.fault_rules.rules import RULE_SCHEMA
from emulator.mock.fault_rules.schedule import WHEN_SCHEMA
from tests.support.paths import DOCS

PAGE = DOCS / "faults.md"


@pytest.fixture(scope="module")
def printed() -> str:
    return CliRunner().invoke(command, [], catch_exceptions=False).output


def test_page_holds_what_the_command_prints(printed: str) -> None:
    assert printed in PAGE.read_text(), "emulator faults prints what stands in docs/faults.md"


def test_every_fault_has_its_row_with_all_its_parameters(printed: str) -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|(.*)\|$", printed, re.MULTILINE)
    names = [name for name, _ in rows]
    assert [name for name in FAULTS if names.count(name) != 1] == []
    missing = [
        (name, text)
        for name, row in rows
        if name in FAULTS
        for text in (FAULTS[name].description, *(f"`{p.name}" for p in FAULTS[name].parameters))
        if text not in row
    ]
    assert missing == []


def test_readme_counts_them() -> None:
    assert f"\n{len(FAULTS)} faults, " in (PAGE.parents[1] / "README.md").read_text()


def test_every_schedule_has_its_row(printed: str) -> None:
    for name in WHEN_SCHEMA["properties"]:
        assert f"\n| `{name}` | " in printed


def test_every_member_of_a_rule_is_told() -> None:
    text = PAGE.read_text()
    for name in (*RULE_SCHEMA["properties"], *RULE_SCHEMA["properties"]["where"]["properties"]):
        assert f"`{name}`" in text
    for schedule in re.findall(r"`(\{\"per_call\".*?\})`", text):
        jsonschema_rs.validate(WHEN_SCHEMA, json.loads(schedule))
