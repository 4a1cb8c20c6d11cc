"""Stubs in front of the services, on the wire: when they answer, what they change and say."""

from typing import Any

import httpx
import pytest

from emulator.faults.base import make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import Request
from emulator.mock.assemble import assemble
from emulator.mock.fault_rules.book import FaultBook
from emulator.mock.pipeline import handle
from emulator.mock.state.store import Memory
from emulator.schema.chance import name_of
from emulator.settings import Settings
from emulator.stubs.book import NO_STUBS
from emulator.stubs.stub import Stub, parse_stub
from tests.support.clock import NOW
from tests.support.control_plane import Admin

Json = Any
RUN = "/projects/p/tools"
VALID = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "hi"}}
TEMPLATED = ["response-template"]
REFUSAL = {"message": "no", "code": "1", "status": 401, "meta": {}}


@pytest.fixture
def admin(client: httpx.Client, request: pytest.FixtureRequest) -> Admin:
    return Admin(client, request.node.name.partition("[")[0])


def run(admin: Admin, body: Json = VALID, **headers: str) -> httpx.Response:
    given = {"authorization": "Bearer paragon_dev_token", **headers}
    return admin.client.post(f"/~{admin.scope}{RUN}", json=body, headers=given)


def stub_run(admin: Admin, response: Json, **fields: Json) -> str:
    return admin.stub(request={"method": "POST", "urlPath": RUN}, response=response, **fields)


def test_stub_answers_before_the_service_and_nothing_is_executed(admin: Admin) -> None:
    id_ = stub_run(admin, {"status": 401, "jsonBody": REFUSAL})
    answer = run(admin)
    assert (answer.status_code, answer.json()) == (401, REFUSAL)
    said = {name: value for name, value in answer.headers.items() if name.startswith("emulator-")}
    assert said == {
        "emulator-operation": "runTool",
        "emulator-rule": "stub",
        "emulator-source": "stub",
        "emulator-stub": id_,
        "emulator-forced": "true",
    }
    assert admin("GET", "/executions").json()["executions"] == []
    admin("DELETE", "/mappings")
    assert run(admin).headers["emulator-rule"] == "behaviour"
    assert len(admin("GET", "/executions").json()["executions"]) == 1


def test_wish_for_an_answer_goes_before_a_stub(admin: Admin) -> None:
    stub_run(admin, {"status": 401, "jsonBody": REFUSAL})
    assert run(admin, prefer="code=404").headers["emulator-rule"] == "preference"
    assert run(admin, prefer="dynamic=true").headers["emulator-rule"] == "preference"
    assert run(admin, prefer="delay=1").headers["emulator-rule"] == "stub"


def test_stub_goes_before_a_trigger(admin: Admin) -> None:
    path = "/api/v3.1/tools/execute/GITHUB_GET_A_REPOSITORY"
    body = {"user_id": "user_without_account", "arguments": {"owner": "o", "repo": "r"}}

    def ask() -> str:
        url = f"/~{admin.scope}{path}"
        answer = admin.client.post(url, json=body, headers={"x-api-key": "ak_test"})
        return answer.headers["emulator-rule"]

    assert ask() != "stub"
    admin.stub(request={"urlPath": path})
    assert ask() == "stub"


@pytest.mark.parametrize(
    ("headers", "body", "location"),
    [({"authorization": ""}, VALID, "security"), ({}, {"tool": 1}, "body")],
)
def test_stub_answers_what_would_be_refused_and_the_journal_says_so(
    admin: Admin, headers: dict[str, str], body: Json, location: str
) -> None:
    stub_run(admin, {"body": "fine"})
    assert run(admin, body, **headers).text == "fine"
    trace = admin("GET", "/requests").json()["requests"][0]["trace"]
    assert trace["violations"][0]["location"] == location
    assert trace["rule"] == "stub"


