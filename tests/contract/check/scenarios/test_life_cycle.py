"""Servers that keep things may show them in their own way, but may lose none."""

from collections.abc import Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.contract.check.findings import CheckOptions, Target
from emulator.contract.check.run import check

USER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
#: A card as it is sent: with the id of its owner, and its state in small letters.
SENT = {
    "type": "object",
    "required": ["owner", "state", "title"],
    "properties": {
        "owner": {"type": "string", "minLength": 3, "pattern": "^[a-z]+$"},
        "state": {"enum": ["open", "closed"]},
        "title": {"type": "string", "minLength": 3},
    },
}
#: And as it is shown: with its owner, and its state in capitals.
SHOWN = {
    "type": "object",
    "required": ["id", "owner", "state", "title"],
    "properties": {
        "id": {"type": "string"},
        "owner": USER,
        "state": {"enum": ["OPEN", "CLOSED"]},
        "title": {"type": "string"},
        "copied_from": {"type": "string"},
    },
}
ID = {"name": "card_id", "in": "path", "required": True, "schema": {"type": "string"}}
OWNER = {"name": "owner", "in": "query", "required": True, "schema": {"type": "string"}}


def _answers(schema: Any = None) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": schema}}} if schema else {}
    return {"200": {"description": "It.", **content}, "404": {"description": "None."}}


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Cards", "version": "1"},
    "paths": {
        "/cards": {
            "post": {
                "operationId": "createCard",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": SENT}},
                },
                "responses": _answers(SHOWN),
            },
            "get": {
                "operationId": "listCards",
                "parameters": [OWNER],
                "responses": _answers({"type": "array", "items": SHOWN}),
            },
        },
        "/cards/{card_id}": {
            "parameters": [ID],
            "get": {"operationId": "getCard", "responses": _answers(SHOWN)},
            "delete": {"operationId": "deleteCard", "responses": _answers()},
        },
    },
}


def cards(fault: str = "") -> Starlette:
    """Keeps cards; each says of which it is a copy, whether that is still there or not."""
    kept: dict[str, Mapping[str, Any]] = {}
    made = 0

    async def create(request: Request) -> Response:
        nonlocal made
        sent = await request.json()
        made += 1
        title = "lost" if fault == "loses the title" else sent["title"]
        card = {"id": f"c{made}", "owner": {"id": sent["owner"]}, "state": sent["state"].upper()}
        kept[f"c{made}"] = {**card, "title": title, "copied_from": "c1"}
        return JSONResponse(kept[f"c{made}"])

    async def show(request: Request) -> Response:
        owner = request.query_params["owner"]
        wanted = "nobody" if fault == "lists nothing" else owner
        return JSONResponse([each for each in kept.values() if each["owner"]["id"] == wanted])

    async def one(request: Request) -> Response:
        card = kept.get(request.path_params["id"])
        if card is not None and request.method == "DELETE":
            if fault != "keeps what was deleted":
                del kept[card["id"]]
            return Response()
        return JSONResponse(card) if card else Response(status_code=404)

    return Starlette(
        routes=[
            Route("/cards", create, methods=["POST"]),
            Route("/cards", show),
            Route("/cards/{id}", one, methods=["GET", "DELETE"]),
        ]
    )


@pytest.mark.parametrize(
    ("fault", "titles"),
    [
        ("", set()),
        (
            "loses the title",
            {"The answer has other data than was sent", "Reading finds other data than was sent"},
        ),
        ("lists nothing", {"What was created is not listed"}),
        (
            "keeps what was deleted",
            {"What was deleted is listed", "What was deleted can still be read"},
        ),
    ],
)
def test_what_a_server_shows_in_its_own_way_is_right(fault: str, titles: set[str]) -> None:
    options = CheckOptions(phases=("behaviour",), checks=("life_cycle",))
    result = check(Target("cards", DOCUMENT, app=cards(fault)), options, lambda _: None)
    assert {each.title for each in result.findings} == titles
    assert (result.errors, result.cases > 4) == ((), True)
