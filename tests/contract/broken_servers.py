"""One right server with its document, and the ways in which a server can be wrong about it.

The right server keeps pets in memory: it authenticates, validates every part of a request and
answers exactly as documented. A fault changes one thing and nothing else.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs, unquote

import jsonschema_rs

Message = MutableMapping[str, Any]
Answer = tuple[int, dict[str, str], Any]

API_KEY = "correct-horse-battery-staple"
BASE = "/api/v1"
JSON = "application/json"

PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "name": {"type": "string", "maxLength": 20},
        "age": {"type": "integer", "minimum": 0, "maximum": 99},
    },
}
NEW_PET = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {name: PET["properties"][name] for name in ("name", "age")},  # type: ignore[index]
}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}},
}


def _answer(description: str, schema: Any = None, headers: Any = None) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": description}
    if schema is not None:
        answer["content"] = {JSON: {"schema": schema}}
    if headers is not None:
        answer["headers"] = headers
    return answer


def _errors(*statuses: int) -> dict[str, Any]:
    return {str(status): _answer("refused", ERROR) for status in statuses}


PET_ID = {"name": "pet_id", "in": "path", "required": True, "schema": {"type": "string"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 5}}
TENANT = {
    "name": "x-tenant",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "enum": ["north", "south"]},
}
TOTAL = {"x-total": {"required": True, "schema": {"type": "integer"}}}

DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1.0.0"},
    "servers": [{"url": f"https://pets.example.com{BASE}"}],
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-pets-id"}}
    },
    "security": [{"key": []}],
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "parameters": [LIMIT, TENANT],
                "responses": {
                    "200": _answer("the pets", {"type": "array", "items": PET}, TOTAL),
                    **_errors(400, 401),
                },
            },
            "post": {
                "operationId": "createPet",
                "requestBody": {"required": True, "content": {JSON: {"schema": NEW_PET}}},
                "responses": {"201": _answer("the new pet", PET), **_errors(400, 401, 415)},
            },
        },
        "/pets/{pet_id}": {
            "parameters": [PET_ID],
            "get": {
                "operationId": "getPet",
                "responses": {"200": _answer("the pet", PET), **_errors(401, 404)},
            },
            "delete": {
                "operationId": "deletePet",
                "responses": {"204": _answer("gone"), **_errors(401, 404)},
            },
        },
    },
}

HEADERS = (("x-pets-id", API_KEY),)

#: Each fault and the check that must find it.
FAULTS: Mapping[str, str] = {
    "answers a status which is not documented": "status_code_conformance",
    "leaves out a required member": "response_schema_conformance",
    "sends a member of the wrong type": "response_schema_conformance",
    "sends what is not JSON": "response_schema_conformance",
    "sends another content type": "content_type_conformance",
    "leaves out a required response header": "response_headers_conformance",
    "lets everybody in": "ignored_auth",
    "lets any key in": "ignored_auth",
    "fails on an age above 50": "not_a_server_error",
    "does without a required header": "missing_required_header",
    "accepts an invalid body": "negative_data_rejection",
    "accepts an invalid query parameter": "negative_data_rejection",
    "refuses a valid body": "positive_data_acceptance",
    "refuses other methods without Allow": "unsupported_method",
    "answers other methods": "unsupported_method",
    "allows less than it documents": "allow_header_conformance",
    "keeps what was deleted": "use_after_free",
    "forgets what was created": "ensure_resource_availability",
}


class Pets:
    """The server as an ASGI application; `fault` is a key of `FAULTS` or "" for the right one."""

    def __init__(self, fault: str = "") -> None:
        assert not fault or fault in FAULTS
        self.fault = fault
        self.pets: dict[str, dict[str, Any]] = {}
        self.created = 0
        self.seen: list[tuple[str, str, bytes]] = []
        self.body = jsonschema_rs.Draft202012Validator(NEW_PET)

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        target = scope["raw_path"].decode() + "?" + scope["query_string"].decode()
        self.seen.append((scope["method"], target, body))
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        status, fields, content = self.answer(scope, headers, body)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        if status == 204:
            data = b""
        else:
            fields["content-type"] = self.content_type(status)
        if self.fault == "sends what is not JSON" and status == 200:
            data = b"{'single': 'quotes'}"
        sent = [(name.encode(), value.encode()) for name, value in fields.items()]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": data})

    def content_type(self, status: int) -> str:
        other = self.fault == "sends another content type" and status == 200
        return "text/html" if other else JSON

    def answer(self, scope: Message, headers: dict[str, str], body: bytes) -> Answer:
        """Route, authenticate, validate, act."""
        path = scope["raw_path"].decode().partition("?")[0]
        if not path.startswith(f"{BASE}/pets"):
            return refused(404, "no such path")
        pet_id = unquote(path.removeprefix(f"{BASE}/pets").removeprefix("/"))
        operations = {
            (False, "GET"): self.list,
            (False, "POST"): self.create,
            (True, "GET"): self.get,
            (True, "DELETE"): self.delete,
        }
        operation = operations.get((bool(pet_id), scope["method"]))
        if operation is None:
            return self.other_method([m for has_id, m in operations if has_id == bool(pet_id)])
        if not self.let_in(headers):
            return refused(401, "no valid key")
        return operation(pet_id, scope, headers, body)

    def let_in(self, headers: dict[str, str]) -> bool:
        if self.fault == "lets everybody in":
            return True
        if self.fault == "lets any key in":
            return "x-pets-id" in headers
        return headers.get("x-pets-id") == API_KEY

    def other_method(self, allowed: list[str]) -> Answer:
        if self.fault == "refuses other methods without Allow":
            return refused(405, "not that way")
        if self.fault == "answers other methods":
            return 200, {}, []
        if self.fault == "allows less than it documents":
            allowed = allowed[:1]
        return 405, {"allow": ", ".join(allowed)}, {"error": "not that way"}

    def list(self, _: str, scope: Message, headers: dict[str, str], __: bytes) -> Answer:
        tenant = headers.get("x-tenant", "").strip(" \t")
        missing_is_fine = self.fault == "does without a required header"
        if tenant not in ("north", "south") and not (missing_is_fine and "x-tenant" not in headers):
            return refused(400, "x-tenant is north or south")
        limits = parse_qs(scope["query_string"].decode(), keep_blank_values=True).get(
            "limit", ["5"]
        )
        if self.fault == "accepts an invalid query parameter":
            limits = ["5"]
        if not any(limit in {"1", "2", "3", "4", "5"} for limit in limits):
            return refused(400, "limit is 1 to 5")
        fields = {"x-total": str(len(self.pets))}
        if self.fault == "leaves out a required response header":
            fields = {}
        return 200, fields, [self.shown(pet) for pet in list_of(self.pets)[:5]]

    def create(self, _: str, __: Message, headers: dict[str, str], body: bytes) -> Answer:
        if headers.get("content-type", JSON).partition(";")[0] != JSON:
            return refused(415, "send JSON")
        try:
            value = json.loads(body)
            valid = self.body.is_valid(value)
        except ValueError:
            return refused(400, "malformed")
        if self.fault == "accepts an invalid body" and isinstance(value, dict):
            value, valid = {"name": "odd"}, True
        if self.fault == "refuses a valid body":
            valid = valid and "age" in value and value["age"] > 10
        if not valid:
            return refused(400, "invalid")
        if self.fault == "fails on an age above 50" and value.get("age", 0) > 50:
            return refused(500, "boom")
        self.created += 1
        pet = {"id": f"p{self.created}", **value}
        if self.fault != "forgets what was created":
            self.pets[pet["id"]] = pet
        status = 202 if self.fault == "answers a status which is not documented" else 201
        return status, {}, self.shown(pet)

    def get(self, pet_id: str, _: Message, __: dict[str, str], ___: bytes) -> Answer:
        if pet_id not in self.pets:
            return refused(404, "no such pet")
        return 200, {}, self.shown(self.pets[pet_id])

    def delete(self, pet_id: str, _: Message, __: dict[str, str], ___: bytes) -> Answer:
        if pet_id not in self.pets:
            return refused(404, "no such pet")
        if self.fault != "keeps what was deleted":
            del self.pets[pet_id]
        return 204, {}, None

    def shown(self, pet: dict[str, Any]) -> Any:
        if self.fault == "leaves out a required member":
            return {"id": pet["id"]}
        if self.fault == "sends a member of the wrong type":
            return {**pet, "name": 7}
        return pet


def list_of(pets: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pets.values())


def refused(status: int, why: str) -> Answer:
    return status, {}, {"error": why}
