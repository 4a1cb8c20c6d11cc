"""A client of the live emulator's control plane."""

from typing import Any

import httpx


class Admin:
    """The control plane of one scope."""

    def __init__(self, client: httpx.Client, scope: str) -> None:
        self.client, self.scope = client, scope

    def __call__(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.client.request(method, f"/~{self.scope}/__admin{path}", json=body)

    def stub(self, **mapping: Any) -> str:
        answer = self("POST", "/mappings", mapping)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def ids(self) -> list[str]:
        return [each["id"] for each in self("GET", "/mappings").json()["mappings"]]

    def get(self, path: str) -> httpx.Response:
        return self.client.get(f"/~{self.scope}{path}")