def test_templated_answer_that_breaks_the_document_says_so_when_it_is_given(admin: Admin) -> None:
    body = {"message": "{{ parseJson(request.body).parameters.message | length }}"}
    stub_run(admin, {"status": 401, "jsonBody": body, "transformers": ["response-template"]})
    answer = run(admin)
    assert answer.json() == {"message": 2}
    assert answer.headers["emulator-violations"].startswith("body /")
    trace = admin("GET", "/requests").json()["requests"][0]["trace"]
    assert {each["location"] for each in trace["breaches"]} == {"body"}


def test_stub_answers_a_path_that_no_document_has(admin: Admin) -> None:
    headers = {"Set-Cookie": ["a=1", "b=2"], "Content-Length": "7", "X-A": "b"}
    admin.stub(
        request={"method": "PATCH", "urlPathTemplate": "/own/{id}"},
        response={"status": 202, "base64Body": "AAE=", "headers": headers},
    )
    answer = admin.client.patch(f"/~{admin.scope}/own/7")
    assert (answer.status_code, answer.content) == (202, b"\x00\x01")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["x-a"] == "b"
    assert answer.headers["content-length"] == "2"
    assert "emulator-operation" not in answer.headers
    assert admin.get("/own/7").status_code == 404


@pytest.mark.parametrize("method", ["OPTIONS", "PUT"])
def test_stub_answers_a_method_that_the_document_has_not(admin: Admin, method: str) -> None:
    admin.stub(request={"method": method, "urlPath": RUN}, response={"body": "own"})
    answer = admin.client.request(method, f"/~{admin.scope}{RUN}")
    assert (answer.status_code, answer.text) == (200, "own")


def test_json_is_sent_as_json_unless_the_stub_says_otherwise(admin: Admin) -> None:
    admin.stub(request={"urlPath": "/a"}, response={"jsonBody": {"b": [1]}})
    own = {"content-type": "application/vnd.own+json"}
    admin.stub(request={"urlPath": "/b"}, response={"jsonBody": None, "headers": own})
    assert admin.get("/a").headers["content-type"] == "application/json"
    answer = admin.get("/b")
    assert (answer.content, answer.headers["content-type"]) == (b"null", own["content-type"])


def test_scopes_do_not_see_each_others_stubs(admin: Admin) -> None:
    admin.stub(request={"urlPath": "/mine"})
    assert admin.get("/mine").status_code == 200
    assert admin.client.get("/~stubbing-other/mine").status_code == 404
    assert admin.client.get("/mine").status_code == 404


def test_fault_rules_strike_the_answers_of_stubs(admin: Admin) -> None:
    admin.stub(request={"urlPath": "/mine"}, response={"body": "fine"})
    where = {"request": {"urlPath": "/mine", "headers": {"X-Hit": {"equalTo": "1"}}}}
    rule = {"fault": "error", "parameters": {"status": 503}, "where": where}
    assert admin("POST", "/faults", rule).status_code == 201
    assert admin.get("/mine").text == "fine"
    answer = admin.client.get(f"/~{admin.scope}/mine", headers={"x-hit": "1"})
    assert (answer.status_code, answer.headers["emulator-fault"]) == (503, "error")


def test_pattern_of_a_fault_rule_that_is_none_is_pointed_at(admin: Admin) -> None:
    for request, pointer in (
        ({"urlPattern": "("}, "/where/request/urlPattern"),
        ({"path": "/"}, "/where/request/path"),
    ):
        rule = {"fault": "error", "where": {"request": request}}
        answer = admin("POST", "/faults", rule)
        assert answer.status_code == 422
        assert answer.json()["violations"][0]["pointer"] == pointer


def test_scenario_moves_on_only_where_the_answer_was_given(admin: Admin) -> None:
    for state, new in (("Started", "two"), ("two", "three")):
        admin.stub(
            request={"urlPath": "/s"},
            response={"body": state},
            scenarioName="S",
            requiredScenarioState=state,
            newScenarioState=new,
        )
    rule = {"fault": "error", "when": {"first": 1}, "after_execution": False}
    assert admin("POST", "/faults", rule).status_code == 201
    assert admin.get("/s").headers["emulator-fault"] == "error"
    assert [admin.get("/s").text for _ in range(2)] == ["Started", "two"]


