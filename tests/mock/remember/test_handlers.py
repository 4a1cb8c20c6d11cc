"""What clients create, read, list, change and delete, by the document alone."""

import json
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


def test_times_that_a_client_says_are_kept(client: TestClient) -> None:
    made = client.post("/things", json={"name": "Ann", "created_at": "2020-02-02T00:00:00Z"}).json()
    assert made["created_at"] == "2020-02-02T00:00:00Z" != made["updated_at"]
    path = f"/things/{made['id']}"
    # What is sent back as it was says nothing.
    changed = client.patch(path, json={**made, "name": "Bea", "updated_at": "2020-03-03T00:00:00Z"})
    assert changed.json()["updated_at"] == "2020-03-03T00:00:00Z"
    again = client.patch(path, json={**changed.json(), "name": "Cid"}).json()
    assert again["updated_at"] != "2020-03-03T00:00:00Z"
    assert again["created_at"] == "2020-02-02T00:00:00Z"


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


USERS = """
openapi: 3.1.0
info: {title: Users, version: "1"}
paths:
  /users:
    post:
      operationId: createUser
      requestBody:
        required: true
        content: &user {application/json: {schema: {$ref: "#/components/schemas/User"}}}
      responses:
        "201": {description: Made., content: *user}
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: &read
      operationId: getUser
      responses:
        "200": {description: The user., content: *user}
        "404": {description: None.}
    put:
      <<: *read
      operationId: replaceUser
      requestBody: {required: true, content: *user}
    patch:
      <<: *read
      operationId: changeUser
      requestBody:
        content:
          application/json: {schema: {type: object}}
          application/json-patch+json: {schema: {type: array}}
    delete:
      operationId: deleteUser
      responses: {"204": {description: Gone.}, "400": {description: No.}}
components:
  schemas:
    User:
      type: object
      required: [name]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        password: {type: string, minLength: 3}
        rank:
          type: object
          properties: {level: {type: integer, readOnly: true}, title: {type: string}}
        verified: {type: boolean, readOnly: true, default: false}
"""


@pytest.fixture
def users(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "users.yaml").write_text(USERS)
    settings = Settings(specs=(str(tmp_path / "users.yaml"),), remember="lenient")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def test_what_only_the_server_says_is_not_written(users: TestClient) -> None:
    sent = {"id": 4711, "name": "Ann", "verified": True, "rank": {"level": -7, "title": "Dr"}}
    made = users.post("/users", json=sent).json()
    assert made["id"] != 4711
    assert made["verified"] is False
    assert made["rank"]["title"] == "Dr"
    assert made["rank"].get("level") != -7
    path = f"/users/{made['id']}"
    replaced = users.put(path, json={**sent, "name": "Bea"}).json()
    assert (replaced["name"], replaced["id"], replaced["verified"]) == ("Bea", made["id"], False)
    changed = users.patch(path, json={"id": 4711, "verified": True, "name": "Cid"}).json()
    assert changed == {**replaced, "name": "Cid"}
    steps = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in sent.items()]
    kind = {"content-type": "application/json-patch+json"}
    patched = users.patch(path, content=json.dumps(steps), headers=kind).json()
    assert (patched["name"], patched["id"], patched["verified"]) == ("Ann", made["id"], False)
    assert users.get(path).json() == patched


def test_a_secret_is_kept_to_itself(users: TestClient) -> None:
    made = users.post("/users", json={"name": "Ann", "password": "Xyzzy-2391"}).json()
    assert "password" not in made
    path = f"/users/{made['id']}"
    for change in (users.put, users.patch):
        answer = change(path, json={"name": "Bea", "password": "Xyzzy-2391"})
        assert answer.json()["name"] == "Bea"
        assert "password" not in answer.json()
    assert "password" not in users.get(path).json()


CARDS = """
openapi: 3.1.0
info: {title: Cards, version: "1"}
paths:
  /gift-cards:
    post:
      operationId: createCard
      requestBody: &body
        required: true
        content:
          application/json:
            schema:
              type: object
              properties: {key: {type: string}, gift_card: {$ref: "#/components/schemas/New"}}
      responses: {"200": &card {description: It., content: {application/json: {schema: &whole
        {type: object, properties: {gift_card: {$ref: "#/components/schemas/Card"},
        errors: {type: array, items: {type: string}}}}}}}}
  /gift-cards/list:
    get:
      operationId: listCards
      parameters: [{name: page_size, in: query, schema: {type: integer}},
        {name: page, in: query, schema: {type: integer, minimum: 1}}]
      responses:
        "200":
          description: Some.
          content: {application/json: {schema: {type: object, properties: {
            gift_cards: {type: array, items: {$ref: "#/components/schemas/Card"}},
            warnings: {type: array, items: {type: object}}}}}}
  /gift-cards/{card_id}:
    parameters: [{name: card_id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getCard, responses: {"200": *card}}
    put: {operationId: replaceCard, requestBody: *body, responses: {"200": *card}}
components:
  schemas:
    New:
      type: object
      properties:
        city: {type: string}
        postal_code: {type: string}
        created_at: {type: string, format: date-time}
        uses: &uses {type: array, items: {type: object, properties: {
          start_at: {type: string, format: date-time}, end_at: {type: string, format: date-time}}}}
    Card:
      type: object
      required: [gid]
      properties:
        gid: {type: string, example: "12345"}
        city: {type: string}
        postal_code: {type: string}
        created_at: {type: string, format: date-time, readOnly: true}
        uses: *uses
"""


def test_a_record_may_be_wrapped_beside_other_members(tmp_path: Path) -> None:
    (tmp_path / "cards.yaml").write_text(CARDS)
    settings = Settings(specs=(str(tmp_path / "cards.yaml"),), remember="lenient")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        # However odd: what was sent stays as it is.
        uses = [{"start_at": "2020-02-02T00:00:00Z", "end_at": "2019-02-02T00:00:00Z"}]
        card = {"city": "Oslo", "postal_code": "99999-x", "uses": uses}
        card |= {"created_at": "2020-02-02T00:00:00Z"}
        made = client.post("/gift-cards", json={"key": "k", "gift_card": card}).json()["gift_card"]
        assert made == {"gid": made["gid"], **card}
        path = f"/gift-cards/{made['gid']}"
        assert client.get(path).json()["gift_card"] == made
        changed = {"city": "Rome", "created_at": "2021-02-02T00:00:00Z"}
        put = client.put(path, json={"key": "l", "gift_card": changed}).json()["gift_card"]
        assert put.items() >= {"gid": made["gid"], **changed}.items()
        # The noun of a path that ends with what is done with it is the one before.
        pages = [client.get(f"/gift-cards/list?page_size=5&page={n}").json() for n in (1, 2, 3)]
        ids = [each["gid"] for page in pages for each in page["gift_cards"]]
        assert len(ids) == len({*ids}) == 12
