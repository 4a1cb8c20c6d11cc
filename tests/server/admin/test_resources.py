"""The records of collections, looked at and set through the control plane."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from emulator.server.app import create_app
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.paths import ROOT
from tests.support.remembering import DOCUMENTS

PETSTORE, BOARDS = ROOT / "examples" / "petstore.yaml", DOCUMENTS["boards"]
PETS = "/__admin/resources/petstore/pets"
CARDS = "/__admin/resources/boards/cards"
KEY = {"x-api-key": "k"}
ANN = {"id": 5, "name": "Ann", "kind": "cat", "price": 3}
BOB = {"id": 6, "name": "Bob", "kind": "dog", "price": 4.5}


def served(mode: str, *documents: object, **more: Any) -> TestClient:
    made = Settings(specs=tuple(map(str, documents)), now=NOW, remember=mode, **more)  # type: ignore[arg-type]
    return TestClient(create_app(made), base_url="http://127.0.0.1")


@pytest.fixture(scope="module", params=["lenient", "strict"])
def server(request: pytest.FixtureRequest) -> TestClient:
    """Both documents."""
    return served(request.param, PETSTORE, BOARDS)


@pytest.fixture
def client(server: TestClient, request: pytest.FixtureRequest) -> TestClient:
    """A client of a scope of this test's own."""
    server.headers["emulator-scope"] = re.sub(r"\W", "-", request.node.name)[:60]
    return server


def pets(client: TestClient) -> list[str]:
    return [each["name"] for each in client.get("/v1/pets").json()["pets"]]


def test_collections_are_listed_with_what_they_are_below(client: TestClient) -> None:
    found = client.get("/__admin/resources").json()["resources"]
    rows = {each["collection"]: each for each in found}
    assert rows["pets"] == {
        "api": "petstore",
        "collection": "pets",
        "path": "/pets/{petId}",
        "below": [],
    }
    assert rows["cards"]["below"] == ["board_id"]


def test_records_are_those_at_start_and_those_made(client: TestClient) -> None:
    assert [each["name"] for each in client.get(PETS).json()["records"]] == ["Rex", "Minka"]
    made = client.post("/v1/pets", json={"name": "Ann", "kind": "cat"}, headers=KEY).json()
    client.delete("/v1/pets/7", headers=KEY)
    found = client.get(PETS).json()
    assert (found["total"], found["records"][-1]) == (2, made)
    assert pets(client) == ["Minka", "Ann"]


def test_records_are_set_in_the_place_of_all_others(client: TestClient) -> None:
    client.post("/v1/pets", json={"name": "Ada", "kind": "cat"}, headers=KEY)
    client.delete("/v1/pets/3", headers=KEY)
    answer = client.put(PETS, json={"records": [BOB, ANN]})
    assert answer.json() == {"records": [BOB, ANN], "total": 2}
    assert (pets(client), client.get("/v1/pets/5").json()) == (["Bob", "Ann"], ANN)
    client.delete("/v1/pets/6", headers=KEY)
    assert client.put(PETS, json={"records": []}).json() == {"records": [], "total": 0}
    assert pets(client) == []
    client.post("/__admin/reset")
    assert pets(client) == ["Rex", "Minka"]


def test_record_without_an_id_gets_one_the_same_every_time(client: TestClient) -> None:
    sent = [{"name": "Ann", "kind": "cat", "price": 1}, {"name": "Bob", "kind": "dog", "price": 2}]
    first, again = (client.put(PETS, json={"records": [BOB, *sent]}).json() for _ in range(2))
    ids = [each["id"] for each in first["records"]]
    assert len({6, *ids}) == 3
    assert first == again
    assert client.get(f"/v1/pets/{ids[2]}").json()["name"] == "Bob"


