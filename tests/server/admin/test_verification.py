"""Requests that fit a pattern over the wire, and those that nearly do."""

from typing import Any

import httpx
import pytest


def number_is(number: int) -> Any:
    return {"matchesJsonPath": {"expression": "$.parameters.number", "equalTo": str(number)}}


TOKEN = {"authorization": "Bearer token_0101_secret"}


class Scope:
    """A scope in which three requests were sent."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self.client, self.path = client, f"/~{name}"
        client.post(f"{self.path}/__admin/reset")
        for number in (1, 2):
            body = {"tool": "SLACK_LIST_MEMBERS", "parameters": {"number": number, "token": "abcd"}}
            client.post(f"{self.path}/projects/p/tools", json=body, headers=TOKEN)
        client.get(f"{self.path}/nobody/knows?api_key=query-secret", headers=TOKEN)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, f"{self.path}/__admin{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ({}, 3),
        ({"method": "POST"}, 2),
        ({"method": "POST", "urlPath": "/projects/p/tools"}, 2),
        ({"urlPathPattern": "/projects/.*"}, 2),
        ({"headers": {"Authorization": {"equalTo": "Bearer token_0101_secret"}}}, 3),
        ({"bodyPatterns": [number_is(2)]}, 1),
        ({"queryParameters": {"api_key": {"absent": True}}}, 2),
        ({"method": "PUT"}, 0),
    ],
)
def test_requests_that_fit_are_counted_and_found(
    client: httpx.Client, pattern: Any, number: int
) -> None:
    scope = Scope(client, "finding")
    counted = scope("POST", "/requests/count", pattern)
    assert counted == {"count": number, "requestJournalDisabled": False}
    found = scope("POST", "/requests/find", pattern)["requests"]
    assert len(found) == number
    for request in found:
        assert scope("GET", f"/requests/{request['id']}")["request"]["url"] == request["url"]


def test_requests_that_fit_are_removed(client: httpx.Client) -> None:
    scope = Scope(client, "finding-remove")
    assert len(scope("POST", "/requests/remove", {"method": "POST"})["serveEvents"]) == 2
    assert [r["request"]["method"] for r in scope("GET", "/requests")["requests"]] == ["GET"]


def test_requests_of_stubs_are_removed_by_their_metadata(client: httpx.Client) -> None:
    scope = Scope(client, "finding-metadata")
    mapping = {"request": {"urlPath": "/a"}, "response": {"status": 200}, "metadata": {"x": 1}}
    client.post(f"{scope.path}/__admin/mappings", json=mapping)
    stub = client.post(f"{scope.path}/__admin/mappings", json=mapping).json()
    client.get(f"{scope.path}/a?b=1&b=2")
    client.put(f"{scope.path}/__admin/mappings/{stub['id']}", json={"metadata": {"y": 1}})
    client.get(f"{scope.path}/a")
    (shown,) = scope("GET", f"/requests?matchingStub={stub['id']}&limit=1")["requests"]
    assert shown["stubMapping"]["metadata"] == {"y": 1}
    removed = scope("POST", "/requests/remove-by-metadata", {"matchesJsonPath": "$.x"})
    (event,) = removed["serveEvents"]
    assert event["responseDefinition"] == {"status": 200}
    asked = event["request"]
    assert asked["queryParams"] == {"b": {"key": "b", "values": ["1", "2"]}}
    assert (asked["protocol"], asked["scheme"]) == ("HTTP/1.1", "http")
    assert asked["absoluteUrl"].startswith(f"http://{asked['host']}:{asked['port']}/")
    assert scope("GET", "/requests?matchingStub=other")["meta"] == {"total": 0}


def test_near_misses_of_a_pattern_say_what_lacks(client: httpx.Client) -> None:
    scope = Scope(client, "finding-near")
    pattern = {
        "method": "POST",
        "urlPath": "/projects/p/tools",
        "headers": {"authorization": {"equalTo": "Bearer other"}},
        "bodyPatterns": [number_is(3)],
    }
    near = scope("POST", "/near-misses/request-pattern", pattern)["nearMisses"]
    assert [each["request"]["method"] for each in near] == ["POST", "POST", "GET"]
    distances = [each["matchResult"]["distance"] for each in near]
    assert distances == sorted(distances)
    lacks = {each["pointer"]: each["actual"] for each in near[0]["misses"]}
    assert list(lacks) == ["/headers/authorization", "/bodyPatterns/0"]
    assert "SLACK_LIST_MEMBERS" in lacks["/bodyPatterns/0"][0]
    for secret in ("token_0101", "query-secret", "abcd"):
        assert secret not in str(near)


def test_near_misses_of_requests_are_the_nearest_stubs(client: httpx.Client) -> None:
    scope = Scope(client, "finding-stubs")
    for path in ("/nobody/knew", "/far/away"):
        mapping = {"request": {"method": "GET", "urlPath": path}, "response": {"status": 200}}
        client.post(f"{scope.path}/__admin/mappings", json=mapping)
    for near in (
        scope("GET", "/requests/unmatched/near-misses")["nearMisses"],
        scope("POST", "/near-misses/request", {"method": "GET", "url": "/nobody/knows"})[
            "nearMisses"
        ],
    ):
        assert near[0]["stubMapping"]["request"]["urlPath"] == "/nobody/knew"
        assert near[0]["misses"][0]["actual"] == ["/nobody/knows"]


def test_near_misses_show_no_cookies_and_passwords(client: httpx.Client) -> None:
    scope = Scope(client, "finding-secrets")
    request = {
        "cookies": {"session": {"equalTo": "right"}},
        "basicAuthCredentials": {"username": "ann", "password": "right"},
        "formParameters": {"password": {"equalTo": "right"}},
    }
    client.post(f"{scope.path}/__admin/mappings", json={"request": request})
    sent = {
        "method": "POST",
        "url": "/",
        "headers": {
            "cookie": "session=topsecret",
            "authorization": "Basic YW5uOnRvcHNlY3JldA==",
            "content-type": "application/x-www-form-urlencoded",
        },
        "body": "password=topsecret",
    }
    near = scope("POST", "/near-misses/request", sent)["nearMisses"][0]
    assert len(near["misses"]) == 3
    assert "topsecret" not in str(near["misses"])


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/requests/count", {"methd": "GET"}, "/methd"),
        ("/requests/find", {"urlPattern": "("}, "/urlPattern"),
        ("/requests/remove", {"headers": {"a": {"equals": 1}}}, "/headers/a/equals"),
        ("/requests/remove-by-metadata", {"equals": 1}, "/equals"),
        ("/near-misses/request-pattern", [], ""),
    ],
)
def test_pattern_that_cannot_be_is_refused(
    client: httpx.Client, path: str, body: Any, pointer: str
) -> None:
    answer = client.post(f"/~finding-bad/__admin{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["violations"][0]["pointer"] == pointer


@pytest.mark.parametrize("body", [None, [], {"url": "/"}, {"method": "GET", "url": 1}])
def test_what_is_no_request_is_refused(client: httpx.Client, body: Any) -> None:
    assert client.post("/~finding-bad/__admin/near-misses/request", json=body).status_code == 422
