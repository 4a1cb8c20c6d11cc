"""A real server is judged by its document as written, as sharply as by Schemathesis alone."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from emulator.cli.targets import targets
from emulator.contract.check import run
from emulator.contract.check.findings import CheckOptions, Target
from emulator.contract.check.written import foreign_references, without_files
from tests.support.live_app import served
from tests.support.plain_check import missing_pairs, plain_findings

ID: Mapping[str, Any] = {"name": "id", "in": "path", "required": True}
THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
OK = {"description": "a thing", "content": {"application/json": {"schema": THING}}}


def _openapi(version: str, *responses: Any, **more: Any) -> dict[str, Any]:
    item = {
        "get": {"parameters": [{**ID, "schema": {"type": "string"}}], "responses": responses[0]}
    }
    things = {"get": {"responses": {"200": {"description": "things"}}}}
    info = {"title": "t", "version": "1"}
    return {"openapi": version, "info": info, "paths": {"/things": things, "/things/{id}": item}}


SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "t", "version": "1"},
    "produces": ["application/json"],
    "paths": {
        "/things": {"get": {"responses": {"200": {"description": "without a schema"}}}},
        "/things/{id}": {
            "get": {
                "parameters": [{**ID, "type": "string"}],
                "responses": {"200": {"description": "a thing", "schema": THING}},
            }
        },
    },
}
PAIR = {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]}
TUPLE = {"description": "a pair", "content": {"application/json": {"schema": PAIR}}}

#: Documents in every version, each with what has to be found, by operation.
DOCUMENTS: Mapping[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "2.0, `produces` without a schema": (
        SWAGGER,
        {
            ("GET /things", "content_type_conformance"),
            ("GET /things/{id}", "status_code_conformance"),
        },
    ),
    "3.0, errors not described": (
        _openapi("3.0.3", {"200": OK}),
        {("GET /things/{id}", "status_code_conformance")},
    ),
    "3.0, a tuple": (
        _openapi("3.0.3", {"200": TUPLE}),
        {("GET /things/{id}", "status_code_conformance")},
    ),
    "3.1, errors of a range": (
        _openapi("3.1.0", {"200": OK, "4XX": OK}),
        {("GET /things/{id}", "content_type_conformance")},
    ),
    "3.1, in two files": (
        _openapi("3.1.0", {"200": {"$ref": "more.json#/ok"}}),
        {("GET /things/{id}", "status_code_conformance")},
    ),
}
#: No server of these names the methods that it has.
METHODS = {("TRACE /things", "unsupported_method"), ("TRACE /things/{id}", "unsupported_method")}


async def _things(request: Request) -> Response:
    if request.method != "GET":
        return PlainTextResponse("not that way", 405)
    return PlainTextResponse("no such thing", 404 if request.path_params else 200)


METHODS_OF_HTTP = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
SERVER = Starlette(
    routes=[Route(path, _things, methods=METHODS_OF_HTTP) for path in ("/things", "/things/{id}")]
)
OPTIONS = CheckOptions(max_examples=1, phases=("coverage",))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_written_judges_a_real_server(name: str, tmp_path: Path) -> None:
    document, expected = DOCUMENTS[name]
    file = tmp_path / "things.json"
    file.write_text(json.dumps(document))
    (tmp_path / "more.json").write_text(json.dumps({"ok": OK}))
    with served(SERVER) as origin:
        [target] = targets((str(file),), origin, ())
        result = run.check(target, OPTIONS, lambda _: None)
        plain = plain_findings(target.document, origin, 0, 1, phases=("coverage",))
    found = {(each.operation, each.check) for each in result.findings}
    assert result.errors == ()
    assert found >= expected | METHODS
    assert missing_pairs(plain, result.findings) == set()


def test_document_that_is_served_in_process_keeps_what_the_emulator_adds(tmp_path: Path) -> None:
    file = tmp_path / "things.json"
    file.write_text(json.dumps(_openapi("3.0.3", {"200": OK})))
    [target] = targets((str(file),), None, ())
    result = run.check(target, OPTIONS, lambda _: None)
    assert (result.findings, result.errors) == ((), ())


@pytest.mark.parametrize(
    ("writes", "asked"),
    [
        (False, {"GET", "OPTIONS", "TRACE"}),
        (True, {"GET", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "QUERY", "TRACE"}),
    ],
)
def test_methods_without_an_operation_are_asked_for(writes: bool, asked: set[str]) -> None:
    methods: list[str] = []

    async def noted(request: Request) -> Response:
        methods.append(request.method)
        return await _things(request)

    app = Starlette(routes=[Route("/things", noted, methods=METHODS_OF_HTTP)])
    document = _openapi("3.1.0", {"200": OK})
    with served(app) as origin:
        target = Target("things", document, base_url=origin)
        options = replace(OPTIONS, allow_writes=writes, include=("/things",))
        run.check(target, options, lambda _: None)
    assert {*methods} == asked


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"$ref": "#/a"}, ()),
        ({"$ref": "http://x.example/a"}, ("http://x.example/a",)),
        ([{"$ref": "b.yaml"}, {"$ref": "b.yaml"}], ("b.yaml",)),
        ({"examples": {"one": {"externalValue": "#x"}}}, ("#x",)),
        ({"example": {"$ref": "data"}, "properties": {"$ref": {"type": "string"}}}, ()),
    ],
    ids=["local", "remote", "file twice", "external value", "data"],
)
def test_foreign_references(node: Any, expected: tuple[str, ...]) -> None:
    assert foreign_references({"node": node}) == expected


def test_foreign_references_of_a_deep_document_end() -> None:
    node: dict[str, Any] = {"$ref": "deep.yaml"}
    for _ in range(100_000):
        node = {"a": node}
    assert foreign_references(node) == ("deep.yaml",)
    while node:  # taken apart here, as freeing it in one go would exhaust the stack
        node = node.pop("a", {})


def test_file_of_swagger_2_is_any_content() -> None:
    file = {"description": "a file", "schema": {"type": "file"}}
    text = {"description": "a text", "schema": {"type": "string"}}
    document = {
        "swagger": "2.0",
        "paths": {"/f": {"parameters": [], "get": {"responses": {"200": file, "404": text}}}},
        "responses": {"File": file, "Reference": {"$ref": "#/responses/File"}},
    }
    found = without_files(document)
    assert found["paths"]["/f"]["get"]["responses"] == {
        "200": {"description": "a file"},
        "404": text,
    }
    assert found["responses"]["File"] == {"description": "a file"}
    assert without_files({"swagger": "2.0", "paths": None}) == {"swagger": "2.0", "paths": None}
