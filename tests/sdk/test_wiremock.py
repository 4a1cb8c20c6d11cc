"""WireMock's official Python client, unmodified, against the control plane."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from wiremock import client as wm
from wiremock.constants import Config
from wiremock.exceptions import InvalidInputException, NotFoundException

#: The client's classes have no types.
Wm: Any = wm


@pytest.fixture
def scope(client: httpx.Client) -> Iterator[httpx.Client]:
    """A client of a scope of its own; WireMock's is pointed at its control plane."""
    url = f"{client.base_url}/~wiremock-{uuid.uuid4().hex}"
    Config.base_url = f"{url}/__admin"
    with httpx.Client(base_url=url, trust_env=False) as own:
        yield own


def mapping(path: str = "/greeting", body: str = "Hello", **fields: Any) -> Any:
    return Wm.Mapping(
        request=Wm.MappingRequest(method=Wm.HttpMethods.GET, url_path=path),
        response=Wm.MappingResponse(status=200, body=body, headers={"X-By": "stub"}),
        **fields,
    )


def pattern(path: str) -> Any:
    return Wm.NearMissMatchPatternRequest(method="GET", url_path=path)


def test_stub_is_created_answers_and_is_listed(scope: httpx.Client) -> None:
    created = Wm.Mappings.create_mapping(mapping(metadata={"team": "a"}))
    answer = scope.get("/greeting")
    assert (answer.status_code, answer.text, answer.headers["x-by"]) == (200, "Hello", "stub")
    assert answer.headers["emulator-stub"] == created.id
    listed = Wm.Mappings.retrieve_all_mappings()
    assert [each.id for each in listed.mappings] == [created.id]
    assert listed.meta.total == 1
    assert Wm.Mappings.retrieve_mapping(created.id).metadata == {"team": "a"}


def test_stub_is_edited(scope: httpx.Client) -> None:
    created = Wm.Mappings.create_mapping(mapping())
    created.response.body = "Good bye"
    assert Wm.Mappings.update_mapping(created).id == created.id
    assert scope.get("/greeting").text == "Good bye"
    assert Wm.Mappings.retrieve_all_mappings().meta.total == 1


def test_stub_is_deleted(scope: httpx.Client) -> None:
    created = Wm.Mappings.create_mapping(mapping())
    Wm.Mappings.delete_mapping(created.id)
    assert scope.get("/greeting").status_code == 404
    with pytest.raises(NotFoundException):
        Wm.Mappings.retrieve_mapping(created.id)


@pytest.mark.parametrize("forget", ["delete_all_mappings", "reset_mappings"])
def test_all_stubs_are_deleted(scope: httpx.Client, forget: str) -> None:
    Wm.Mappings.create_mapping(mapping("/a"))
    Wm.Mappings.create_mapping(mapping("/b"))
    getattr(Wm.Mappings, forget)()
    assert Wm.Mappings.retrieve_all_mappings().meta.total == 0
    assert scope.get("/a").status_code == 404


def test_stubs_are_deleted_by_their_metadata(scope: httpx.Client) -> None:
    Wm.Mappings.create_mapping(mapping("/a", metadata={"team": "a"}))
    kept = Wm.Mappings.create_mapping(mapping("/b", metadata={"team": "b"}))
    Wm.Mappings.delete_mapping_by_metadata(
        {"matchesJsonPath": {"expression": "$.team", "equalTo": "a"}}
    )
    assert [each.id for each in Wm.Mappings.retrieve_all_mappings().mappings] == [kept.id]


def test_stub_that_is_none_is_refused(scope: httpx.Client) -> None:
    wrong = Wm.Mapping(request=Wm.MappingRequest(url_pattern="("), response=Wm.MappingResponse())
    with pytest.raises(InvalidInputException, match="/request/urlPattern"):
        Wm.Mappings.create_mapping(wrong)
    assert Wm.Mappings.retrieve_all_mappings().meta.total == 0


