"""The journal searched by pattern, and near misses that say why."""

from typing import Any

import httpx
import pytest

from tests.admin.test_stubs import HELLO, Admin

Json = Any


@pytest.fixture
def admin(client: httpx.Client, request: pytest.FixtureRequest) -> Admin:
    return Admin(client, request.node.name.partition("[")[0])


def test_requests_are_counted_found_and_removed(admin: Admin) -> None:
    for path in ("/a?x=1", "/a?x=2", "/b"):
        admin.get(path)
    one = {"urlPath": "/a", "queryParameters": {"x": {"equalTo": "1"}}}
    assert admin("POST", "/requests/count", {}).json() == {
        "count": 3,
        "requestJournalDisabled": False,
    }
    assert admin("POST", "/requests/count", one).json()["count"] == 1
    found = admin("POST", "/requests/find", {"urlPath": "/a"}).json()["requests"]
    assert [each["url"] for each in found] == ["/a?x=2", "/a?x=1"]
    assert admin("GET", f"/requests/{found[0]['id']}").status_code == 200
    removed = admin("POST", "/requests/remove", one).json()["requests"]
    assert [each["url"] for each in removed] == ["/a?x=1"]
    assert admin("POST", "/requests/count", {}).json()["count"] == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/requests/count", {"urlPattern": "("}),
        ("/requests/find", {"path": "/"}),
        ("/requests/remove", None),
        ("/requests/remove-by-metadata", {"is": 1}),
        ("/near-misses/request-pattern", {"headers": {"A": {"is": "b"}}}),
        ("/near-misses/request", {"headers": {"A": 1}}),
        ("/near-misses/request", {"bodyAsBase64": "?"}),
    ],
)
def test_what_is_no_pattern_is_refused(admin: Admin, path: str, body: Json) -> None:
    assert admin("POST", path, body).status_code == 422


def test_requests_are_removed_by_the_metadata_of_their_stub(admin: Admin) -> None:
    admin.stub(**HELLO, metadata={"team": "x"})
    admin.get("/hello")
    admin.get("/other")
    wanted = {"matchesJsonPath": "$.team"}
    removed = admin("POST", "/requests/remove-by-metadata", wanted).json()["requests"]
    assert [each["url"] for each in removed] == ["/hello"]
    assert admin("POST", "/requests/count", {}).json()["count"] == 1


def test_unmatched_request_is_told_what_was_meant(admin: Admin) -> None:
    admin.stub(
        id="near",
        request={"method": "GET", "urlPath": "/hello", "headers": {"X-A": {"equalTo": "1"}}},
        scenarioName="S",
        requiredScenarioState="later",
    )
    admin.stub(id="far", request={"method": "DELETE", "urlPath": "/zzzz"})
    admin.client.get(f"/~{admin.scope}/hallo", headers={"x-a": "2"})
    misses = admin("GET", "/requests/unmatched/near-misses").json()["nearMisses"]
    assert [miss["stubMapping"]["id"] for miss in misses] == ["near", "far"]
    assert misses[0]["request"]["url"] == "/hallo"
    assert misses[0]["matchResult"]["distance"] < misses[1]["matchResult"]["distance"]
    assert misses[0]["scenarioState"] == "Started"
    assert misses[0]["differences"] == [
        {"pointer": "/urlPath", "expected": "/hello", "actual": ["/hallo"]},
        {"pointer": "/headers/X-A", "expected": {"equalTo": "1"}, "actual": ["2"]},
    ]


def test_near_misses_of_a_pattern_are_the_nearest_requests_that_do_not_fit(admin: Admin) -> None:
    for path in ("/hallo", "/zzzz", "/hello", "/hellp", "/helloo"):
        admin.get(path)
    pattern = {"method": "GET", "urlPath": "/hello"}
    misses = admin("POST", "/near-misses/request-pattern", pattern).json()["nearMisses"]
    assert [miss["request"]["url"] for miss in misses] == ["/helloo", "/hellp", "/hallo"]
    assert misses[0]["requestPattern"] == pattern


def test_near_misses_of_a_request_show_no_secrets(admin: Admin) -> None:
    admin.stub(
        request={
            "urlPath": "/a",
            "headers": {"Authorization": {"equalTo": "Bearer right"}},
            "cookies": {"session": {"equalTo": "right"}},
            "bodyPatterns": [{"equalToJson": {"password": "right"}}],
        }
    )
    request = {
        "url": "/a",
        "method": "POST",
        "headers": {"Authorization": "Bearer topsecret"},
        "cookies": {"session": "topsecret"},
        "body": '{"password": "topsecret"}',
    }
    answer = admin("POST", "/near-misses/request", request).json()["nearMisses"][0]
    assert [each["pointer"] for each in answer["differences"]] == [
        "/headers/Authorization",
        "/cookies/session",
        "/bodyPatterns/0",
    ]
    assert "topsecret" not in str(answer["differences"])
