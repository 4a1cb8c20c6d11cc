"""A real service for the tests, which knows nothing of the emulator: a Starlette application."""

import json
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.support.paths import DATA

DOCUMENT = DATA / "recording" / "pets.yaml"
HEADERS = {"x-pets-id": "pets-key-0815"}


class Pets:
    """Pets in memory; `seen` are the requests that came."""

    def __init__(self) -> None:
        self.pets = {"1": {"id": "1", "name": "Rex"}, "2": {"id": "2", "name": "Mia", "tag": "cat"}}
        self.seen: list[Request] = []
        paths = {
            "/pets": (self.many, ["GET", "POST"]),
            "/pets/{id}": (self.one, ["GET"]),
            "/stories": (self.story, ["GET"]),
            "/away": (self.away, ["GET"]),
            "/anything/{rest:path}": (self.anything, ["GET", "POST"]),
        }
        routes = [
            Route(base + path, each, methods=methods)
            for base in ("", "/v1")
            for path, (each, methods) in paths.items()
        ]
        self.app = Starlette(routes=routes)

    async def many(self, request: Request) -> Response:
        self.seen.append(request)
        if refused := self.refused(request):
            return refused
        if request.method == "GET":
            return self.listed(request)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return JSONResponse({"error": "a pet is told in JSON"}, 415)
        try:
            new = json.loads(await request.body())
        except (ValueError, RecursionError):
            return JSONResponse({"error": "this is no JSON"}, 400)
        if not (isinstance(new, dict) and new.keys() <= {"name", "tag"} and "name" in new):
            return JSONResponse({"error": "a pet has a name, and may have a tag"}, 422)
        if not all(isinstance(value, str) for value in new.values()) or not new["name"]:
            return JSONResponse({"error": "name and tag are texts"}, 422)
        if len(new["name"]) > 40:
            return JSONResponse({"error": "the name is too long"}, 422)
        pet = {"id": str(len(self.pets) + 1), **new}
        self.pets[pet["id"]] = pet
        return JSONResponse(pet, 201, {"location": str(request.url.path) + "/" + pet["id"]})

    def refused(self, request: Request) -> Response | None:
        if request.headers.get("x-pets-id") == HEADERS["x-pets-id"]:
            return None
        challenge = {"www-authenticate": "Pets"}
        return JSONResponse({"error": "who are you?"}, 401, challenge)

    def listed(self, request: Request) -> Response:
        limit = request.query_params.get("limit", "100")
        if not limit.isdigit() or not int(limit):
            return JSONResponse({"error": "limit is a number"}, 422)
        return JSONResponse(list(self.pets.values())[: int(limit)])

    async def one(self, request: Request) -> Response:
        self.seen.append(request)
        if refused := self.refused(request):
            return refused
        pet = self.pets.get(request.path_params["id"])
        return JSONResponse(pet) if pet else JSONResponse({"error": "no such pet"}, 404)

    async def story(self, request: Request) -> Response:
        self.seen.append(request)
        if refused := self.refused(request):
            return refused

        async def words() -> AsyncIterator[bytes]:
            for number, word in enumerate(("once", "upon", "a", "time")):
                yield b'id: %d\ndata: {"word":"%s"}\n\n' % (number, word.encode())

        return StreamingResponse(words(), media_type="text/event-stream")

    async def away(self, request: Request) -> Response:
        self.seen.append(request)
        return RedirectResponse(request.query_params["to"], 302)

    async def anything(self, request: Request) -> Response:
        """What the request asks for: `status`, `type` and further headers in the query."""
        self.seen.append(request)
        asked = dict(request.query_params)
        status, kind = int(asked.pop("status", "200")), asked.pop("type", "application/json")
        return Response(await request.body() or b"{}", status, asked, kind)
