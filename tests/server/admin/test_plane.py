"""What the control plane says where no route leads, no method, or what is sent can't be read."""

import gzip
from typing import Any

import httpx
import pytest


@pytest.mark.parametrize(
    "path", ["/__admin/nothing", "/__admin/faults/", "/__admin/scopes/a/b", "/~x/__admin/no"]
)
def test_path_that_is_not_there(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert path in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", "/faults", "DELETE, GET, HEAD, OPTIONS, POST"),
        ("GET", "/reset", "OPTIONS, POST"),
        ("POST", "/faults/x", "DELETE, OPTIONS"),
        ("DELETE", "/events", "GET, HEAD, OPTIONS"),
    ],
)
def test_method_that_is_not_there(client: httpx.Client, method: str, path: str, allow: str) -> None:
    answer = client.request(method, f"/__admin{path}")
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert answer.json()["status"] == 405


def test_options_and_head(client: httpx.Client) -> None:
    options = client.options("/__admin/faults")
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, POST"
    head = client.head("/__admin/faults")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "headers", "pointer"),
    [
        ("/__admin/clock", {"emulator-scope": "a/b"}, "/Emulator-Scope"),
        ("/~a/__admin/clock", {"emulator-scope": "b"}, "/Emulator-Scope"),
        ("/~a%20b/__admin/clock", {}, "/Emulator-Scope"),
        ("/__admin/requests?limit=x", {}, "/limit"),
        ("/__admin/requests?limit=-1", {}, "/limit"),
        ("/__admin/requests?since=soon", {}, "/since"),
        ("/__admin/mappings?offset=1.5", {}, "/offset"),
        ("/__admin/requests?foo=1", {}, "/foo"),
        ("/__admin/requests?limit=1&a/b", {}, "/a~1b"),
        ("/__admin/deliveries?settled=perhaps", {}, "/settled"),
        ("/__admin/events", {"last-event-id": "x"}, "/Last-Event-ID"),
    ],
)
def test_parameter_that_cannot_be_read(
    client: httpx.Client, path: str, headers: dict[str, str], pointer: str
) -> None:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["violations"][0]["pointer"] == pointer


def test_scope_that_cannot_be_is_not_forgotten(client: httpx.Client) -> None:
    answer = client.delete("/__admin/scopes/a%2Fb")
    assert (answer.status_code, answer.json()["violations"][0]["location"]) == (400, "path")


def test_parameters_are_left_alone_where_a_call_has_none(client: httpx.Client) -> None:
    assert client.get("/__admin/clock?pretty=true").status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_body_is_json_whatever_it_is_called(client: httpx.Client, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    content = b'{"frozen": true}'
    assert client.put("/~plane-type/__admin/clock", content=content, headers=headers).is_success


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b"NaN"])
def test_body_that_is_no_json(client: httpx.Client, body: bytes) -> None:
    answer = client.put("/__admin/clock", content=body)
    assert (answer.status_code, answer.json()["title"]) == (
        400,
        "The body is not what its media type says",
    )


