"""The order of choice: preference, trigger, behaviour, fixture, example, generated."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from emulator.mock.decide import Decision, decide, refuse

from emulator.faults.base import Fault
from emulator.faults.table import FAULTS
from emulator.fixtures.load import Fixtures, load_fixtures
from emulator.http.messages import Headers, Json, Request
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer
from emulator.mock.preferences import NOTHING, Preferences
from emulator.mock.responses import Answers, compile_answers
from emulator.mock.state.store import Hold
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.security.check import Principal
from emulator.openapi.validate.request import ValidRequest
from tests.support.apis import api_of, operation, write

EXAMPLE = {"application/json": {"schema": {}, "examples": {"e1": {"value": 1}, "e2": {"value": 2}}}}
SCHEMA = {"application/json": {"schema": {"type": "string"}}}
TWO = {"application/json": {"example": {}}, "text/html": {"example": "<p>"}}

API = api_of(
    {
        "/a": {
            "get": operation(
                {
                    "200": {"description": "", "content": EXAMPLE},
                    "201": {"description": "", "content": SCHEMA},
                    "202": {"description": ""},
                    "203": {"description": "", "content": TWO},
                    "404": {"description": "", "content": SCHEMA},
                    "4XX": {"description": "", "content": EXAMPLE},
                    "default": {"description": "", "content": SCHEMA},
                },
                operationId="getA",
            ),
            "post": operation({"201": {"description": ""}}, operationId="postA"),
        }
    }
)

FILES = {
    "getA/200.default.yaml": "body: {}",
    "getA/200.other.yaml": "body: {a: 1}",
    "getA/404.default.yaml": "body: no",
    "getA/4XX.teapot.yaml": "{status: 418, body: tea}",
    "triggers.yaml": """
- {name: t, operation: getA, status: 404, answer: 404.default,
   when: [{in: query, name: q, equals: x}]}
