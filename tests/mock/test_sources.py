"""The order of choice: preference, stub, recording, admission, trigger, service, fixture, …"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.faults.base import Fault
from emulator.faults.table import FAULTS
from emulator.fixtures.load import Fixtures, load_fixtures
from emulator.http.messages import Headers, Json, Request
from emulator.http.problems import problem
from emulator.mock.exchange import Endpoint, Exchange, Handler, Service
from emulator.mock.generate import response_generator
from emulator.mock.plan import Plan
from emulator.mock.preferences import NOTHING, Preferences
from emulator.mock.responses import Generated, Responses, compile_responses
from emulator.mock.sources import choose
from emulator.mock.state.store import Hold
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.security.check import Policy, Principal, compile_guard
from emulator.openapi.validate.admit import Admission
from emulator.openapi.validate.request import ValidRequest, compile_request
from emulator.schema.chance import chance_of
from tests.support.apis import api_of, operation, write

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
NO_FIXTURES = Fixtures()

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


def responses_of(fixtures: Fixtures) -> Responses:
    return compile_responses(API, operation_of(API), fixtures)


def valid(query: Mapping[str, Json] | None = None, headers: Headers = ()) -> ValidRequest:
    parameters = {"path": {}, "query": query or {}, "header": {}, "cookie": {}}
    return ValidRequest(Request("GET", "/a", "", headers), Principal(), parameters)


def exchange_of(
    responses: Responses,
    request: ValidRequest | None = None,
    handler: Handler | None = None,
    preferences: Preferences = NOTHING,
    fixtures: Fixtures = NO_FIXTURES,
) -> Exchange:
    """An exchange for an operation with these responses."""
    request = request or valid()
    service = Service(API, fixtures, Policy(), response_generator(API))
    operation, guard = operation_of(API), compile_guard(())
    admission = Admission(guard, service.policy, compile_request(API, operation))
    return Exchange(
        request=request.request,
        service=service,
        chance=chance_of("s"),
        now=NOW,
        endpoint=Endpoint(service, operation, admission, responses, handler),
        preferences=preferences,
        valid=request,
        handler=handler,
    )


def chosen(plan: Plan) -> tuple[int, str, str | None]:
    """(status, rule, name of what is stored)."""
    return plan.status, plan.rule, plan.stored.fixture.name if plan.stored else None


def handler(exchange: Exchange) -> Plan:
    return exchange.respond("200.other", {"x": 1}, (Hold("k"),))


TRIGGERED = valid({"q": "x"})


def test_order_of_choice(fixtures: Fixtures) -> None:
    responses, code = responses_of(fixtures), Preferences(code=201)
    none = responses_of(NO_FIXTURES)
    exchanges = [
        (exchange_of(responses, TRIGGERED, handler, code), (201, "preference", None)),
        (exchange_of(responses, TRIGGERED, handler), (404, "trigger", "default")),
        (exchange_of(responses, None, handler), (200, "behaviour", "other")),
        (exchange_of(responses), (200, "fixture", "default")),
        (exchange_of(none), (200, "example", "e1")),
    ]
    assert [chosen(choose(each)) for each, _ in exchanges] == [plan for _, plan in exchanges]


def test_generated_is_the_last_resort() -> None:
    api = api_of({"/a": {"get": operation({"200": {"description": "", "content": SCHEMA}})}})
    plan = choose(exchange_of(compile_responses(api, api.operations[0], NO_FIXTURES)))
    assert chosen(plan) == (200, "generated", None)
    assert isinstance(plan.body, Generated)
    assert plan.body.media_type is not None


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
    exchange = exchange_of(responses_of(fixtures), None, handler, preferences)
    assert chosen(choose(exchange)) == expected


@pytest.mark.parametrize(
    "preferences",
    [Preferences(code=200, example="teapot"), Preferences(example="nothing")],
    ids=["example of another status", "unknown example"],
)
def test_preference_that_cannot_be_met(fixtures: Fixtures, preferences: Preferences) -> None:
    plan = choose(exchange_of(responses_of(fixtures), preferences=preferences))
    assert plan.problem is not None
    assert plan.problem.type.name == "response-not-documented"


def test_undocumented_status_names_the_documented() -> None:
    responses = compile_responses(API, operation_of(API, "postA"), NO_FIXTURES)
    plan = choose(exchange_of(responses, preferences=Preferences(code=404)))
    assert plan.problem is not None
    assert plan.problem.detail == "404 is not documented; there is: 201"


@pytest.mark.parametrize("preferences", [NOTHING, Preferences(code=404)], ids=["none", "status"])
def test_rejected_request_is_refused_whatever_it_prefers(
    fixtures: Fixtures, preferences: Preferences
) -> None:
    exchange = exchange_of(responses_of(fixtures), TRIGGERED, handler, preferences)
    exchange.refusal = problem("credentials-missing", "no")
    assert choose(exchange).problem is exchange.refusal


def test_refusal_of_a_handler_stands_unless_something_was_preferred(fixtures: Fixtures) -> None:
    responses, refusal = responses_of(fixtures), problem("tool-not-found", "no")
    plan = choose(exchange_of(responses, None, lambda _: refusal))
    assert plan.problem is refusal
    preferred = choose(exchange_of(responses, None, lambda _: refusal, Preferences(code=404)))
    assert chosen(preferred) == (404, "preference", "default")


@pytest.mark.parametrize(
    ("preferences", "effects"),
    [
        (NOTHING, (Hold("k"),)),
        (Preferences(code=200), ()),
        (Preferences(code=404), ()),
        (Preferences(example="other"), ()),
        (Preferences(fault=Fault(FAULTS["connection-reset"])), (Hold("k"),)),
    ],
    ids=["nothing", "status", "another status", "example", "fault"],
)
def test_forced_response_has_no_effects(
    fixtures: Fixtures, preferences: Preferences, effects: tuple[Hold, ...]
) -> None:
    exchange = exchange_of(responses_of(fixtures), None, handler, preferences)
    assert choose(exchange).effects == effects


@pytest.mark.parametrize(
    ("fixture", "expected"),
    [("404.gone", (404, "fixture", "default")), ("201.gone", (201, "generated", None))],
)
def test_handler_without_its_fixture_gets_what_there_is(
    fixtures: Fixtures, fixture: str, expected: tuple[int, str, str | None]
) -> None:
    exchange = exchange_of(responses_of(fixtures), None, lambda each: each.respond(fixture))
    assert chosen(choose(exchange)) == expected


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
    responses = responses_of(NO_FIXTURES)
    plan = choose(exchange_of(responses, valid(headers=headers), None, Preferences(code=203)))
    assert plan.stored is not None
    assert plan.stored.media_type == media_type


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
    compiled = compile_responses(api, api.operations[0], NO_FIXTURES)
    plan = exchange_of(compiled).refuse(REFUSAL)
    assert (plan.status, plan.rule) == (status, "refusal")


def test_refusal_in_the_services_words(tmp_path: Path) -> None:
    files = {"problems/parameters-invalid.yaml": "{status: 400, body: no}"}
    fixtures = load_fixtures(write(tmp_path, files), API)
    plan = exchange_of(responses_of(fixtures), fixtures=fixtures).refuse(REFUSAL)
    assert plan.status == 400
    assert plan.stored is not None
    assert plan.stored.media_type == "application/json"


def test_refusal_outside_of_any_operation() -> None:
    exchange = Exchange(Request("GET", "/"), None, chance_of("s"), NOW)
    assert exchange.refuse(problem("path-not-found", "no")).status == 404


def test_fixtures_of_another_order_decide_the_same(fixtures: Fixtures) -> None:
    turned = {name: each[::-1] for name, each in fixtures.responses.items()}
    plan = choose(exchange_of(responses_of(replace(fixtures, responses=turned))))
    assert chosen(plan) == (200, "fixture", "default")
