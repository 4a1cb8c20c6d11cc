"""Wrong guesses mended in the contract file: where records stand, how lists page and filter."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from emulator.cli.main import command
from emulator.mock.assemble import assemble
from emulator.server.app import create_app
from emulator.settings import Settings
from tests.support.clock import NOW

#: Names that nobody would guess: records in `kern`, lists in `seite.teile` beside another list.
PARTS = """
openapi: 3.1.0
info: {title: Parts, version: "1"}
paths:
  /parts:
    get:
      operationId: listParts
      parameters:
      - {name: page, in: query, description: Of the printed catalogue., schema: {type: integer}}
      - {name: ab, in: query, schema: {type: integer, minimum: 0}}
      - {name: anzahl, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 5}}
      - {name: farbe, in: query, schema: {$ref: "#/components/schemas/Colour"}}
      responses:
        "200":
          description: Some parts.
          content:
            application/json:
              schema:
                type: object
                required: [seite, summe]
                properties:
                  summe: {type: object, properties: {alle: {type: integer}}, required: [alle]}
                  seite:
                    type: object
                    required: [teile, hinweise]
                    properties:
                      hinweise: {type: array, items: {type: object}}
                      teile: {type: array, items: {$ref: "#/components/schemas/Part"}}
        "400": {description: No.}
    post:
      operationId: createPart
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [look]
              properties: {look: {$ref: "#/components/schemas/Look"}}
      responses:
        "201": {$ref: "#/components/responses/Part"}
        "400": {description: No.}
  /parts/{nr}:
    parameters: [{name: nr, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get:
      operationId: getPart
      responses:
        "200": {$ref: "#/components/responses/Part"}
        "400": {description: No.}
        "404": {description: There is none.}
    delete:
      operationId: deletePart
      responses:
        "204": {description: It is gone.}
        "400": {description: No.}
        "404": {description: There is none.}
components:
  schemas:
    Colour: {type: string, enum: [rot, blau]}
    Look:
      type: object
      required: [colour]
      properties: {colour: {$ref: "#/components/schemas/Colour"}}
    Part:
      type: object
      required: [nr, look]
      properties: {nr: {type: integer, minimum: 1}, look: {$ref: "#/components/schemas/Look"}}
  responses:
    Part:
      description: A part.
      content:
        application/json:
          schema:
            type: object
            required: [kern, akte]
            properties:
              akte: {type: object}
              kern: {$ref: "#/components/schemas/Part"}
"""
CONTRACT = """
resources:
  part:
    create: createPart
    parameter: nr
    id: /kern/nr
    record: /kern
    read: getPart
    delete: deletePart
    list: listParts
pagination:
  listParts:
    items: /seite/teile
    offset: ab
    limit: anzahl
    total: /summe/alle
    identity: /nr
    filters: {farbe: /look/colour}
"""


def settings(tmp_path: Path, contract: str = CONTRACT) -> Settings:
    document = tmp_path / "parts.yaml"
    document.write_text(PARTS)
    (tmp_path / "parts.contract.yaml").write_text(contract)
    return Settings((str(document),), now=NOW, remember="strict")


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A client of the document with its contract file."""
    return TestClient(create_app(settings(tmp_path)))


def made(client: TestClient, colour: str) -> Any:
    answer = client.post("/parts", json={"look": {"colour": colour}})
    assert answer.status_code == 201
    return answer.json()["kern"]


def test_record_stands_where_it_is_declared(client: TestClient) -> None:
    part = made(client, "blau")
    assert part["look"] == {"colour": "blau"}
    assert client.get(f"/parts/{part['nr']}").json()["kern"] == part
    assert client.delete(f"/parts/{part['nr']}").status_code == 204
    assert client.get(f"/parts/{part['nr']}").status_code == 404


def test_list_pages_and_counts_as_declared(client: TestClient) -> None:
    parts, numbers = [made(client, "rot") for _ in range(3)], list[int]()
    for first in (0, 5, 10):
        body = client.get("/parts", params={"ab": first}).json()
        assert body["summe"]["alle"] == 15
        numbers += [each["nr"] for each in body["seite"]["teile"]]
    assert len({*numbers}) == 15
    assert numbers[-3:] == [each["nr"] for each in parts]


def test_parameter_of_a_usual_name_pages_no_more(client: TestClient) -> None:
    first, second = (client.get("/parts", params={"page": n}).json() for n in (1, 2))
    assert first == second


def test_filter_asks_for_the_declared_member(client: TestClient) -> None:
    made(client, "rot")
    for colour in ("rot", "blau"):
        found = client.get("/parts", params={"farbe": colour, "anzahl": 50}).json()
        parts = found["seite"]["teile"]
        assert {each["look"]["colour"] for each in parts} <= {colour}
        assert found["summe"]["alle"] == len(parts)
    assert found["summe"]["alle"] < 13


def test_check_finds_nothing_against_what_is_mended(tmp_path: Path) -> None:
    document = settings(tmp_path).specs[0]
    arguments = ["check", document, "--remember", "strict", "--phase", "behaviour"]
    done = CliRunner().invoke(command, arguments)
    assert (done.exit_code, done.output.splitlines()[-2]) == (0, "1 API, 0 findings")


@pytest.mark.parametrize(
    ("old", "new", "code", "pointer"),
    [
        ("record: /kern", "record: /kernel", "contract-record", "/resources/part/record"),
        ("/seite/teile", "/seite/teil", "contract-list", "/pagination/listParts/items"),
        (
            "list: listParts\npag",
            "list: listParts\n  bit: {create: deletePart}\npag",
            "contract-resource",
            "/resources/bit",
        ),
    ],
    ids=["record", "list", "resource"],
)
def test_what_is_not_where_it_is_declared_is_told(
    tmp_path: Path, old: str, new: str, code: str, pointer: str
) -> None:
    contract = CONTRACT.replace(old, new)
    assert contract != CONTRACT
    notices = assemble(settings(tmp_path, contract)).notices
    found = [each for each in notices if each.code.startswith("contract-")]
    assert [(each.code, each.pointer) for each in found] == [(code, pointer)]
    assert found[0].file.endswith("parts.contract.yaml")


def test_guess_alone_would_not_do(tmp_path: Path) -> None:
    found = assemble(replace(settings(tmp_path, "{}"), remember="strict")).remembered["parts"]
    [part] = found.resources
    kind = found.kind(part)
    assert kind is None or kind.list is None or kind.usual.place != ("kern",)
