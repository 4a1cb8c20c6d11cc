"""What browsers are told of pages of other origins."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from emulator.http.cors import origin_of, preflight_response, readable
from emulator.http.messages import Request, Response
from emulator.server.app import create_app
from emulator.settings import Settings

PAGE = "http://localhost:5173"
DOCUMENT = """
openapi: 3.1.0
info: {title: Notes, version: "1"}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses:
        "200":
          description: Some.
          headers: {X-Total: {schema: {type: integer, example: 3}}, Set-Cookie: {schema: {
            type: string, example: a=b}}}
          content: {application/json: {schema: {type: array, items: {type: string}}}}
        "404": {description: No.}
    post: {operationId: addNote, security: [{key: []}], responses: {"201": {description: It.}}}
  /own:
    options: {operationId: ownOptions, responses: {"200": {description: Mine.}}}
    get:
      operationId: own
      responses: {"200": {description: It., headers: {Access-Control-Allow-Origin:
        {schema: {type: string, example: "https://only.example"}}}}}
  /feed:
    get:
      operationId: feed
      responses: {"200": {description: It., content: {text/event-stream: {schema:
        {type: string}}}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    (tmp_path / "notes.yaml").write_text(DOCUMENT)
    return tmp_path / "notes.yaml"


@pytest.fixture
def client(document: Path) -> Iterator[TestClient]:
    app = create_app(Settings(specs=(str(document),), auth="any"))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def _names(field: str) -> set[str]:
    return {each.strip().lower() for each in field.split(",")}


@pytest.mark.parametrize(
    ("method", "path", "fields", "status"),
    [
        ("GET", "/notes", {}, 200),
        ("GET", "/notes", {"prefer": "code=404"}, 404),
        ("GET", "/notes?limit=x", {}, 422),
        ("GET", "/nowhere", {}, 404),
        ("DELETE", "/notes", {}, 405),
        ("POST", "/notes", {}, 401),
        ("GET", "/notes", {"prefer": "fault=error"}, 503),
        ("GET", "/notes", {"prefer": "fault=malformed-json"}, 200),
        ("GET", "/notes", {"emulator-scope": "a b"}, 400),
        ("GET", "/feed", {}, 200),
        ("OPTIONS", "/own", {}, 200),
    ],
)
def test_every_response_may_be_read(
    client: TestClient, method: str, path: str, fields: dict[str, str], status: int
) -> None:
    answer = client.request(method, path, headers={"origin": PAGE, **fields})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "origin" in _names(answer.headers["vary"])
    exposed = _names(answer.headers["access-control-expose-headers"])
    assert {"emulator-rule", "emulator-problem"} <= exposed
    own = set(answer.headers) - {"cache-control", "content-type", "content-length", "set-cookie"}
    assert {each for each in own if not each.startswith("access-control")} - {"vary"} <= exposed
    assert "set-cookie" not in exposed


def test_who_sends_no_origin_sees_nothing_of_it(client: TestClient) -> None:
    assert not [each for each in client.get("/notes").headers if each.startswith("access-control")]


def test_what_a_document_says_of_itself_stays(client: TestClient) -> None:
    answer = client.get("/own", headers={"origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == "https://only.example"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("path", "asked", "methods"),
    [
        ("/notes", "POST", {"GET", "POST"}),
        ("/own", "GET", {"GET", "OPTIONS"}),
        ("/nowhere", "DELETE", {"DELETE"}),
    ],
)
def test_a_preflight_is_told_what_may_be_sent(
    client: TestClient, path: str, asked: str, methods: set[str]
) -> None:
    fields = {
        "origin": PAGE,
        "access-control-request-method": asked,
        "access-control-request-headers": "x-key, prefer",
        "access-control-request-private-network": "true",
    }
    answer = client.options(path, headers=fields)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-headers"] == "x-key, prefer"
    assert answer.headers["access-control-allow-private-network"] == "true"
    allowed = answer.headers["access-control-allow-methods"].split(", ")
    assert set(allowed) == methods


def test_the_control_plane_tells_no_page(client: TestClient) -> None:
    fields = {"origin": "http://elsewhere.example", "access-control-request-method": "DELETE"}
    for answer in (
        client.options("/__admin/requests", headers=fields),
        client.get("/__admin/requests", headers=fields),
    ):
        assert answer.status_code == 403
        assert not [each for each in answer.headers if each.startswith("access-control")]


def test_a_page_gets_no_answer_made_for_another(client: TestClient) -> None:
    for origin in (PAGE, "http://localhost:4200"):
        answer = client.get("/notes", headers={"origin": origin, "prefer": "fault=stale"})
        assert answer.headers.get_list("access-control-allow-origin") == [origin]


def test_it_can_be_switched_off(document: Path) -> None:
    app = create_app(Settings(specs=(str(document),), no_cors=True))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.get("/notes", headers={"origin": PAGE})
        asked = {"origin": PAGE, "access-control-request-method": "GET"}
        preflight = client.options("/notes", headers=asked)
    assert answer.status_code == 200
    assert preflight.status_code == 204
    for fields in (answer.headers, preflight.headers):
        assert not [each for each in fields if each.startswith("access-control")]


@pytest.mark.parametrize(
    ("field", "known"),
    [
        ("https://a.example:8443", True),
        ("null", True),
        ("http://[::1]:80", True),
        ("capacitor://localhost", True),
        ("", False),
        ("http://a b", False),
        ("http://a, http://b", False),
        ('http://"<script>', False),
        ("https://" + "a" * 400, False),
    ],
)
def test_only_origins_are_repeated(field: str, known: bool) -> None:
    request = Request("GET", "/", headers=(("origin", field),))
    assert (origin_of(request) == field) is known


@given(st.dictionaries(st.sampled_from(("method", "headers")), st.text(max_size=40)))
def test_nothing_that_was_asked_breaks_a_field(asked: dict[str, Any]) -> None:
    fields = {f"access-control-request-{name}": value for name, value in asked.items()}
    fields.setdefault("access-control-request-method", "GET")
    request = Request("OPTIONS", "/", headers=tuple(fields.items()))
    for _, value in preflight_response(request, PAGE, ("GET",)).headers:
        assert value.isprintable()
        assert value.isascii()


def test_a_response_without_fields_is_readable_too() -> None:
    names = [name for name, _ in readable(Response(204), PAGE).headers]
    assert names.count("access-control-expose-headers") == 1
