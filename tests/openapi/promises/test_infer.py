"""What is declared in a contract file, and what a document's own names promise."""

from pathlib import Path
from typing import Any

import pytest

from emulator.errors import FixtureError
from emulator.fixtures.contract import contract_file, read_contract
from emulator.fixtures.files import file_schema
from emulator.openapi.document.compile import compile_api
from emulator.openapi.promises.infer import refused_statuses, with_inferred
from emulator.openapi.promises.model import Basis, Contract
from tests.support.pets import API, CONTRACT

EMPTY = Contract()


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("pages: {}", "", "pages"),
        ("pagination: { nobody: {} }", "#/pagination/nobody", "no operation with the id 'nobody'"),
        ("streams: { walkPets: { last: end } }", "#/streams/walkPets", ""),
        (
            "resources: { pet: { create: createPet, parameter: pet_id, read: x } }",
            "#/resources/pet/read",
            "no operation with the id 'x'",
        ),
        (
            "resources: { pet: { create: createPett, parameter: pet_id } }",
            "#/resources/pet/create",
            "createPet",
        ),
        (
            "resources: { pet: { create: createPet, parameter: id, read: getPet } }",
            "#/resources/pet/parameter",
            "has no parameter 'id'",
        ),
        ("resources: { pet: { delete: deletePet } }", "#/resources/pet", "needs one of"),
        ("secrets: { shown_by: [x] }", "#/secrets/shown_by/0", "no operation"),
        ("refuses: { createPet: [4000] }", "#/refuses/createPet/0", "4000"),
    ],
    ids=["section", "operation", "type", "step", "near", "parameter", "none", "secret", "status"],
)
def test_wrong_contract_is_refused_with_its_place(
    tmp_path: Path, text: str, place: str, message: str
) -> None:
    file = tmp_path / "pets.contract.yaml"
    file.write_text(text)
    with pytest.raises(FixtureError) as error:
        read_contract(file, API)
    assert f"{file}{place}" in str(error.value)
    assert message in str(error.value)


def test_contract_stands_beside_its_document() -> None:
    assert contract_file(Path("a/pets.v1.yaml")) == Path("a/pets.v1.contract.yaml")


def test_empty_file_promises_nothing(tmp_path: Path) -> None:
    file = tmp_path / "pets.contract.yaml"
    file.write_text("")
    assert read_contract(file, API) == Contract()


def test_schema_describes_every_section() -> None:
    schema = file_schema("contract").schema
    assert set(schema["properties"]) >= {"pagination", "resources", "streams"}


def test_names_promise_pages_life_cycles_keys_and_streams() -> None:
    found = with_inferred(EMPTY, API)
    (pages,) = found.pages
    assert (pages.operation, pages.cursor, pages.limit) == ("listPets", "cursor", "limit")
    (pet,) = found.resources
    assert (pet.create, pet.read, pet.update) == ("createPet", "getPet", "updatePet")
    assert (pet.delete, pet.list, pet.parameter) == ("deletePet", "listPets", "pet_id")
    assert [each.header for each in found.idempotency] == ["Idempotency-Key"]
    (walk,) = found.streams
    assert (walk.type, walk.first, walk.last) == ("/type", ("start",), ("end",))
    assert {each.basis for each in (pages, pet, walk)} == {Basis.CONVENTION}


def test_what_is_declared_goes_before() -> None:
    found = with_inferred(CONTRACT, API)
    assert [each.basis for each in found.streams] == [Basis.DECLARED]


def test_false_keeps_from_inferring(tmp_path: Path) -> None:
    file = tmp_path / "pets.contract.yaml"
    file.write_text("pagination: { listPets: false }\nresources: { createPet: false }")
    found = with_inferred(read_contract(file, API), API)
    assert (found.pages, found.resources) == ((), ())
    assert found.idempotency


def _api(paths: dict[str, Any]) -> Any:
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    return compile_api("t", "t.yaml", document)


def _get(*names: str) -> dict[str, Any]:
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]
    return {"get": {"parameters": parameters, "responses": {"200": {"description": "fine"}}}}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["cursor", "limit"], ("cursor", None, "limit")),
        (["page", "per_page"], (None, "page", "per_page")),
        (["pageToken", "pageSize"], ("pageToken", None, "pageSize")),
        (["page_size"], (None, None, "page_size")),
    ],
    ids=["cursor", "page", "camel case", "limit only"],
)
def test_query_parameters_that_promise_pages(names: list[str], expected: Any) -> None:
    (pages,) = with_inferred(EMPTY, _api({"/things": _get(*names)})).pages
    assert (pages.cursor, pages.page, pages.limit) == expected


@pytest.mark.parametrize("names", [[], ["q"], ["pages"], ["limits"], ["paging"]], ids=str)
def test_other_names_promise_nothing(names: list[str]) -> None:
    assert with_inferred(EMPTY, _api({"/things": _get(*names)})).pages == ()


def test_refused_statuses_are_those_that_operations_say() -> None:
    said = {"operationId": "a", "x-emulator-refuses": [400]}
    others: list[Any] = [{"operationId": "b"}, {"x-emulator-refuses": [400]}, None, "text"]
    wrong = {"operationId": "c", "x-emulator-refuses": ["400"]}
    paths = {"/": dict(zip("abcdef", [said, *others, wrong], strict=True)), "/x": None}
    assert refused_statuses({"paths": paths}) == {"a": (400,)}
    assert refused_statuses({}) == {}


def test_operations_behind_a_reference_can_refuse_too() -> None:
    said = {"get": {"operationId": "a", "x-emulator-refuses": [400]}}
    paths = {"/": {"$ref": "#/components/x-bundled/item"}, "/x": {"$ref": "#/none"}}
    document: Any = {"paths": paths, "components": {"x-bundled": {"item": said}}}
    assert refused_statuses(document) == {"a": (400,)}
