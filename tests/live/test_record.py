"""Recording a real service and replaying it, on sockets."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from emulator.server import running
from tests.proxy.pets import HEADERS, Pets
from tests.proxy.recorders import recording, replaying


@pytest.fixture
def pets() -> Pets:
    return Pets()


@pytest.fixture
def upstream(pets: Pets) -> Iterator[str]:
    with running(pets.app) as url:
        yield url


def test_recorded_exchanges_are_replayed_in_their_order(upstream: str, tmp_path: Path) -> None:
    with recording(upstream, tmp_path) as here:
        first = here.client.get("/pets").json()
        made = here.client.post("/pets", json={"name": "Ada"})
        second = here.client.get("/pets").json()
    assert len(second) == len(first) + 1
    with replaying(tmp_path, unmatched="fail") as client:
        seen = [client.get("/pets").json() for _ in range(3)]
        again = client.post("/pets", json={"name": "Ada"})
        other = client.post("/pets", json={"name": "Bob"})
    assert seen == [first, second, second]
    assert (again.status_code, again.json()) == (201, made.json())
    assert again.headers["location"] == made.headers["location"]
    assert (again.headers["emulator-rule"], again.headers["emulator-source"]) == (
        "replay",
        "recorded",
    )
    assert (other.status_code, other.headers["emulator-problem"]) == (404, "exchange-not-recorded")
