"""A client of the live emulator's Composio with a scope of its own."""

import uuid
from typing import Any

import httpx

PREFIX = "/api/v3.1"
HEADERS = {"x-api-key": "ak_test"}


class Service:
    """Requests by path below the prefix; every instance is a fresh scope."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.scope = uuid.uuid4().hex

    def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        """Send a request; `path` may hold a query."""
        sent = HEADERS | {"emulator-scope": self.scope} | headers
        return self._client.request(method, PREFIX + path, json=json, headers=sent)

    def get(self, path: str) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ids(self, path: str, field: str = "id") -> list[str]:
        """One field of every item of a list."""
        return [item[field] for item in self.get(path)["items"]]