""",
}


@pytest.fixture
def fixtures(tmp_path: Path) -> Fixtures:
    return load_fixtures(write(tmp_path, FILES), API)


def operation_of(api: Api, operation_id: str = "getA") -> Operation:
    found = api.operation(operation_id)
    assert found is not None
    return found


def answers_of(fixtures: Fixtures) -> Answers:
    return compile_answers(API, operation_of(API), fixtures)


def valid(query: Mapping[str, Json] | None = None, headers: Headers = ()) -> ValidRequest:
    return ValidRequest(Request("GET", "/a", "", headers), Principal(), {"query": query or {}})


def chosen(decision: Decision | Problem) -> tuple[int, str, str | None]:
    """(status, rule, name of what is stored)."""
    assert isinstance(decision, Decision)
    name = decision.stored.fixture.name if decision.stored else None
    return decision.status, decision.rule, name


BEHAVIOUR = Answer("200.other", {"x": 1}, (Hold("k"),))
TRIGGERED = valid({"q": "x"})


def test_order_of_choice(fixtures: Fixtures) -> None:
    answers, code = answers_of(fixtures), Preferences(code=201)
    none = answers_of(Fixtures())
    assert chosen(decide(answers, TRIGGERED, BEHAVIOUR, code)) == (201, "preference", None)
    assert chosen(decide(answers, TRIGGERED, BEHAVIOUR, NOTHING)) == (404, "trigger", "default")
    assert chosen(decide(answers, valid(), BEHAVIOUR, NOTHING)) == (200, "behaviour", "other")
    assert chosen(decide(answers, valid(), None, NOTHING)) == (200, "fixture", "default")
    assert chosen(decide(none, valid(), None, NOTHING)) == (200, "example", "e1")


def test_generated_is_the_last_resort() -> None:
    api = api_of({"/a": {"get": operation({"200": {"description": "", "content": SCHEMA}})}})
    answers = compile_answers(api, api.operations[0], Fixtures())
    decision = decide(answers, valid(), None, NOTHING)
    assert chosen(decision) == (200, "generated", None)
    assert isinstance(decision, Decision)
    assert decision.schema is not None


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        (Preferences(code=200), (200, "behaviour", "other")),
        (Preferences(code=404), (404, "preference", "default")),
        (Preferences(code=418), (418, "preference", "teapot")),
        (Preferences(code=429), (418, "preference", "teapot")),
        (Preferences(code=503), (503, "preference", None)),
        (Preferences(code=200, example="e2"), (200, "preference", "e2")),
        (Preferences(example="teapot"), (418, "preference", "teapot")),
        (Preferences(code=200, dynamic=True), (200, "preference", None)),
        (Preferences(dynamic=True), (200, "preference", None)),
        (Preferences(seed="s"), (200, "behaviour", "other")),
        (Preferences(fault=Fault(FAULTS["connection-reset"])), (200, "behaviour", "other")),
    ],
    ids=str,
)
def test_preferred(
    fixtures: Fixtures, preferences: Preferences, expected: tuple[int, str, str | None]
) -> None:
    assert chosen(decide(answers_of(fixtures), valid(), BEHAVIOUR, preferences)) == expected


@pytest.mark.parametrize(
    "preferences",
    [Preferences(code=200, example="teapot"), Preferences(example="nothing")],
    ids=["example of another status", "unknown example"],
)
def test_wish_that_cannot_be_met(fixtures: Fixtures, preferences: Preferences) -> None:
    refusal = decide(answers_of(fixtures), valid(), None, preferences)
    assert isinstance(refusal, Problem)
    assert refusal.type.name == "response-not-documented"


def test_undocumented_status_names_the_documented() -> None:
    answers = compile_answers(API, operation_of(API, "postA"), Fixtures())
    refusal = decide(answers, valid(), None, Preferences(code=404))
    assert isinstance(refusal, Problem)
    assert refusal.detail == "404 is not documented; there is: 201"


def test_refusal_of_a_behaviour_stands_unless_something_was_preferred(fixtures: Fixtures) -> None:
    answers, refusal = answers_of(fixtures), problem("tool-not-found", "no")
    assert decide(answers, valid(), refusal, NOTHING) is refusal
    assert chosen(decide(answers, valid(), refusal, Preferences(code=404))) == (
        404,
        "preference",
        "default",
    )


def test_effects_belong_to_the_behaviours_own_answer(fixtures: Fixtures) -> None:
    answers = answers_of(fixtures)
    own = decide(answers, valid(), BEHAVIOUR, NOTHING)
    forced = decide(answers, valid(), BEHAVIOUR, Preferences(code=404))
    assert isinstance(own, Decision)
    assert isinstance(forced, Decision)
    assert (own.effects, forced.effects) == ((Hold("k"),), ())


@pytest.mark.parametrize(
    ("preferences", "effects"),
    [
        (NOTHING, (Hold("k"),)),
        (Preferences(code=200), ()),
        (Preferences(example="other"), ()),
        (Preferences(fault=Fault(FAULTS["connection-reset"])), (Hold("k"),)),
    ],
    ids=["nothing", "status", "example", "fault"],
)
def test_what_was_forced_changes_nothing(
    fixtures: Fixtures, preferences: Preferences, effects: tuple[Hold, ...]
) -> None:
    decision = decide(answers_of(fixtures), valid(), BEHAVIOUR, preferences)
    assert isinstance(decision, Decision)
    assert decision.effects == effects


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("404.gone", (404, "fixture", "default")), ("201.gone", (201, "generated", None))],
)
def test_behaviour_without_its_fixture_gets_what_there_is(
    fixtures: Fixtures, answer: str, expected: tuple[int, str, str | None]
) -> None:
    decision = decide(answers_of(fixtures), valid(), Answer(answer), NOTHING)
    assert chosen(decision) == expected


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("text/html", "text/html"),
        ("text/*, application/json;q=0.1", "text/html"),
        ("image/png", "application/json"),
        ("rubbish", "application/json"),
    ],
)
def test_media_type_is_negotiated(accept: str | None, media_type: str) -> None:
    headers = (("accept", accept),) if accept else ()
    decision = decide(answers_of(Fixtures()), valid(headers=headers), None, Preferences(code=203))
    assert isinstance(decision, Decision)
    assert decision.media_type == media_type


REFUSAL = problem("parameters-invalid", "no")


@pytest.mark.parametrize(
    ("responses", "status"),
    [
        (("200", "422", "400"), 422),
        (("200", "400"), 400),
        (("200", "4XX"), 422),
        (("200", "default"), 422),
        (("200",), 422),
    ],
    ids=str,
)
def test_refusal_takes_a_documented_status(responses: tuple[str, ...], status: int) -> None:
    documented = {key: {"description": ""} for key in responses}
    api = api_of({"/": {"get": operation(documented)}})
    answers = compile_answers(api, api.operations[0], Fixtures())
    decision = refuse(Fixtures(), answers, REFUSAL)
    assert (decision.status, decision.rule) == (status, "refusal")


def test_refusal_in_the_services_words(tmp_path: Path) -> None:
    files = {"problems/parameters-invalid.yaml": "{status: 400, body: no}"}
    fixtures = load_fixtures(write(tmp_path, files), API)
    decision = refuse(fixtures, answers_of(fixtures), REFUSAL)
    assert (decision.status, decision.media_type is None) == (400, True)
    assert decision.stored is not None
    assert decision.stored.media_type == "application/json"


def test_refusal_outside_of_any_operation() -> None:
    assert refuse(Fixtures(), None, problem("path-not-found", "no")).status == 404


def test_fixtures_of_another_order_decide_the_same(fixtures: Fixtures) -> None:
    turned = {name: each[::-1] for name, each in fixtures.responses.items()}
    answers = answers_of(replace(fixtures, responses=turned))
    assert chosen(decide(answers, valid(), None, NOTHING)) == (200, "fixture", "default")
