"""The emulator itself with one thing changed: each change is found, and found to be what it is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.endpoints import (
    AUTH,
    PETS,
    Change,
    differences,
    endpoint,
    run,
    unchanged,
    when,
)

PET = "GET /v1/pets/"
LIST = "GET /v1/pets"


def put(**members: Any) -> Callable[[Any], Any]:
    return lambda value: {**value, **members}


def without(name: str) -> Callable[[Any], Any]:
    return lambda value: {k: v for k, v in value.items() if k != name}


def every_second(change: Change) -> Change:
    return lambda answer: change(answer) if answer.number % 2 else answer


def code(text: str) -> Callable[[Any], Any]:
    return lambda value: {"error": {**value["error"], "code": text}}


CHANGES = [
    pytest.param(
        when(PET, 200, value=put(id="1")),
        ("endpoint", "document", "200 body /id type"),
        id="a type",
    ),
    pytest.param(
        when(PET, 200, value=put(status="lost")),
        ("endpoint", "document", "200 body /status enum"),
        id="an enum value",
    ),
    pytest.param(
        when(PET, 200, value=without("name")),
        ("endpoint", "document", "200 body /name required"),
        id="a required member",
    ),
    pytest.param(
        when(PET, 200, status=202),
        ("endpoint", "document", "202"),
        id="a status that is not documented",
    ),
    pytest.param(
        when(PET, 200, headers=put(**{"content-type": "text/plain"})),
        ("endpoint", "document", "200 header /content-type content"),
        id="a media type",
    ),
    pytest.param(
        when(PET, 200, status=404, value={"error": {"code": "none"}}),
        ("different", "status", "200, 404"),
        id="a documented status",
    ),
    pytest.param(
        when(PET, 400, status=404), ("different", "status", "400, 404"), id="another refusal"
    ),
    pytest.param(
        when(PET, 400, value=code("invalid")),
        ("different", "error code", "400"),
        id="an error code",
    ),
    pytest.param(
        when(PET, 200, value=without("nickname")),
        ("different", "presence", "200 /nickname"),
        id="an optional member",
    ),
    pytest.param(
        when(PET, 200, value=put(age=3)), ("different", "presence", "200 /age"), id="a new member"
    ),
    pytest.param(
        when(PET, 200, value=put(born="2020-05-01T10:00:00Z")),
        ("different", "domain", "200 /born"),
        id="a time for a date",
    ),
    pytest.param(
        when(PET, 200, value=put(status="sold")),
        ("different", "domain", "200 /status"),
        id="another documented state",
    ),
    pytest.param(
        when(LIST, 200, headers=without("x-total")),
        ("different", "header", "200 x-total"),
        id="an optional header",
    ),
    pytest.param(
        every_second(when(PET, 200, status=404, value={"error": {"code": "none"}})),
        ("flaky", "status", "200, 404"),
        id="a status now and then",
    ),
    pytest.param(
        every_second(when(PET, 200, value=without("name"))),
        ("flaky", "document", "200 body /name required"),
        id="a breach now and then",
    ),
    pytest.param(
        every_second(when(PET, 200, value=without("nickname"))),
        ("flaky", "presence", "200 /nickname"),
        id="a member now and then",
    ),
    pytest.param(
        every_second(when(PET, 400, value=code("invalid"))),
        ("flaky", "error code", "400"),
        id="an error code now and then",
    ),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_change_is_the_one_difference(
    tmp_path: Path, change: Change, expected: tuple[str, str, str]
) -> None:
    found, code = differences(
        tmp_path, change, "--include", "getPet" if "x-total" not in expected[2] else "listPets"
    )
    assert [(each["kind"], each["aspect"], each["place"]) for each in found] == [expected]
    assert code == (0 if expected[0] == "flaky" else 1)


@pytest.mark.parametrize(
    "change",
    [
        when(PET, 200, value=put(id=7, name="Bo", nickname="B", born="1999-12-31")),
        when(LIST, 200, value=lambda pets: [*pets, *pets]),
        when(LIST, 200, value=lambda _: []),
        when(PET, 400, value=lambda value: {"error": {**value["error"], "message": "no"}}),
    ],
    ids=["other data", "more items", "no items", "another message"],
)
def test_data_is_no_difference(tmp_path: Path, change: Change) -> None:
    assert differences(tmp_path, change) == ([], 0)


def test_answer_that_takes_what_the_document_forbids_mends_the_document(tmp_path: Path) -> None:
    pet = {"id": 1, "name": "Ada", "nickname": "A", "status": "available", "born": "2020-05-01"}
    found, _ = differences(tmp_path, when("POST /v1/pets", 400, status=201, value=pet))
    assert {each["place"] for each in found} == {"400, 201"}
    assert {each["suggestion"]["mend"] for each in found} == {"document"}


def test_failure_is_the_endpoints_though_it_is_documented(tmp_path: Path) -> None:
    failing = when(LIST, 200, status=503, value={"error": {"code": "none"}})
    (found,), code = differences(tmp_path, failing, "--include", "listPets")
    assert (found["kind"], found["aspect"], found["place"]) == ("endpoint", "status", "200, 503")
    assert found["suggestion"]["text"].startswith("the endpoint fails, which nobody should imitate")
    assert code == 1


def test_member_that_only_the_emulator_made_up_is_no_difference(tmp_path: Path) -> None:
    (tmp_path / "endpoints" / "getPet").mkdir(parents=True)
    made_up = "body: {id: 1, name: Ada, nickname: A, status: available, born: '', mood: good}"
    (tmp_path / "endpoints" / "getPet" / "200.default.yaml").write_text(made_up)
    with endpoint() as (url, _):
        arguments = ("--include", "getPet", "--fixtures", str(tmp_path))
        done = run(PETS, url, *AUTH, *arguments)
    assert "mood" not in done.output
    assert "domain 200 /born" in done.output


def test_what_several_operations_have_in_common_is_told_once() -> None:
    with endpoint(when("GET /v1/", 400, value=code("invalid"))) as (url, _):
        done = run(PETS, url, *AUTH)
    assert done.output.count("error code 400") == 1
    assert "GET /pets and 1 more: GET /pets/{id}" in done.output
    assert "2 different" in done.output


def test_members_that_are_missing_together_are_told_once() -> None:
    change = when(PET, 200, value=lambda value: {"id": value["id"], "name": value["name"]})
    with endpoint(change) as (url, _):
        done = run(PETS, url, *AUTH, "--include", "getPet")
    assert "presence 200 /born, /nickname, /status (required only" in done.output
    assert "3 different" in done.output


def test_difference_shows_both_exchanges(tmp_path: Path) -> None:
    (found,), _ = differences(tmp_path, when(PET, 200, value=without("nickname")))
    assert [each["with"] for each in found["exchanges"]] == ["emulator", "endpoint"]
    assert ['"nickname"' in each["response"] for each in found["exchanges"]] == [True, False]
    assert all(each["request"].startswith("GET /v1/pets/1\n") for each in found["exchanges"])
    assert found["suggestion"]["mend"] == "fixture"


def test_member_that_the_document_does_not_know_mends_the_document(tmp_path: Path) -> None:
    (found,), _ = differences(tmp_path, when(PET, 200, value=put(age=3)))
    assert found["suggestion"]["mend"] == "document"


def test_answer_of_an_emulator_that_breaks_the_document_is_its_own(tmp_path: Path) -> None:
    stub = {
        "request": {"method": "GET", "urlPathPattern": "/v1/pets/[^/]+"},
        "response": {"status": 200, "jsonBody": {"id": 1}},
    }
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "one.json").write_text(json.dumps(stub))
    arguments = ("--mappings", str(tmp_path), "--include", "getPet", "--fail-on", "emulator")
    for change in (unchanged, when(PET, 200, value=without("name"))):
        with endpoint(change) as (url, _):
            done = run(PETS, url, *AUTH, *arguments)
        assert done.exit_code == 1
        assert "emulator breaks the document (1)" in done.output
        assert "document 200 body /name required" in done.output
    assert "endpoint breaks the document (1)" in done.output


def test_fault_with_a_probability_is_flaky(tmp_path: Path) -> None:
    profile = tmp_path / "faults.yaml"
    profile.write_text(
        "- {fault: schema-violation, where: {operation: getPet}, when: {probability: 0.5}}\n"
    )
    with endpoint(faults=profile) as (url, _):
        done = run(PETS, url, *AUTH, "--include", "getPet", "--fail-on", "flaky", "--repeats", "6")
    assert "flaky: differs from itself" in done.output
    assert "endpoint breaks" not in done.output
    assert done.exit_code == 1


def test_fault_that_always_strikes_breaks_the_document(tmp_path: Path) -> None:
    profile = tmp_path / "faults.yaml"
    profile.write_text("- {fault: schema-violation, where: {operation: getPet}}\n")
    with endpoint(faults=profile) as (url, _):
        done = run(PETS, url, *AUTH, "--include", "getPet", "--fail-on", "endpoint")
    assert "endpoint breaks the document" in done.output
    assert "flaky:" not in done.output
    assert done.exit_code == 1


def test_connection_that_breaks_is_the_endpoints(tmp_path: Path) -> None:
    profile = tmp_path / "faults.yaml"
    profile.write_text("- {fault: connection-reset, where: {operation: getPet}}\n")
    file = tmp_path / "report.json"
    with endpoint(faults=profile) as (url, _):
        run(PETS, url, *AUTH, "--json", str(file))
    report = json.loads(file.read_text())
    found = [each for each in report["differences"] if each["aspect"] == "answer"]
    assert [(each["kind"], each["operation"]) for each in found] == [("endpoint", "GET /pets/{id}")]
    assert report["operations"]["compared"] == ["GET /pets"]
