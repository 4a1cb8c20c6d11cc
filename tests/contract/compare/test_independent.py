"""A server that is none of ours: Starlette, with the document it makes of itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.schemas import SchemaGenerator

from emulator.server.uvicorn import running
from tests.support.endpoints import run

TITLES = {1: "Emma", 2: "Persuasion"}


def list_books(request: Request) -> Response:
    """
    operationId: listBooks
    parameters:
      - {name: limit, in: query, schema: {type: integer, minimum: 1}}
    responses:
      200:
        description: Books.
        content:
          application/json:
            schema:
              type: array
              items:
                type: object
                required: [id, title]
                properties: {id: {type: integer}, title: {type: string}, pages: {type: integer}}
      422:
        description: A parameter is wrong.
        content:
          application/json:
            schema: {type: object, required: [code], properties: {code: {type: string}}}
            example: {code: invalid}
    """
    limit = request.query_params.get("limit", "20")
    if not limit.isdigit() or limit == "0":
        return JSONResponse({"code": "limit_invalid"}, 422)
    books = [{"id": number, "title": title} for number, title in TITLES.items()]
    return JSONResponse(books[: int(limit)])


def get_book(request: Request) -> Response:
    """
    operationId: getBook
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
    responses:
      200:
        description: A book.
        content:
          application/json:
            schema:
              type: object
              required: [id, title]
              properties: {id: {type: integer}, title: {type: string}}
            example: {id: 1, title: Emma}
      404: {description: There is none.}
      422: {description: The id is wrong.}
    """
    number = request.path_params["id"]
    if not number.isdigit() or number == "0":
        return Response(status_code=422)
    title = TITLES.get(int(number))
    return JSONResponse({"id": number, "title": title}) if title else Response(status_code=404)


SCHEMAS = SchemaGenerator({"openapi": "3.1.0", "info": {"title": "Books", "version": "1"}})
ROUTES: list[BaseRoute] = [Route("/books", list_books), Route("/books/{id}", get_book)]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(Starlette(routes=ROUTES)) as base:
        yield base


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "books.json"
    path.write_text(json.dumps(SCHEMAS.get_schema(routes=ROUTES)))
    # Ids at the server are a fact of it, which its document does not know.
    path.with_name("books.compare.yaml").write_text("parameters: {id: 1}\n")
    return path


def test_differences_of_an_independent_server_are_what_they_are(document: Path, url: str) -> None:
    report = document.with_name("report.json")
    done = run(document, url, "--json", str(report))
    found = json.loads(report.read_text())["differences"]
    assert [(each["kind"], each["operation"], each["aspect"], each["place"]) for each in found] == [
        ("endpoint", "GET /books/{id}", "document", "200 body /id type"),
        ("different", "GET /books", "error code", "422"),
        ("different", "GET /books/{id}", "media type", "422"),
    ]
    assert done.exit_code == 1