def test_stub_looks_at_headers_query_cookies_credentials_and_body(scope: httpx.Client) -> None:
    matchers = Wm.WireMockMatchers
    request = Wm.MappingRequest(
        method=Wm.HttpMethods.POST,
        url_path_pattern="/notes/[0-9]+",
        headers={"X-Kind": {matchers.EQUAL_TO: "NOTE", matchers.CASE_INSENSITIVE: True}},
        query_parameters={"q": {matchers.MATCHES: "a.*"}},
        cookies={"session": {matchers.CONTAINS: "1"}},
        basic_auth_credentials=Wm.BasicAuthCredentials(username="ann", password="pw"),
        body_patterns=[
            {matchers.MATCHES_JSON_PATH: "$.title"},
            {matchers.EQUAL_TO_JSON: {"title": "Milk"}, matchers.IGNORE_EXTRA_ELEMENTS: True},
        ],
    )
    response = Wm.MappingResponse(status=201, json_body={"id": 7})
    Wm.Mappings.create_mapping(Wm.Mapping(request=request, response=response))
    sent: dict[str, Any] = {
        "headers": {"X-Kind": "note", "Cookie": "session=a1"},
        "params": {"q": "abc"},
        "auth": ("ann", "pw"),
        "json": {"title": "Milk", "more": 1},
    }
    answer = scope.post("/notes/1", **sent)
    assert (answer.status_code, answer.json()) == (201, {"id": 7})
    for name, other in [
        ("headers", {"X-Kind": "other", "Cookie": "session=a1"}),
        ("params", {"q": "b"}),
        ("auth", ("ann", "no")),
        ("json", {"title": "Tea"}),
    ]:
        assert scope.post("/notes/1", **{**sent, name: other}).status_code == 404


def test_scenario_goes_from_state_to_state_and_back(scope: httpx.Client) -> None:
    steps = [("Started", "paid", "open"), ("paid", "sent", "paid"), ("sent", None, "sent")]
    for required, new, body in steps:
        Wm.Mappings.create_mapping(
            mapping(
                "/order",
                body,
                scenario_name="Order",
                required_scenario_state=required,
                new_scenario_state=new,
            )
        )
    assert [scope.get("/order").text for _ in range(4)] == ["open", "paid", "sent", "sent"]
    Wm.Scenarios.reset_all_scenarios()
    assert scope.get("/order").text == "open"


def test_requests_are_counted_and_found(scope: httpx.Client) -> None:
    Wm.Mappings.create_mapping(mapping())
    for _ in range(3):
        scope.get("/greeting?n=1")
    scope.get("/nowhere")
    assert Wm.Requests.get_matching_request_count(pattern("/greeting")).count == 3
    found = Wm.Requests.get_matching_requests(pattern("/nowhere")).requests
    assert [request.url for request in found] == ["/nowhere"]
    assert Wm.Requests.get_all_received_requests().meta.total == 4
    assert [r.url for r in Wm.Requests.get_unmatched_requests().requests] == ["/nowhere"]
    Wm.Requests.reset_request_journal()
    assert Wm.Requests.get_matching_request_count(pattern("/greeting")).count == 0


def test_near_misses_say_what_was_meant(scope: httpx.Client) -> None:
    Wm.Mappings.create_mapping(mapping())
    scope.get("/greetings")
    missed = Wm.Requests.get_unmatched_requests_near_misses().near_misses
    assert [miss.request.url for miss in missed] == ["/greetings"]
    assert 0 < missed[0].match_result.distance < 0.2
    request = Wm.NearMissMatchRequest(method="GET", url="/greting")
    near = Wm.NearMisses.find_nearest_misses_by_request(request).near_misses
    assert near[0].match_result.distance > 0
    near = Wm.NearMisses.find_nearest_misses_by_request_pattern(pattern("/greeting")).near_misses
    assert near[0].request.url == "/greetings"


def test_settings_delay_every_answer(scope: httpx.Client) -> None:
    Wm.GlobalSettings.update_global_settings(Wm.GlobalSetting(fixed_delay=20))
    Wm.Mappings.create_mapping(mapping())
    scope.get("/greeting")
    shown = scope.get("/__admin/requests").json()["requests"]
    assert [each["timing"]["addedDelay"] for each in shown] == [20]


def test_delay_and_fault_of_a_stub(scope: httpx.Client) -> None:
    broken = mapping("/broken")
    broken.response.fault = Wm.ResponseFaultType.EMPTY_RESPONSE
    slow = mapping("/slow")
    slow.response.delay_distribution = Wm.DelayDistribution(
        distribution_type=Wm.DelayDistributionMethods.UNIFORM, lower=1, upper=5
    )
    for each in (broken, slow):
        Wm.Mappings.create_mapping(each)
    with pytest.raises(httpx.RemoteProtocolError):
        scope.get("/broken")
    assert scope.get("/slow").text == "Hello"
    shown = scope.get("/__admin/requests").json()["requests"]
    assert 1 <= shown[0]["timing"]["addedDelay"] <= 5
    assert shown[1]["trace"]["faults"][0]["fault"] == "empty-reply"
