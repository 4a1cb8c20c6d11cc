"""What clients create, read, list, change and delete, by the document alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from emulator.server.app import create_app
from emulator.settings import Settings

THINGS = """
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: listThings
      parameters:
      - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      - {name: cursor, in: query, schema: {type: string}}
      - {name: status, in: query, schema: {type: string}}
      responses:
        "200":
          description: A page.
          content: {application/json: {schema: {$ref: "#/components/schemas/Page"}}}
    post:
      operationId: createThing
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/New"}}}
      responses:
        "201":
          description: Made.
          headers: {Location: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
  /things/{thing_id}:
    parameters: [{name: thing_id, in: path, required: true, schema: {type: string}}]
    get: &read
      operationId: getThing
      responses:
        "200":
          description: The thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
        "404": {description: None.}
    patch:
      <<: *read
      operationId: changeThing
      requestBody: {content: {application/json: {schema: {type: object}}}}
    delete:
      operationId: deleteThing
      responses: {"204": {description: Gone.}, "404": {description: None.}}
components:
  schemas:
    New:
      type: object
      required: [name]
      properties: {name: {type: string}, status: {enum: [open, closed]}}
    Thing:
      allOf:
      - $ref: "#/components/schemas/New"
      - type: object
        required: [id, created_at, updated_at]
        properties:
          id: {type: string}
          created_at: {type: string, format: date-time}
          updated_at: {type: string, format: date-time}
    Page:
      type: object
      required: [data, total]
      properties:
        data: {type: array, items: {$ref: "#/components/schemas/Thing"}}
        total: {type: integer}
        has_more: {type: boolean}
        next_cursor: {type: string, nullable: true}
"""


@pytest.fixture(params=["lenient", "strict"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "things.yaml").write_text(THINGS)
    settings = Settings(specs=(str(tmp_path / "things.yaml"),), remember=request.param)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        client.strict = request.param == "strict"  # type: ignore[attr-defined]
        yield client


def test_what_was_created_is_read_and_listed(client: TestClient) -> None:
    made = client.post("/things", json={"name": "Ann", "status": "open"})
    thing = made.json()
    assert (made.status_code, thing["name"], thing["status"]) == (201, "Ann", "open")
    assert thing["created_at"] == thing["updated_at"]
    assert client.get(made.headers["location"]).json() == thing
    assert thing in client.get("/things?limit=100").json()["data"]


def test_changes_are_kept_and_what_is_deleted_is_gone(client: TestClient) -> None:
    thing = client.post("/things", json={"name": "Ann", "status": "open"}).json()
    path = f"/things/{thing['id']}"
    changed = client.patch(path, json={"name": "Bea"}).json()
    assert changed == {**thing, "name": "Bea", "updated_at": changed["updated_at"]}
    assert client.get(path).json() == changed
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    # Deleting is idempotent where every id is taken to exist.
    assert client.delete(path).status_code == (404 if client.strict else 204)  # type: ignore[attr-defined]
    assert client.patch(path, json={"name": "Cid"}).status_code == 404
    listed = client.get("/things?limit=100").json()
    assert thing["id"] not in [each["id"] for each in listed["data"]]
    assert listed["total"] == len(listed["data"]) == 12


def test_pages_have_every_record_once(client: TestClient) -> None:
    for number in range(3):
        client.post("/things", json={"name": f"Number {number}"})
    seen, cursor = [], None
    while True:
        query = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = client.get("/things", params=query).json()
        seen += [each["id"] for each in page["data"]]
        assert (page["total"], page["has_more"]) == (15, len(seen) < 15)
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 15


def test_filters_ask_for_the_values_of_members(client: TestClient) -> None:
    client.post("/things", json={"name": "Ann", "status": "closed"})
    found = client.get("/things?status=closed&limit=100").json()
    assert {each["status"] for each in found["data"]} == {"closed"}
    assert found["total"] == len(found["data"]) < 13


def test_unknown_ids_exist_leniently_alone(client: TestClient) -> None:
    found = client.get("/things/any-id")
    if client.strict:  # type: ignore[attr-defined]
        assert found.status_code == 404
    else:
        assert found.json()["id"] == "any-id"
        assert client.get("/things/any-id").json() == found.json()


def test_scopes_and_resets_are_apart(client: TestClient) -> None:
    other = {"emulator-scope": "other"}
    thing = client.post("/things", json={"name": "Ann"}, headers=other).json()
    mine = [each["id"] for each in client.get("/things?limit=100").json()["data"]]
    assert thing["id"] not in mine
    assert len(mine) == 12
    client.post("/~other/__admin/reset")
    assert client.get("/things?limit=100", headers=other).json()["total"] == 12


def test_writes_are_executions_of_their_operations(client: TestClient) -> None:
    client.get("/things")
    thing = client.post("/things", json={"name": "Ann"}).json()
    client.patch(f"/things/{thing['id']}", json={"name": "Bea"})
    client.delete(f"/things/{thing['id']}")
    client.post("/things", json={"name": 7})
    found = client.get("/__admin/executions").json()["executions"]
    assert [(each["tool"], each["side_effect"], each["arguments"]) for each in found] == [
        ("createThing", "write", {"name": "Ann"}),
        ("changeThing", "write", {"name": "Bea"}),
        ("deleteThing", "delete", {}),
    ]
