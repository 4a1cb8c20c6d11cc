"""State files of documents that remember: what is there at start, and what is wrong in them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from emulator.mock.assemble import assemble
from emulator.server.app import create_app
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.paths import ROOT
from tests.support.remembering import DOCUMENTS

PETSTORE, BOARDS = ROOT / "examples" / "petstore.yaml", DOCUMENTS["boards"]
ANN = {"name": "Ann", "kind": "cat", "price": 3}
B1 = "10000000-0000-4000-8000-000000000000"
CARD = {"board_id": B1, "title": "One"}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state file of a test."""
    return tmp_path / "state.yaml"


def settings(
    file: Path, collections: Any, *documents: object, remember: Any = "strict", **more: Any
) -> Settings:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump({"collections": collections}, sort_keys=False))
    specs = tuple(map(str, documents or (PETSTORE,)))
    return Settings(specs, remember=remember, now=NOW, **({"state": file} | more))


def served(made: Settings) -> TestClient:
    return TestClient(create_app(made), base_url="http://127.0.0.1")


def told(made: Settings) -> list[tuple[str, str, str, str]]:
    return [
        (each.code, each.file, each.pointer, each.message)
        for each in assemble(made).notices
        if each.code in ("record-invalid", "state-without-collection")
    ]


@pytest.mark.parametrize("remember", ["lenient", "strict"])
def test_records_of_the_file_are_there_with_their_ids(state: Path, remember: str) -> None:
    made = settings(state, {"pets": {"12": ANN, "4": {**ANN, "id": 4}}}, remember=remember)
    client = served(made)
    listed = client.get("/v1/pets").json()["pets"]
    assert listed == [{"id": 12, **ANN}, {**ANN, "id": 4}]
    assert client.get("/v1/pets/12").json() == listed[0]
    assert client.get("/v1/pets/7").status_code == (404 if remember == "strict" else 200)
    client.delete("/v1/pets/12", headers={"x-api-key": "k"})
    assert client.get("/v1/pets").json()["pets"] == listed[1:]
    client.post("/__admin/reset")
    assert client.get("/v1/pets").json()["pets"] == listed
    assert told(made) == []


def test_records_below_others_stand_under_both_ids(state: Path) -> None:
    made = settings(state, {"cards": {f"{B1}/3": CARD}, "boards": {B1: {"title": "B"}}}, BOARDS)
    client = served(made)
    assert client.get("/boards/v1/boards").json()["data"] == [{"id": B1, "title": "B"}]
    listed = client.get(f"/boards/v1/boards/{B1}/cards").json()["data"]
    assert listed == [{"id": 3, **CARD}]
    other = B1.replace("1", "2", 1)
    assert client.get(f"/boards/v1/boards/{other}/cards").json()["data"] == []
    assert told(made) == []


def test_folder_of_a_document_has_a_state_file_too(tmp_path: Path) -> None:
    own = tmp_path / "fixtures" / "petstore" / "state.yaml"
    made = settings(own, {"pets": {"12": ANN, "x": 1}}, state=None, fixtures=tmp_path / "fixtures")
    assert len(served(made).get("/v1/pets").json()["pets"]) == 1
    [(code, file, pointer, _)] = told(made)
    assert (code, file, pointer) == ("record-invalid", str(own), "/collections/pets/x")


@pytest.mark.parametrize(
    ("collections", "pointer", "message"),
    [
        ({"pets": {"1": {**ANN, "kind": "fish"}}}, "/pets/1/kind", "is not one of"),
        ({"pets": {"1": {"name": "Ann", "price": 1}}}, "/pets/1/kind", "required"),
        ({"pets": {"1": {**ANN, "id": 2}}}, "/pets/1/id", "it stands under '1', another id"),
        ({"pets": {"one": ANN}}, "/pets/one/id", "integer"),
        ({"pets": {"1": "Ann"}}, "/pets/1", "has to be id: {…}"),
        ({"cards": {"3": CARD}}, "/cards/3", "has to be board_id/id: {…}"),
        ({"cards": {f"{B1}/3": {**CARD, "title": ""}}}, f"/cards/{B1}~13/title", "shorter"),
    ],
    ids=["enum", "required", "other-id", "no-id", "no-object", "not-nested", "nested"],
)
def test_records_that_the_document_does_not_allow_are_left_out(
    state: Path, collections: Any, pointer: str, message: str
) -> None:
    made = settings(state, collections, PETSTORE, BOARDS)
    [(code, file, where, why)] = told(made)
    assert (code, file, where) == ("record-invalid", str(state), f"/collections{pointer}")
    assert message in why
    assert why.endswith("; this record is left out")
    assert served(made).get("/__admin/resources/petstore/pets").json()["total"] in (0, 2)


def test_unknown_collection_is_told_the_nearest(state: Path) -> None:
    made = settings(state, {"pest": {}, "cards": {}}, PETSTORE, BOARDS)
    [(code, file, pointer, message)] = told(made)
    assert (code, file, pointer) == ("state-without-collection", str(state), "/collections/pest")
    assert message.startswith("no collection is called 'pest'; did you mean 'pets'?")


def test_templates_and_services_may_have_any_other_collection(state: Path) -> None:
    assert told(settings(state, {"users": {}}, PETSTORE, "paragon")) == []
    assert told(settings(state, {"users": {}}))[0][3].startswith("no collection is called 'users'")


def test_nothing_is_judged_where_nothing_is_remembered(state: Path) -> None:
    made = settings(state, {"pets": {"1": {}}, "pest": {}}, remember="off")
    assert told(made) == []
    assert assemble(made).collections["petstore"] == {"pets": {"1": {}}, "pest": {}}


def test_things_that_there_is_one_of_stand_under_any_name_or_what_they_are_below(
    state: Path,
) -> None:
    made = {"locale": "fr", "pageLength": 3}
    below = {"acc-000001": made, "acc-000002": {**made, "locale": "xx"}}
    collections = {"settings": {"only": made}, "accounts/settings": below}
    found = settings(state, collections, DOCUMENTS["accounts"])
    client = served(found)
    for path in ("settings", "accounts/acc-000001/settings"):
        prefix = assemble(found).services[0].api.prefixes[0]
        assert client.get(f"{prefix}/{path}").json() == made
    assert [each[2] for each in told(found)] == [
        "/collections/accounts~1settings/acc-000002/locale"
    ]
