"""Things that no response shows, set and taken away by their path."""

from pathlib import Path
from typing import Literal

import pytest
from starlette.testclient import TestClient

from emulator.server.app import create_app
from emulator.settings import Settings

STARS = """
openapi: 3.1.0
info: {title: Stars, version: "1"}
paths:
  /shelves:
    post:
      operationId: addShelf
      requestBody: {content: {application/json: {schema: &shelf
        {type: object, properties: {id: {type: string}, name: {type: string}}}}}}
      responses: {"201": &one {description: It., content: {application/json: {schema: *shelf}}}}
  /shelves/{shelf}:
    parameters: [&of {name: shelf, in: path, required: true, schema: {type: string}}]
    get: {operationId: getShelf, responses: {"200": *one, "404": {description: No.}}}
    delete: {operationId: deleteShelf, responses: {"204": {description: Gone.}}}
  /shelves/{shelf}/stars/{book}:
    parameters: [*of, {name: book, in: path, required: true, schema: {type: string}}]
    get: {operationId: hasStar, responses: &set {"204": {description: Yes.},
      "404": {description: No.}}}
    put: {operationId: star, responses: *set}
    delete: {operationId: unstar, responses: *set}
"""


def _client(folder: Path, remember: Literal["lenient", "strict"]) -> TestClient:
    document = folder / "stars.yaml"
    document.write_text(STARS)
    app = create_app(Settings(specs=(str(document),), remember=remember))
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("remember", "calls"),
    [
        ("lenient", [("GET", 204), ("DELETE", 204), ("GET", 404), ("PUT", 204), ("GET", 204)]),
        ("lenient", [("DELETE", 204), ("DELETE", 204), ("GET", 404)]),
        ("strict", [("GET", 404), ("DELETE", 404), ("PUT", 204), ("GET", 204)]),
        ("strict", [("PUT", 204), ("DELETE", 204), ("GET", 404), ("DELETE", 404)]),
    ],
)
def test_what_is_set_is_there_until_it_is_taken_away(
    tmp_path: Path, remember: Literal["lenient", "strict"], calls: list[tuple[str, int]]
) -> None:
    client = _client(tmp_path, remember)
    shelf = client.post("/shelves", json={"name": "Blue"}).json()["id"]
    path = f"/shelves/{shelf}/stars/emma"
    assert [(each, client.request(each, path).status_code) for each, _ in calls] == calls


def test_one_says_nothing_of_another(tmp_path: Path) -> None:
    client = _client(tmp_path, "lenient")
    client.delete("/shelves/a/stars/emma")
    assert client.get("/shelves/a/stars/dune").status_code == 204
    assert client.get("/shelves/b/stars/emma").status_code == 204


def test_what_is_below_a_deleted_record_is_gone_with_it(tmp_path: Path) -> None:
    client = _client(tmp_path, "lenient")
    shelf = client.post("/shelves", json={"name": "Blue"}).json()["id"]
    path = f"/shelves/{shelf}/stars/emma"
    assert client.put(path).status_code == 204
    assert client.delete(f"/shelves/{shelf}").status_code == 204
    assert {client.get(path).status_code, client.put(path).status_code} == {404}
    assert client.delete(path).status_code == 204


def test_executions_are_counted(tmp_path: Path) -> None:
    client = _client(tmp_path, "lenient")
    client.put("/shelves/a/stars/emma")
    made = client.get("/__admin/executions").json()["executions"]
    assert [each["tool"] for each in made] == ["star"]
