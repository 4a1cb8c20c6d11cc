"""The right server: it keeps pets in memory and does exactly what pets.yaml says.

Each step is a method or a plain attribute, so that a fault can change one of them.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import anyio
import jsonschema_rs
import yaml

from emulator.contract.check.findings import Target
from emulator.fixtures.contract import read_contract
from emulator.openapi.document.compile import compile_api

HERE = Path(__file__).parent
DOCUMENT: Mapping[str, Any] = yaml.safe_load((HERE / "pets.yaml").read_text())
API = compile_api("pets", "pets.yaml", DOCUMENT)
CONTRACT = read_contract(HERE / "pets.contract.yaml", API)

API_KEY = "correct-horse-battery-staple"
HEADERS = (("x-pets-id", API_KEY),)
BASE = "/api/v1"
JSON = "application/json"
STREAM = "text/event-stream"

Message = MutableMapping[str, Any]


@dataclass
class Asked:
    """A request as the server sees it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What the server says; `content` is JSON unless it is bytes."""

    status: int
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON


def refused(status: int, why: str, **headers: str) -> Answer:
    content = {"error": {"status": status, "message": why}}
    return Answer(status, content, headers)


class Pets:
    """The server as an ASGI application."""

    created_status = 201
    refused_status = 400
    #: How long making a pet takes.
    work_s = 0.0

    def __init__(self) -> None:
        self.pets: dict[str, dict[str, Any]] = {}
        self.made = 0
        self.asked = 0
        self.keys: dict[str, tuple[bytes, Answer | None]] = {}
        self.seen: list[tuple[str, str, bytes]] = []
        schemas = {"components": DOCUMENT["components"]}
        for name in ("NewPet", "Changes"):
            schema = {"$ref": f"#/components/schemas/{name}", **schemas}
            setattr(self, f"is_{name}", jsonschema_rs.Draft202012Validator(schema).is_valid)

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        path = scope["raw_path"].decode().partition("?")[0]
        text = scope["query_string"].decode()
        self.seen.append((scope["method"], f"{path}?{text}", body))
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        query = {name: v[-1] for name, v in parse_qs(text, keep_blank_values=True).items()}
        answer = await self.answer(Asked(scope["method"], path, query, headers, body))
        data, fields = self.encoded(answer), [*answer.headers.items()]
        if data or answer.status != 204:
            fields.append(("content-type", answer.media_type))
        sent = [(name.encode(), value.encode()) for name, value in fields]
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        await send({"type": "http.response.body", "body": data})

    def encoded(self, answer: Answer) -> bytes:
        if isinstance(answer.content, bytes):
            return answer.content
        return b"" if answer.status == 204 else json.dumps(answer.content).encode()

    async def answer(self, asked: Asked) -> Answer:
        """Route, let in, validate, act."""
        path = asked.path.removeprefix(BASE)
        pet_id = unquote(path.removeprefix("/pets/")) if path.startswith("/pets/") else ""
        operations = self.operations(path, pet_id)
        if not operations:
            return refused(404, "no such path")
        if asked.method not in operations:
            return self.other_method(asked, list(operations))
        if not self.let_in(asked.headers):
            return self.locked_out(asked)
        answer: Answer | Awaitable[Answer] = operations[asked.method](asked)
        return answer if isinstance(answer, Answer) else await answer

    def operations(self, path: str, pet_id: str) -> dict[str, Callable[[Asked], Any]]:
        if path == "/pets":
            return {"GET": self.list_pets, "POST": self.create}
        if path == "/walk":
            return {"GET": self.walk}
        if not pet_id:
            return {}
        return {
            "GET": lambda _: self.get(pet_id),
            "PATCH": lambda asked: self.update(pet_id, asked),
            "DELETE": lambda _: self.delete(pet_id),
        }

    def let_in(self, headers: dict[str, str]) -> bool:
        return headers.get("x-pets-id") == API_KEY

    def locked_out(self, _: Asked) -> Answer:
        return refused(401, "no valid key")

    def other_method(self, _: Asked, allowed: list[str]) -> Answer:
        return refused(405, "not that way", allow=", ".join(allowed))

    # Lists

    def list_pets(self, asked: Asked) -> Answer:
        if not self.is_tenant(asked.headers.get("x-tenant")):
            return refused(400, "x-tenant is north or south")
        limit, cursor = asked.query.get("limit", "5"), asked.query.get("cursor", "p0")
        if not self.is_page(limit, cursor, asked.query.get("species", "cat")):
            return refused(400, "no such page")
        fitting = self.fitting(asked.query.get("species"))
        page, following = self.page(fitting, int(cursor[1:]), int(limit))
        self.asked += 1
        headers = {"x-total": str(len(fitting)), **self.limits()}
        items = [self.shown(pet) for pet in page]
        return Answer(200, {"items": items, "next_cursor": following}, headers)

    def is_tenant(self, value: str | None) -> bool:
        return (value or "").strip(" \t") in ("north", "south")

    def is_page(self, limit: str, cursor: str, species: str) -> bool:
        return (
            limit in ("1", "2", "3", "4", "5")
            and (cursor[:1] == "p" and cursor[1:].isascii() and cursor[1:].isdigit())
            and len(cursor) <= 10
            and species in ("cat", "dog")
        )

    def fitting(self, species: str | None) -> list[dict[str, Any]]:
        pets = [*self.pets.values()]
        return [pet for pet in pets if species in (None, pet.get("species"))]

    def page(self, pets: Any, after: int, limit: int) -> tuple[Any, str | None]:
        """The pets of one page, which come after the one with number `after`."""
        rest = [pet for pet in pets if int(pet["id"][1:]) > after]
        page = rest[:limit]
        return page, page[-1]["id"] if len(rest) > limit else None

    def limits(self) -> dict[str, str]:
        return {"ratelimit-limit": "1000", "ratelimit-remaining": str(1000 - self.asked % 1000)}

    # Pets

    async def create(self, asked: Asked) -> Answer:
        pet = self.read(asked, "NewPet")
        if isinstance(pet, Answer):
            return pet
        key = asked.headers.get("idempotency-key", "")
        known = self.keys.get(key) if key else None
        if known is not None:
            return self.repeated(asked, *known)
        if key:
            self.reserve(key, asked)
            await anyio.sleep(self.work_s)
        answer = self.make(pet)
        if key:
            self.keys[key] = (asked.body, answer)
        return answer

    def repeated(self, asked: Asked, body: bytes, answer: Answer | None) -> Answer:
        if answer is None:
            return refused(409, "the first request with this key still runs")
        if json.loads(body) != json.loads(asked.body):
            return refused(422, "the key was used with another body")
        return answer

    def reserve(self, key: str, asked: Asked) -> None:
        self.keys[key] = (asked.body, None)

    def make(self, sent: dict[str, Any]) -> Answer:
        self.made += 1
        pet = {"id": self.new_id(), "since": "2026-01-02T03:04:05Z", **sent}
        self.keep(pet)
        headers = {"location": self.location(pet)}
        return Answer(self.created_status, self.shown(pet), headers)

    def new_id(self) -> str:
        return f"p{self.made}"

    def keep(self, pet: dict[str, Any]) -> None:
        self.pets[pet["id"]] = pet

    def location(self, pet: dict[str, Any]) -> str:
        return f"{BASE}/pets/{pet['id']}"

    def read(self, asked: Asked, schema: str) -> Any:
        """The valid body, or the refusal."""
        if asked.headers.get("content-type", JSON).partition(";")[0] != JSON:
            return refused(415, "send JSON")
        try:
            value = json.loads(asked.body)
        except (ValueError, RecursionError):
            return refused(self.refused_status, "malformed")
        if not self.is_valid(value, schema):
            return refused(self.refused_status, "invalid")
        return value

    def is_valid(self, value: Any, schema: str) -> bool:
        judge: Callable[[Any], bool] = getattr(self, f"is_{schema}")
        return judge(value)

    def get(self, pet_id: str) -> Answer:
        pet = self.pets.get(pet_id)
        return Answer(200, self.shown(pet)) if pet else refused(404, "no such pet")

    def update(self, pet_id: str, asked: Asked) -> Answer:
        pet = self.pets.get(pet_id)
        if pet is None:
            return self.missing(pet_id)
        changes = self.read(asked, "Changes")
        if isinstance(changes, Answer):
            return changes
        return self.changed(pet, changes)

    def missing(self, _: str) -> Answer:
        return refused(404, "no such pet")

    def changed(self, pet: dict[str, Any], changes: dict[str, Any]) -> Answer:
        pet.update(changes)
        return Answer(200, self.shown(pet))

    def delete(self, pet_id: str) -> Answer:
        if pet_id not in self.pets:
            return refused(404, "no such pet")
        self.forget(pet_id)
        return Answer(204)

    def forget(self, pet_id: str) -> None:
        del self.pets[pet_id]

    def shown(self, pet: dict[str, Any]) -> Any:
        return dict(pet)

    # Streams

    def walk(self, asked: Asked) -> Answer:
        after = asked.headers.get("last-event-id", "")
        events = self.rest(self.events(), int(after) if after.isdigit() else -1)
        return Answer(200, self.frames(events), media_type=STREAM)

    def events(self) -> Any:
        """(id, type, seq) of each event."""
        types = ("start", "step", "step", "end")
        return [(number, name, number) for number, name in enumerate(types)]

    def rest(self, events: Any, after: int) -> Any:
        return [event for event in events if event[0] > after]

    def frames(self, events: Any) -> bytes:
        frames = [(id_, json.dumps({"type": name, "seq": seq})) for id_, name, seq in events]
        return "".join(f"id: {id_}\ndata: {data}\n\n" for id_, data in frames).encode()


def target(app: Any) -> Target:
    """The server as what is checked, in process."""
    return Target("pets", DOCUMENT, app=app, headers=HEADERS, api=API, contract=CONTRACT)
