"""Servers for a browser to look at, and what to look at."""

from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from emulator.server.app import EmulatorApp
from tests.support.paths import ROOT

PETS = ROOT / "examples" / "petstore.yaml"
AXE = Path(__file__).parents[1] / "browser" / "node" / "node_modules" / "axe-core" / "axe.min.js"
#: The views of the console, as its addresses name them.
VIEWS = (
    *("exchanges", "apis", "apis/petstore/createPet", "stubs", "faults", "resources"),
    *("resources/petstore/pets", "ledger", "coverage", "clock", "scopes"),
)


class Server:
    """An emulator, its address, and a client for what others send it."""

    def __init__(self, url: str, app: EmulatorApp, client: httpx.Client) -> None:
        self.url, self.app, self.client = url, app, client

    @property
    def console(self) -> str:
        return f"{self.url}/__admin/ui"

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, f"/__admin{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


def shown(page: Page) -> None:
    """Wait until the whole of a view is there."""
    expect(page.locator("main:not([aria-busy])").locator("section, h1").first).to_be_visible()


def filled_with_life(server: Server) -> tuple[str, str]:
    """Exchanges of every kind, a stub, a fault; the ids of an exchange and of the stub."""
    client = server.client
    client.post("/v1/pets", json={"name": "Bella", "kind": "cat"}, headers={"x-request-id": "r"})
    client.get("/v1/pets/19")
    client.get("/v1/pets?limit=x")
    client.get("/v1/pets/7", headers={"prefer": "code=404"})
    client.get("/v1/pet/7")
    stub = {"name": "Rex is out", "request": {"method": "GET", "urlPath": "/v1/pets/8"}}
    stub |= {"response": {"status": 404, "jsonBody": {"code": "out", "message": "Rex is out."}}}
    made = server.admin("POST", "/mappings", {**stub, "scenarioName": "walk"})
    where = {"operation": "listPets"}
    fault = {"fault": "delay", "parameters": {"ms": 1}, "where": where, "when": {"every": 2}}
    server.admin("POST", "/faults", fault)
    for number in range(1, 5):
        client.get(f"/v1/pets?limit={number}")
    client.get("/v1/pets/8")
    client.delete("/v1/pets/19")
    client.post("/v1/pets", json={"name": 5, "kind": "cow"})
    return server.admin("GET", "/requests?limit=1")["requests"][0]["id"], made["id"]
