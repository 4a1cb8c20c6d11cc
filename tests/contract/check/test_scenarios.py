"""Passes that no wrong server of the table needs: versions and tools."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from emulator.contract.check.findings import CheckOptions, Target
from emulator.contract.check.run import check
from emulator.openapi.promises.model import Contract, Pages, Tools, Version
from tests.support.broken_servers import broken
from tests.support.pets import CONTRACT, target

DOCUMENT: Any = {
    "openapi": "3.1.0",
    "info": {"title": "Tools", "version": "1"},
    "paths": {
        "/tool": {
            "get": {
                "operationId": "getTool",
                "parameters": [{"name": "version", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "a tool"}, "404": {"description": "none"}},
            }
        }
    },
}
VERSIONS = ("20260101_00", "20260201_00")
VERSIONED = Contract(versions=(Version("getTool", "version", "/version", (404,)),))


def _tool(server: str) -> Starlette:
    async def get(request: Request) -> JSONResponse:
        asked = request.query_params.get("version", VERSIONS[0])
        if asked not in VERSIONS and server != "answers any version":
            return JSONResponse({"message": "no such version"}, 404)
        named = "version" in request.query_params
        shown = VERSIONS[1] if named and server == "answers the newest" else asked
        return JSONResponse({"version": shown})

    return Starlette(routes=[Route("/tool", get)])


@pytest.mark.parametrize(
    ("server", "titles"),
    [
        ("is right", []),
        ("answers any version", ["A version that does not exist is answered"]),
        ("answers the newest", ["Another version comes than was asked for"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_versions(server: str, titles: list[str]) -> None:
    versioned = Target("tools", DOCUMENT, app=_tool(server), contract=VERSIONED)
    options = CheckOptions(phases=("behaviour",), checks=("versions",))
    result = check(versioned, options, lambda _: None)
    assert [each.title for each in result.findings] == titles
    assert result.errors == ()


def _accounts() -> Starlette:
    """Keeps accounts by the names that they were given, and no password where it shows them."""
    kept: dict[str, Any] = {}

    async def create(request: Request) -> JSONResponse:
        account = {**await request.json(), "made": 1}
        account.pop("password")
        kept[account["id"]] = account
        return JSONResponse(account, 201)

    async def read(request: Request) -> JSONResponse:
        account = kept.get(request.path_params["id"])
        return JSONResponse(account or {}, 200 if account else 404)

    one = Route("/accounts/{id}", read)
    return Starlette(routes=[Route("/accounts", create, methods=["POST"]), one])


def test_things_may_have_the_name_they_were_given_twice() -> None:
    account = {
        "type": "object",
        "required": ["id", "name", "password"],
        "properties": {
            "id": {"const": "a"},
            "name": {"type": "string", "minLength": 5},
            "password": {"type": "string", "minLength": 12},
            "made": {"type": "integer", "readOnly": True},
        },
        "example": {"id": "a", "name": "Ann A", "password": "twelve-letters", "made": 7},
    }
    shown = {"content": {"application/json": {}}, "description": "it"}
    create = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": account}}},
        "responses": {"201": shown},
    }
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    read = {"parameters": [id], "responses": {"200": shown, "404": shown}}
    paths = {
        "/accounts": {"post": {"operationId": "createAccount", **create}},
        "/accounts/{id}": {"get": {"operationId": "getAccount", **read}},
    }
    asked = Target("accounts", {**DOCUMENT, "paths": paths}, app=_accounts())
    options = CheckOptions(phases=("behaviour",), checks=("life_cycle",))
    result = check(asked, options, lambda _: None)
    assert (result.findings, result.errors) == ((), ())
    assert result.cases > 3


def _numbers(*, heeds_offset: bool) -> Starlette:
    async def show(request: Request) -> JSONResponse:
        query = request.query_params
        first = int(query.get("ab", 0)) if heeds_offset else 0
        last = min(first + int(query.get("limit", 5)), 12)
        rows = [{"id": number} for number in range(first, last)]
        return JSONResponse({"rows": rows, "all": 12})

    return Starlette(routes=[Route("/numbers", show)])


@pytest.mark.parametrize("heeds", [True, False], ids=["right", "wrong"])
def test_pages_by_offset(heeds: bool) -> None:
    parameters = [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}}
        for name in ("ab", "limit")
    ]
    shown = {"content": {"application/json": {}}, "description": "them"}
    listed = {"operationId": "list", "parameters": parameters, "responses": {"200": shown}}
    document = {**DOCUMENT, "paths": {"/numbers": {"get": listed}}}
    pages = Pages("list", items="/rows", offset="ab", limit="limit", total="/all", identity="/id")
    app = _numbers(heeds_offset=heeds)
    asked = Target("numbers", document, app=app, contract=Contract(pages=(pages,)))
    options = CheckOptions(phases=("behaviour",), checks=("pagination",))
    result = check(asked, options, lambda _: None)
    found = [each.title for each in result.findings]
    assert ("The second page is the first one again" in found) != heeds
    assert heeds == (found == [])


@pytest.mark.parametrize(
    ("fault", "titles"),
    [
        ("", []),
        ("sends a member of the wrong type", ["A tool's answer is not as documented at /name"]),
    ],
    ids=["right", "wrong"],
)
def test_answer_of_a_tool_is_judged(fault: str, titles: list[str]) -> None:
    app = broken(fault)
    app.pets["p1"] = {"id": "p1", "name": "Tom"}
    contract = replace(CONTRACT, tools=(Tools("getPet", "pet_id", "/arguments"),))
    asked = replace(target(app), contract=contract, tools=(("p1", {}),))
    options = CheckOptions(phases=("behaviour",), checks=("tool_answers",))
    result = check(asked, options, lambda _: None)
    assert [each.title for each in result.findings] == titles
    assert result.cases == 1
