"""Browsers as clients: a page of another origin calls what is served, and not the control plane."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page

from emulator.settings import Settings
from tests.support.browsing import Server

DOCUMENT = """
openapi: 3.1.0
info: {title: Notes, version: "1"}
paths:
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getNote
      security: [{session: []}]
      responses:
        "200":
          description: It.
          headers: {X-Left: {schema: {type: integer, example: 41}}}
          content: {application/json: {schema: &note {type: object, required: [id, text],
            properties: {id: {type: string}, text: {type: string}}}}}
    put:
      operationId: putNote
      requestBody: {required: true, content: {application/json: {schema: *note}}}
      responses: {"200": {description: It., content: {application/json: {schema: *note}}}}
    delete: {operationId: deleteNote, responses: {"204": {description: Gone.}}}
  /login:
    get:
      operationId: login
      responses:
        "204":
          description: In.
          headers: {Set-Cookie: {schema: {type: string, example: "sid=1; Path=/"}}}
  /feed:
    get:
      operationId: feed
      responses:
        "200":
          description: Events.
          content: {text/event-stream: {schema: {type: string}, example: "data: one\\n\\n"}}
components: {securitySchemes: {session: {type: apiKey, in: cookie, name: sid}}}
"""
#: Calls a function with JSON; what it throws is told by name.
CALL = """async ([url, options]) => {
  try {
    const answer = await fetch(url, {credentials: "include", ...options});
    const headers = Object.fromEntries(answer.headers);
    return {status: answer.status, headers, text: await answer.text()};
  } catch (error) { return {failed: error.name}; }
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "notes.yaml").write_text(DOCUMENT)
    return Settings(specs=(str(tmp_path / "notes.yaml"),))


@pytest.fixture
def other(page: Page, tmp_path: Path) -> Iterator[Page]:
    """A page on another port of this machine."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Shop</title>")
    handler = partial(_Quiet, directory=str(tmp_path))
    site = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=site.serve_forever)
    thread.start()
    page.goto(f"http://127.0.0.1:{site.server_address[1]}/index.html")
    yield page
    site.shutdown()
    thread.join()
    site.server_close()


def call(page: Page, url: str, **options: Any) -> Any:
    return page.evaluate(CALL, [url, options])


def test_a_page_sends_credentials_and_reads_fields(other: Page, server: Server) -> None:
    assert call(other, f"{server.url}/notes/7")["status"] == 401
    assert call(other, f"{server.url}/login")["status"] == 204
    answer = call(other, f"{server.url}/notes/7", headers={"x-own": "1", "prefer": "code=200"})
    assert answer["status"] == 200
    assert answer["headers"]["x-left"] == "41"
    assert answer["headers"]["emulator-operation"] == "getNote"
    entry = server.admin("GET", "/requests?limit=1")["requests"][0]
    assert "sid" in entry["request"]["cookies"]


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("PUT", '{"id": "7", "text": "Hello"}', 200),
        ("PUT", '{"id": "7"}', 422),
        ("DELETE", None, 204),
        ("PATCH", "{}", 405),
    ],
)
def test_a_page_sends_every_method(
    other: Page, server: Server, method: str, body: str | None, status: int
) -> None:
    fields = {"content-type": "application/json"} if body else {}
    answer = call(other, f"{server.url}/notes/7", method=method, headers=fields, body=body)
    assert answer["status"] == status


def test_a_page_follows_a_stream(other: Page, server: Server) -> None:
    heard = other.evaluate(
        """url => new Promise((resolve) => {
          const source = new EventSource(url, {withCredentials: true});
          source.onmessage = (event) => { source.close(); resolve(event.data); };
        })""",
        f"{server.url}/feed",
    )
    assert heard == "one"


def test_a_page_sees_faults_as_they_are(other: Page, server: Server) -> None:
    url = f"{server.url}/notes/7"
    broken = call(other, url, headers={"prefer": "fault=error; status=503"})
    assert broken["status"] == 503
    assert broken["headers"]["emulator-fault"] == "error"
    assert call(other, url, headers={"prefer": "fault=connection-reset"})["failed"] == "TypeError"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"method": "POST", "body": "{}", "headers": {"content-type": "text/plain"}},
        {"method": "DELETE"},
        {"mode": "no-cors", "method": "POST", "body": "{}"},
    ],
)
def test_the_control_plane_refuses_that_page(
    other: Page, server: Server, options: dict[str, Any]
) -> None:
    server.admin("POST", "/mappings", {"request": {}, "response": {}})
    for path in ("/mappings", "/reset", "/requests", "/faults"):
        answer = call(other, f"{server.url}/__admin{path}", **options)
        assert answer.get("failed") == "TypeError" or not answer["text"]
    assert len(server.admin("GET", "/mappings")["mappings"]) == 1
    assert server.admin("GET", "/faults")["faults"] == []


class TestWithoutSharing:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        (tmp_path / "notes.yaml").write_text(DOCUMENT)
        return Settings(specs=(str(tmp_path / "notes.yaml"),), no_cors=True)

    def test_no_page_reads_anything(self, other: Page, server: Server) -> None:
        assert call(other, f"{server.url}/login")["failed"] == "TypeError"
