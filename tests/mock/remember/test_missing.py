"""What is gone: for whom it is, with what is below it, and how that is told."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from emulator.server.app import create_app
from emulator.settings import Settings

USERS = """
openapi: 3.1.0
info: {title: Users, version: "1"}
paths:
  /users:
    post:
      operationId: createUser
      requestBody: &sent {required: true, content: {application/json: {schema: &user
        {type: object, required: [name],
        properties: {id: {type: string}, name: {type: string}, state: {enum: [new, locked]}}}}}}
      responses: &one
        "200": {description: It., content: {application/json: {schema: *user}}}
        default: {description: No.}
    get:
      operationId: listUsers
      responses: {"200": {description: Some., content: {application/json: {schema:
        {type: array, items: *user}}}}}
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getUser, responses: *one}
    put: {operationId: putUser, requestBody: *sent, responses: *one}
    patch: {operationId: patchUser, requestBody: *sent, responses: *one}
    delete: {operationId: deleteUser, responses: {"204": {description: Gone.}}}
  /users/{id}/lock:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {operationId: lockUser, responses: *one}
  /users/{id}/key:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getKey, responses: {"200": {description: It.}, "400": {description: No.}}}
  /users/{id}/reports/{year}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: string}}
    - {name: year, in: path, required: true, schema: {type: integer}}
    post:
      operationId: makeReport
      responses: {"200": {description: It.}, default: {description: No.}}
  /teams/{team}:
    parameters: [{name: team, in: path, required: true, schema: {type: string}}]
    get: {operationId: getTeam, responses: *one}
    put:
      operationId: putTeam
      requestBody: *sent
      responses:
        "201": {description: New., content: {application/json: {schema: *user}}}
        "200": {description: It., content: {application/json: {schema: *user}}}
    patch: {operationId: patchTeam, requestBody: *sent, responses: *one}
    delete: {operationId: deleteTeam, responses: {"204": {description: Gone.}}}
  /teams/{team}/notes:
    parameters: [{name: team, in: path, required: true, schema: {type: string}}]
    post: {operationId: createNote, requestBody: *sent, responses: *one}
  /teams/{team}/notes/{note}:
    parameters:
    - {name: team, in: path, required: true, schema: {type: string}}
    - {name: note, in: path, required: true, schema: {type: string}}
    get: {operationId: getNote, responses: *one}
    patch: {operationId: patchNote, requestBody: *sent, responses: *one}
  /teams/{team}/logo:
    parameters: [{name: team, in: path, required: true, schema: {type: string}}]
    get: {operationId: getLogo, responses: {"200": {description: It.}, default: {description: No.}}}
"""
NAME = {"name": "Ann"}
#: How an id comes to be, and the path of what has it.
ORIGINS: Mapping[str, tuple[tuple[str, str, Any], ...]] = {
    "nobody spoke of it": (),
    "it was read": (("GET", "{path}", None),),
    "it was changed": (("PATCH", "{path}", NAME),),
    "it was replaced": (("PUT", "{path}", NAME),),
}


@pytest.fixture(params=["lenient", "strict"])
def client(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    (tmp_path / "users.yaml").write_text(USERS)
    settings = Settings(specs=(str(tmp_path / "users.yaml"),), remember=request.param)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        client.strict = request.param == "strict"  # type: ignore[attr-defined]
        yield client


def statuses(client: TestClient, path: str) -> dict[str, int]:
    """What each kind of request for a thing, and for something below it, is answered with."""
    asked: dict[str, tuple[str, str, Any]] = {
        "read": ("GET", path, None),
        "act": ("POST", f"{path}/lock", None),
        "below": ("POST", f"{path}/reports/2026", None),
        "change": ("PATCH", path, NAME),
    }
    return {
        name: client.request(method, target, json=body).status_code
        for name, (method, target, body) in asked.items()
    }


def test_what_a_client_made_is_gone_with_all_below(client: TestClient) -> None:
    path = f"/users/{client.post('/users', json=NAME).json()['id']}"
    assert statuses(client, path) == dict.fromkeys(("read", "act", "below", "change"), 200)
    client.delete(path)
    assert statuses(client, path) == dict.fromkeys(("read", "act", "below", "change"), 404)


@pytest.mark.parametrize("origin", ORIGINS)
def test_leniently_what_is_below_an_id_of_the_client_stays(client: TestClient, origin: str) -> None:
    path = "/users/of-mine"
    for method, target, body in ORIGINS[origin]:
        client.request(method, target.format(path=path), json=body)
    deleted = client.delete(path).status_code
    stays = 404 if client.strict else 200  # type: ignore[attr-defined]
    assert deleted == (404 if client.strict else 204)  # type: ignore[attr-defined]
    assert statuses(client, path) == {"read": 404, "act": stays, "below": stays, "change": 404}


def test_what_was_made_below_goes_with_what_it_is_below(client: TestClient) -> None:
    client.put("/teams/red", json=NAME)
    note = f"/teams/red/notes/{client.post('/teams/red/notes', json=NAME).json()['id']}"
    assert client.get(note).status_code == 200
    client.delete("/teams/red")
    for method, path in (("GET", note), ("PATCH", note), ("GET", "/teams/red/logo")):
        assert client.request(method, path, json=NAME).status_code == 404


def test_what_was_there_at_start_goes_with_all_below(client: TestClient) -> None:
    path = f"/users/{client.get('/users').json()[0]['id']}"
    client.delete(path)
    assert statuses(client, path) == dict.fromkeys(("read", "act", "below", "change"), 404)


def test_an_action_does_not_bring_back(client: TestClient) -> None:
    client.delete("/users/of-mine")
    client.post("/users/of-mine/lock")
    assert client.get("/users/of-mine").status_code == 404


def test_what_a_client_put_under_its_name_is_gone_itself(client: TestClient) -> None:
    assert client.put("/teams/red", json=NAME).status_code == 201
    client.delete("/teams/red")
    assert client.get("/teams/red").status_code == 404
    assert client.patch("/teams/red", json=NAME).status_code == 404
    below = client.get("/teams/red/logo").status_code
    assert below == (404 if client.strict else 200)  # type: ignore[attr-defined]
    assert client.put("/teams/red", json=NAME).status_code == 201


def test_what_is_gone_is_told_with_a_status_that_is_documented(client: TestClient) -> None:
    path = f"/users/{client.post('/users', json=NAME).json()['id']}"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    # Documents neither 404 nor 410.
    assert client.get(f"{path}/key").status_code == 400
