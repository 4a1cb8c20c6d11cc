"""Members that the contract file declares unique: a duplicate is a conflict."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from emulator.mock.assemble import assemble
from emulator.server.app import create_app
from emulator.settings import Settings
from tests.support.clock import NOW

USERS = """
openapi: 3.1.0
info: {title: Users, version: "1"}
paths:
  /users:
    get: {operationId: listUsers, responses: {"200": {$ref: "#/components/responses/Users"}}}
    post:
      operationId: createUser
      requestBody: {$ref: "#/components/requestBodies/User"}
      responses: {"201": {$ref: "#/components/responses/User"}, "CONFLICT": {description: No.}}
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getUser
      responses:
        "200": {$ref: "#/components/responses/User"}
        "404": {description: There is none.}
        "410": {description: It is gone.}
    delete: {operationId: deleteUser, responses: {"204": {description: It is gone.}}}
    patch:
      operationId: changeUser
      requestBody: {$ref: "#/components/requestBodies/User"}
      responses: {"200": {$ref: "#/components/responses/User"}, "CONFLICT": {description: No.}}
  /teams/{team}/users/{id}:
    parameters:
    - {name: team, in: path, required: true, schema: {type: string}}
    - {name: id, in: path, required: true, schema: {type: integer}}
    put:
      operationId: putMember
      requestBody: {$ref: "#/components/requestBodies/User"}
      responses: {"200": {$ref: "#/components/responses/User"}, "CONFLICT": {description: No.}}
    get: {operationId: getMember, responses: {"200": {$ref: "#/components/responses/User"}}}
components:
  schemas:
    User:
      type: object
      required: [id, email]
      properties: {id: {type: integer}, email: {type: string}, name: {type: string}, tags: {}}
  requestBodies:
    User: {content: {application/json: {schema: {type: object}}}}
  responses:
    User:
      description: One.
      content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
    Users:
      description: All.
      content:
        application/json:
          schema: {type: array, items: {$ref: "#/components/schemas/User"}}
          example: [{id: 1, email: a@example.com}]
"""
CONTRACT = """
resources:
  user:
    create: createUser
    parameter: id
    read: getUser
    update: changeUser
    delete: deleteUser
    list: listUsers
    unique: [email, tags]
  member: {create: putMember, parameter: id, read: getMember, replace: putMember, unique: [email]}
"""


def settings(tmp_path: Path, contract: str = CONTRACT, conflict: str = "409") -> Settings:
    document = tmp_path / "users.yaml"
    document.write_text(USERS.replace("CONFLICT", conflict))
    (tmp_path / "users.contract.yaml").write_text(contract)
    return Settings((str(document),), now=NOW, auth="off")


@pytest.fixture(params=["lenient", "strict"])
def mode(request: pytest.FixtureRequest) -> Any:
    """How it remembers."""
    return request.param


@pytest.fixture
def client(tmp_path: Path, mode: Any) -> TestClient:
    """A client of the document."""
    return TestClient(create_app(replace(settings(tmp_path), remember=mode)))


def test_second_record_with_a_unique_value_is_a_conflict(client: TestClient) -> None:
    made = client.post("/users", json={"email": "b@example.com", "name": "Bob"})
    again = client.post("/users", json={"email": "b@example.com", "name": "Eve"})
    assert (made.status_code, again.status_code) == (201, 409)
    assert client.post("/users", json={"email": "c@example.com", "name": "Bob"}).status_code == 201
    assert len(client.get("/users").json()) == 3


def test_change_to_the_value_of_another_is_a_conflict(client: TestClient) -> None:
    first, second = (
        client.post("/users", json={"email": f"{name}@example.com"}).json()["id"] for name in "bc"
    )
    assert client.patch(f"/users/{second}", json={"email": "b@example.com"}).status_code == 409
    assert client.get(f"/users/{second}").json()["email"] == "c@example.com"
    assert client.patch(f"/users/{first}", json={"email": "b@example.com"}).status_code == 200
    assert client.patch(f"/users/{first}", json={"name": "Bob"}).status_code == 200
    assert client.patch(f"/users/{first}", json={"email": "d@example.com"}).status_code == 200
    assert client.patch(f"/users/{second}", json={"email": "b@example.com"}).status_code == 200


def test_those_at_start_make_way_leniently(client: TestClient, mode: str) -> None:
    answer = client.post("/users", json={"email": "a@example.com"})
    assert answer.status_code == (409 if mode == "strict" else 201)


def test_value_is_unique_below_one_parent(client: TestClient, mode: str) -> None:
    body, found = {"email": "b@example.com"}, []
    for path in ("/teams/x/users/1", "/teams/x/users/1", "/teams/x/users/2", "/teams/y/users/2"):
        found.append(client.put(path, json={"id": int(path[-1]), **body}).status_code)
    assert found == [200, 200, 409, 200]


def test_what_is_no_scalar_is_never_the_same(client: TestClient) -> None:
    for number in range(2):
        body = {"email": f"{number}@example.com", "tags": ["a"]}
        assert client.post("/users", json=body).status_code == 201


def test_conflict_has_the_status_that_the_document_has_for_it(tmp_path: Path) -> None:
    made = replace(settings(tmp_path, conflict="422"), remember="strict")
    client = TestClient(create_app(made))
    assert client.post("/users", json={"email": "a@example.com"}).status_code == 422


@pytest.mark.parametrize(
    ("gone", "status"), [("", 410), ("    gone: [404]\n", 404), ("    gone: [410]\n", 410)]
)
def test_what_was_deleted_has_the_declared_status(tmp_path: Path, gone: str, status: int) -> None:
    contract = CONTRACT.replace("    list: listUsers\n", f"    list: listUsers\n{gone}")
    client = TestClient(create_app(replace(settings(tmp_path, contract), remember="strict")))
    assert client.delete("/users/1").status_code == 204
    assert client.get("/users/1").status_code == status


def test_unique_member_that_no_record_has_is_told(tmp_path: Path) -> None:
    contract = CONTRACT.replace("[email, tags]", "[mail]")
    made = replace(settings(tmp_path, contract), remember="strict")
    [notice] = [each for each in assemble(made).notices if each.code == "contract-member"]
    assert notice.file.endswith("users.contract.yaml")
    assert notice.pointer == "/resources/user/unique/0"
    assert notice.message.startswith("no member of users is called 'mail'; did you mean 'email'?")
