from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.contract.compare.cases import Case, CaseMaker
from emulator.mock.specs import load_api
from emulator.openapi.requests.make import UnmakeableError
from emulator.settings import Settings
from tests.support.endpoints import pets_api

DOCUMENT = """
openapi: 3.1.0
info: {title: Files, version: "1"}
paths:
  /files:
    post:
      requestBody: {required: true, content: {text/csv: {schema: {type: string}}}}
      responses: {"200": {description: Taken.}}
    put:
      requestBody: {required: true, content: {text/csv: {schema: false}}}
      responses: {"200": {description: Taken.}}
    get:
      parameters: [{name: q, in: query, required: true, schema: false}]
      responses: {"200": {description: Found.}}
"""


def names(operation: str, maker: CaseMaker) -> list[tuple[str, bool]]:
    found = pets_api().operation(operation)
    assert found is not None
    return [(case.name, case.valid) for case in maker.cases(found)]


def test_cases_of_an_operation_with_a_body() -> None:
    assert names("addPet", CaseMaker(pets_api(), 0, drawn=1)) == [
        ("required only", True),
        ("everything", True),
        ("drawn 1", True),
        ("no body", False),
        ("malformed body", False),
        ("body as text", False),
        ("body without /id", False),
        ("wrong body /id", False),
        ("body without /name", False),
        ("wrong body /name", False),
        ("wrong body 1", False),
        ("no credentials", False),
    ]


def test_cases_of_an_operation_with_parameters() -> None:
    assert names("listPets", CaseMaker(pets_api(), 0, drawn=1)) == [
        ("required only", True),
        ("everything", True),
        ("drawn 1", True),
        ("wrong query limit", False),
        ("no credentials", False),
    ]


@given(st.integers(0, 2**32))
def test_equal_seeds_make_equal_cases(seed: int) -> None:
    once, again = (CaseMaker(pets_api(), seed) for _ in range(2))
    for operation in pets_api().operations:
        assert once.cases(operation) == again.cases(operation)


def test_known_value_stands_in_every_valid_request() -> None:
    (operation,) = (each for each in pets_api().operations if each.id == "getPet")
    cases = CaseMaker(pets_api(), 3, known={"id": 77}).cases(operation)
    assert {case.request.path for case in cases if case.valid} == {"/pets/77"}


@pytest.mark.parametrize(
    ("method", "reason"),
    [("PUT", "no value for its body was found"), ("GET", "no value for its query q was found")],
)
def test_operation_without_a_request_says_why(tmp_path: Path, method: str, reason: str) -> None:
    with pytest.raises(UnmakeableError, match=reason):
        cases_of_files(tmp_path, method)


def test_body_need_not_be_json(tmp_path: Path) -> None:
    right, *_, unsupported = cases_of_files(tmp_path, "POST")
    assert (right.request.header("content-type"), right.valid) == ("text/csv", True)
    assert right.request.body
    assert (unsupported.name, unsupported.valid) == ("body as text", False)


def cases_of_files(folder: Path, method: str) -> tuple[Case, ...]:
    path = folder / "files.yaml"
    path.write_text(DOCUMENT)
    api = load_api(str(path), Settings())
    (operation,) = (each for each in api.operations if each.method == method)
    return CaseMaker(api, 0).cases(operation)
