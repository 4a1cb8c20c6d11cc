"""What takes long of a long body takes nobody else's turn."""

import json
import threading

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from emulator.http.long_bodies import LONG_BYTES, read_bounded
from emulator.http.messages import Json
from emulator.server.app import create_app
from emulator.settings import Settings
from emulator.stubs.matching import subject
from tests.support.paths import ROOT

PETS = str(ROOT / "examples" / "petstore.yaml")
PATTERNS = [
    {"equalToJson": {"a": "${json-unit.any-string}"}},
    {"matchesJsonPath": "$.a"},
    {"matchesJsonPath": "$.b"},
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=["equal", "found", "not found"])
@pytest.mark.parametrize("size", [10, 2 * LONG_BYTES], ids=["short", "long"])
def test_stubs_are_asked_of_long_bodies_in_a_thread(
    pattern: Json, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loops: set[int] = set()
    readers: list[int] = []
    app = create_app(Settings((PETS,), auth="off"))

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        loops.add(threading.get_ident())
        await app(scope, receive, send)

    def read(data: bytes | str) -> Json:
        readers.append(threading.get_ident())
        return read_bounded(data)

    monkeypatch.setattr(subject, "read_bounded", read)
    with TestClient(noted, base_url="http://localhost") as client:
        stub = {"request": {"bodyPatterns": [pattern]}, "response": {"status": 202}}
        assert client.post("/__admin/mappings", json=stub).status_code == 201
        body = json.dumps({"a": "x" * size})
        status = client.post("/nowhere", content=body).status_code
    assert status == (404 if "$.b" in str(pattern) else 202)
    assert readers
    assert all((reader in loops) is (size < LONG_BYTES) for reader in readers)