@pytest.mark.parametrize("name", ["a%0Ab", "%0A", "a%0D%0A", "%E2%80%A8"])
def test_line_end_stays_in_a_name(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/__admin/apis/{name}")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("no API is called '")


def test_encoded_slash_stays_in_a_name(client: httpx.Client) -> None:
    admin = "/~plane-slash/__admin"
    scenario = {"scenarioName": "a/b", "newScenarioState": "done"}
    stub = {"request": {"url": "/a"}, "response": {}, **scenario}
    assert client.post(f"{admin}/mappings", json=stub).status_code == 201
    state = client.put(f"{admin}/scenarios/a%2Fb/state", json={"state": "done"})
    assert state.status_code == 200
    (shown,) = client.get(f"{admin}/scenarios").json()["scenarios"]
    assert (shown["name"], shown["state"]) == ("a/b", "done")


def state_of(client: httpx.Client, scope: str) -> dict[str, Any]:
    """All there is to know of a scope."""
    paths = ("clock", "faults", "mappings", "requests", "scenarios", "settings", "executions")
    return {path: client.get(f"/~{scope}/__admin/{path}").json() for path in paths}


STUB = {"id": "kept", "request": {"url": "/kept"}, "response": {}, "scenarioName": "s"}


@pytest.fixture(scope="module")
def scope(client: httpx.Client) -> str:
    """A scope with something of everything, for calls that must not change it."""
    admin = "/~plane-bad/__admin"
    client.post(f"{admin}/mappings", json=STUB)
    client.post(f"{admin}/faults", json={"id": "kept", "fault": "delay", "parameters": {"ms": 0}})
    client.put(f"{admin}/clock", json={"frozen": True})
    client.post(f"{admin}/settings", json={"fixedDelay": 0})
    client.get("/~plane-bad/kept")
    return "plane-bad"


def answering(**response: Any) -> dict[str, Any]:
    return {"request": {"url": "/a"}, "response": response}


def asking(**request: Any) -> dict[str, Any]:
    return {"request": request, "response": {}}


BAD_BODIES = [
    ("POST /mappings", [], ""),
    ("POST /mappings", {"reqest": {}}, "/reqest"),
    ("POST /mappings", answering(status="ok"), "/response/status"),
    ("POST /mappings", answering(status=42), "/response/status"),
    ("POST /mappings", answering(base64Body="!"), "/response/base64Body"),
    ("POST /mappings", answering(bodyFileName="../../etc/passwd"), "/response/bodyFileName"),
    ("POST /mappings", answering(fault="MELTDOWN"), "/response/fault"),
    ("POST /mappings", answering(headers={"a": "b\r\nc: d"}), "/response/headers/a"),
    (
        "POST /mappings",
        answering(body="{{ nobody( }}", transformers=["response-template"]),
        "/response/body",
    ),
    ("POST /mappings", asking(urlPattern="("), "/request/urlPattern"),
    ("POST /mappings", asking(url="/a", urlPath="/a"), "/request/urlPath"),
    ("POST /mappings", asking(headers={"a": {"matches": "("}}), "/request/headers/a/matches"),
    (
        "POST /mappings",
        asking(bodyPatterns=[{"matchesJsonPath": "$["}]),
        "/request/bodyPatterns/0/matchesJsonPath",
    ),
    (
        "POST /mappings",
        asking(bodyPatterns=[{"matchesJsonSchema": {"type": "no such"}}]),
        "/request/bodyPatterns/0/matchesJsonSchema",
    ),
    ("POST /mappings", asking(bodyPatterns=[{"equals": "x"}]), "/request/bodyPatterns/0/equals"),
    ("POST /mappings", {**STUB, "id": "a/b"}, "/id"),
    ("PUT /mappings/kept", answering(status=42), "/response/status"),
    ("POST /mappings/import", {"mappings": [STUB, asking(url=1)]}, "/mappings/1/request/url"),
    ("POST /mappings/import", {"mappings": [answering(fault="?")]}, "/mappings/0/response/fault"),
    ("POST /mappings/import", {}, ""),
    ("POST /mappings/remove", asking(urlPattern="("), "/request/urlPattern"),
    ("POST /mappings/remove-by-metadata", {"matches": "("}, "/matches"),
    ("POST /faults", {"fault": "meltdown"}, "/fault"),
    ("POST /faults", {"fault": "delay", "parameters": {"sec": 1}}, "/parameters/sec"),
    (
        "POST /faults",
        {"fault": "delay", "where": {"request": {"urlPattern": "("}}},
        "/where/request/urlPattern",
    ),
    ("POST /faults", {"fault": "delay", "when": {"between": ["soon", 1]}}, "/when"),
    ("PUT /scenarios/s/state", {"state": "nowhere"}, "/state"),
    ("PUT /scenarios/s/state", [], ""),
    ("PUT /settings", {"fixedDelay": -1}, "/fixedDelay"),
    ("PUT /clock", {"now": "soon"}, "/now"),
    ("POST /clock/advance", {"seconds": "1"}, "/seconds"),
    ("POST /requests/remove", {"urlPattern": "("}, "/urlPattern"),
    ("POST /requests/remove-by-metadata", {}, ""),
    ("POST /near-misses/request", {"method": "GET", "url": 1}, "/url"),
    ("POST /webhooks/composio", {"type": "no such"}, "/type"),
]


@pytest.mark.parametrize(
    ("target", "body", "pointer"), BAD_BODIES, ids=[f"{t} {p}" for t, _, p in BAD_BODIES]
)
def test_mistake_is_pointed_at_and_nothing_changes(
    client: httpx.Client, scope: str, target: str, body: Any, pointer: str
) -> None:
    before = state_of(client, scope)
    method, _, path = target.partition(" ")
    answer = client.request(method, f"/~{scope}/__admin{path}", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["violations"][0]["pointer"] == pointer
    assert state_of(client, scope) == before


@pytest.mark.parametrize(
    ("coding", "status", "accepted"),
    [("gzip", 422, None), ("br", 415, "gzip, deflate"), ("deflate", 400, None)],
)
def test_compressed_body(
    client: httpx.Client, scope: str, coding: str, status: int, accepted: str | None
) -> None:
    body = gzip.compress(b'{"seconds": "soon"}')
    headers = {"content-type": "application/json", "content-encoding": coding}
    path = f"/~{scope}/__admin/clock/advance"
    answer = client.post(path, content=body, headers=headers)
    assert (answer.status_code, answer.headers.get("accept-encoding")) == (status, accepted)


@pytest.mark.parametrize("target", ["POST /mappings", "PUT /mappings/kept", "POST /faults"])
def test_body_of_100_mb_is_refused_and_nothing_changes(
    client: httpx.Client, scope: str, target: str
) -> None:
    before = state_of(client, scope)
    method, _, path = target.partition(" ")
    chunks = (b" " * 1_000_000 for _ in range(100))
    answer = client.request(method, f"/~{scope}/__admin{path}", content=chunks)
    assert answer.status_code == 413
    assert answer.json()["title"] == "The body is larger than the limit"
    assert state_of(client, scope) == before


def test_parameter_that_is_misspelt_is_told_with_the_one_meant(client: httpx.Client) -> None:
    detail = client.get("/__admin/requests?unmatchd=true").json()["detail"]
    assert detail.endswith("no parameter is called 'unmatchd'; did you mean 'unmatched'?")