def test_template_that_fails_for_this_request_is_a_501(admin: Admin) -> None:
    response = {"body": "{{ 1 // (request.query.n | int) }}", "transformers": ["response-template"]}
    admin.stub(request={"urlPath": "/t"}, response=response)
    assert admin.get("/t?n=1").text == "1"
    answer = admin.get("/t?n=0")
    assert answer.status_code == 501
    assert answer.headers["emulator-problem"] == "response-not-generated"


def test_equal_requests_get_drawn_answers_of_their_own_in_the_same_order(admin: Admin) -> None:
    text = "{{ randomValue() }} {{ randomInt() }} {{ request.id }}"
    response = {"body": text, "transformers": ["response-template"]}
    orders = []
    for _ in range(2):
        admin("POST", "/reset")
        admin.stub(request={"urlPath": "/r"}, response=response)
        orders.append([admin.get(path).text for path in ("/r", "/r", "/r?x", "/r")])
    assert orders[0] == orders[1]
    assert len(set(orders[0])) == 4


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/hallo", "; the nearest stub is 'greeting': /urlPath should be \"/hello\""),
        ("POST", "/hello", "; the nearest stub is 'greeting': /method should be \"GET\""),
        ("GET", "/door", "; the nearest stub is 'door': its scenario 'Door' is in the state"),
        ("GET", "/login", "; the nearest stub is 'login': /basicAuthCredentials is not met"),
        ("GET", "/zzz", "no operation has the path /zzz"),
    ],
)
def test_stray_request_is_told_the_nearest_stub(
    admin: Admin, method: str, path: str, said: str
) -> None:
    admin.stub(id="greeting", request={"method": "GET", "urlPath": "/hello"})
    credentials = {"username": "u", "password": "secret"}
    admin.stub(id="login", request={"urlPath": "/login", "basicAuthCredentials": credentials})
    admin.stub(
        id="door",
        request={"urlPath": "/door"},
        scenarioName="Door",
        requiredScenarioState="open",
    )
    answer = admin.client.request(method, f"/~{admin.scope}{path}")
    assert answer.status_code == 404
    assert said in answer.text.replace('\\"', '"')


@pytest.mark.parametrize(
    ("replay", "faults"),
    [(None, ["empty-reply"]), ({}, []), ("default", ["garbage"])],
    ids=["live", "not in the log", "in the log"],
)
def test_fault_of_a_stub_is_replayed_as_it_was(replay: Json, faults: list[str]) -> None:
    site = assemble(Settings(specs=("paragon",))).site
    stub = parse_stub({"response": {"fault": "EMPTY_RESPONSE"}}, "s")
    assert isinstance(stub, Stub)
    memory = Memory(stubs=NO_STUBS.with_stub(stub))
    request = Request("GET", "/anything")
    if replay == "default":
        logged, _ = make_fault(FAULTS["garbage"], {})
        first = handle(site, memory, request, NOW)
        replay = {f"default/{name_of(first.key)}/{first.turn}": (logged,)}
    book = FaultBook(replay=replay)
    outcome = handle(site, Memory(faults=book, stubs=memory.stubs), request, NOW)
    assert [fault.name for fault in outcome.faults] == faults


@pytest.mark.parametrize(
    "response",
    [
        {"jsonBody": "{{ [1].index }}"},
        {"jsonBody": {"a": "{{ request.body.upper or 1 }}"}},
        {"body": "{{ '\\ud800' }}"},
        {"headers": {"X-A": "{{ '\\u0001' }}"}},
    ],
    ids=str,
)
def test_template_that_makes_no_value_is_a_problem(admin: Admin, response: Json) -> None:
    admin.stub(request={"urlPath": "/t"}, response={**response, "transformers": TEMPLATED})
    answer = admin.client.post(f"/~{admin.scope}/t", content=b"x")
    assert answer.status_code == 501
    assert f"#/{next(iter(response))[:4]}" in answer.json()["detail"]
