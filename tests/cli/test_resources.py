"""`emulator resources`: what was understood of a document, and what was not."""

import json

from click.testing import CliRunner

from emulator.cli.main import command
from tests.support.paths import ROOT

PETSTORE = str(ROOT / "examples" / "petstore.yaml")
OPERATIONS = {"create": "createPet", "read": "getPet", "list": "listPets", "delete": "deletePet"}


def test_resources_are_listed_with_their_operations() -> None:
    done = CliRunner().invoke(command, ["resources", PETSTORE], catch_exceptions=False)
    head, *rows, rest = done.output.splitlines()
    assert head == "pets   /pets/{petId}   id: id   by convention"
    assert dict(row.split() for row in rows) == OPERATIONS
    assert rest == "no part of a resource: nothing"


def test_resources_are_json_for_programs() -> None:
    done = CliRunner().invoke(command, ["resources", PETSTORE, "--json"], catch_exceptions=False)
    found = json.loads(done.output)
    [pets] = found["resources"]
    assert (pets["operations"], pets["id"], pets["remembered"]) == (OPERATIONS, "id", True)
    assert found["others"] == []