def test_pages_have_the_records_from_an_offset_on(client: TestClient) -> None:
    client.put(PETS, json={"records": [{**ANN, "id": n} for n in range(10, 30)]})
    found = client.get(PETS, params={"offset": 18, "limit": 5}).json()
    assert [each["id"] for each in found["records"]] == [28, 29]
    assert found["total"] == 20
    assert client.get(PETS, params={"limit": 0}).json() == {"records": [], "total": 20}
    assert client.get(PETS, params={"offset": 10**30}).json()["records"] == []


def test_nested_records_are_apart_by_what_they_are_below(client: TestClient) -> None:
    below = [{"below": f"{n}0000000-0000-4000-8000-000000000000"} for n in (1, 2)]
    first, second = (f"/boards/v1/boards/{each['below']}/cards" for each in below)
    card = client.post(first, json={"title": "One"}).json()["data"]
    moved = {**card, "board_id": below[1]["below"]}
    answer = client.put(CARDS, params=below[1], json={"records": [moved]})
    assert answer.json() == {"records": [moved], "total": 1}
    assert client.get(second).json()["data"] == [moved]
    assert card in client.get(first).json()["data"]
    client.delete(f"{second}/{card['id']}")
    client.put(CARDS, params=below[1], json={"records": [moved]})
    assert client.get(f"{second}/{card['id']}").json()["data"] == moved
    client.put(CARDS, params=below[0], json={"records": []})
    assert [client.get(CARDS, params=each).json()["total"] for each in below] == [0, 1]


@pytest.mark.parametrize("below", [(), ("b1", "c1")])
def test_what_it_is_below_has_to_be_said(client: TestClient, below: tuple[str, ...]) -> None:
    answer = client.get(CARDS, params={"below": list(below)})
    assert answer.status_code == 400
    assert "cards is below board_id: /boards/{board_id}/cards/" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("records", "pointer"),
    [
        ([ANN, {**BOB, "kind": "fish"}], "/records/1/kind"),
        ([{**ANN, "price": -1}], "/records/0/price"),
        ([{"id": 1, "name": "Ann", "price": 1}], "/records/0/kind"),
        ([ANN, {**BOB, "id": 5}], "/records/1/id"),
        ([ANN, 7], "/records/1"),
    ],
)
def test_records_are_judged_by_the_document(
    client: TestClient, records: list[Any], pointer: str
) -> None:
    before = client.get(PETS).json()
    answer = client.put(PETS, json={"records": records})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["violations"]] == [pointer]
    assert client.get(PETS).json() == before


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("petstor/pets", "no API is called 'petstor'; did you mean 'petstore'?"),
        ("petstore/pest", "no collection is called 'pest'; did you mean 'pets'?"),
    ],
)
def test_unknown_names_are_told_with_the_nearest(
    client: TestClient, path: str, detail: str
) -> None:
    answer = client.get(f"/__admin/resources/{path}")
    assert (answer.status_code, answer.json()["detail"]) == (404, detail)


def test_document_that_remembers_nothing_has_no_collections() -> None:
    client = served("off", PETSTORE)
    assert client.get("/__admin/resources").json() == {"resources": []}
    answer = client.get(PETS)
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("petstore remembers nothing; --remember lenient")


def test_no_more_is_set_than_a_collection_keeps() -> None:
    client = served("strict", PETSTORE, record_limit=2)
    answer = client.put(PETS, json={"records": [ANN, BOB, {**ANN, "id": 9}]})
    assert answer.status_code == 422
    assert "--record-limit 2" in answer.json()["detail"]


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_thing_that_there_is_one_of_is_one_record(mode: str) -> None:
    client = served(mode, DOCUMENTS["accounts"])
    [row] = [
        each
        for each in client.get("/__admin/resources").json()["resources"]
        if each["path"] == "/settings"
    ]
    path = f"/__admin/resources/accounts/{row['collection']}"
    [record] = client.get(path).json()["records"]
    changed = {**record, "locale": "fr"}
    assert client.put(path, json={"records": [changed]}).json()["records"] == [changed]
    twice = client.put(path, json={"records": [changed, changed]})
    assert twice.json()["violations"][0]["message"] == "there is only one of these"
