"""Which response says most of a kind of record."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from emulator.server.app import create_app
from emulator.settings import Settings

DOCUMENT = """
openapi: 3.1.0
info: {title: Guests, version: "1"}
paths:
  /guests:
    get:
      operationId: listGuests
      responses: {"200": {description: Some., content: {application/json: {schema:
        {type: array, items: {type: object, required: [login, name, since],
        properties: {login: {type: string}, name: {type: string}, since: {type: integer}}}}}}}}
  /guests/{login}:
    parameters: [{name: login, in: path, required: true, schema: {type: string}}]
    get: {operationId: isGuest, responses: {"204": {description: Yes.}, "404": {description: No.}}}
    put:
      operationId: addGuest
      responses: {"201": {description: Asked., content: {application/json: {schema: MADE}}}}
    delete: {operationId: removeGuest, responses: {"204": {description: Gone.}}}
  /jobs:
    post:
      operationId: addJob
      responses: {"200": {description: It., content: {application/json: {schema:
        {type: object, required: [id, page], properties: {id: {type: integer},
        page: {type: string}}}}}}}
  /jobs/{job}:
    parameters: [{name: job, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getJob
      responses: {"200": {description: It., content: {application/json: {schema:
        {type: object, required: [state], properties: {state: {enum: [new, done]}}}}}}}
"""
#: What PUT answers with: an invitation, less of a guest, all of one.
MADE: list[dict[str, Any]] = [
    {"id": "integer", "asked": "string", "by": "string", "until": "string"},
    {"login": "string"},
    {"login": "string", "name": "string", "since": "integer"},
]


@pytest.fixture(params=MADE)
def client(tmp_path: Path, request: pytest.FixtureRequest) -> TestClient:
    members = ", ".join(f"{name}: {{type: {kind}}}" for name, kind in request.param.items())
    schema = f"{{type: object, required: [{', '.join(request.param)}], properties: {{{members}}}}}"
    (tmp_path / "guests.yaml").write_text(DOCUMENT.replace("MADE", schema))
    return TestClient(create_app(Settings(specs=(str(tmp_path / "guests.yaml"),))))


def test_what_put_made_is_listed_by_its_name(client: TestClient) -> None:
    assert client.put("/guests/ann").status_code == 201
    assert "ann" in [each["login"] for each in client.get("/guests").json()]
    client.delete("/guests/ann")
    assert "ann" not in [each["login"] for each in client.get("/guests").json()]
    assert client.get("/guests/ann").status_code == 404


def test_an_id_that_only_the_making_shows_leads_to_the_record(client: TestClient) -> None:
    ids = [client.post("/jobs").json()["id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert {client.get(f"/jobs/{each}").status_code for each in ids} == {200}
