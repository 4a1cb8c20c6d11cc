"""Stubs, scenarios and settings over the control plane."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.control_plane import Admin

Json = Any
HELLO = {"request": {"urlPath": "/hello"}, "response": {"body": "Hello"}}
ENDLESS = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"


@pytest.fixture
def admin(client: httpx.Client, request: pytest.FixtureRequest) -> Admin:
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    return Admin(client, name[:100])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("stubs")
    (root / "mappings").mkdir()
    (root / "__files").mkdir()
    (root / "__files" / "hi.txt").write_text("Hi, {{ request.query.name }}")
    response = {"bodyFileName": "hi.txt", "transformers": ["response-template"]}
    stub = {"id": "hi", "request": {"urlPath": "/hi"}, "response": response}
    (root / "mappings" / "hi.json").write_text(json.dumps(stub))
    return root


@pytest.fixture(scope="module")
def strict_client(folder: Path) -> Iterator[httpx.Client]:
    """A server with stubs of its own, none of which may break a document."""
    settings = Settings(specs=("paragon",), now=NOW, mappings=folder, strict=True)
    with (
        running(create_app(settings)) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (None, ""),
        ({"request": {"urlPattern": "("}}, "/request/urlPattern"),
        ({"request": {"headers": {"A": {"equals": "b"}}}}, "/request/headers/A/equals"),
        (
            {"request": {"bodyPatterns": [{"matchesJsonPath": "$["}]}},
            "/request/bodyPatterns/0/matchesJsonPath",
        ),
        (
            {"response": {"body": ENDLESS, "transformers": ["response-template"]}},
            "/response/body",
        ),
        ({"response": {"bodyFileName": "../secret"}}, "/response/bodyFileName"),
    ],
    ids=lambda v: repr(v)[:40],
)
def test_what_is_no_stub_is_refused_and_nothing_changes(
    admin: Admin, body: Json, pointer: str
) -> None:
    id_ = admin.stub(**HELLO)
    before = admin("GET", "/mappings").content
    for method, path in (("POST", "/mappings"), ("PUT", f"/mappings/{id_}")):
        answer = admin(method, path, body)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["violations"][0]["pointer"] == pointer
    assert admin("GET", "/mappings").content == before


def test_what_is_likely_to_be_a_mistake_is_told(admin: Admin) -> None:
    response = {"body": "{{ requets.path }}", "transformers": ["response-template"]}
    mapping = {"request": {"method": "GETT", "urlPath": "hello"}, "response": response}
    told = admin("POST", "/mappings", mapping).json()["metadata"]["emulator:notices"]
    places = ["/request/method", "/request/urlPath", "/response/body"]
    assert [each["pointer"] for each in told] == places
    assert all("did you mean" in each["message"] for each in told)
    listed = admin("GET", "/mappings").json()["mappings"]
    assert "metadata" not in listed[0]


def test_stub_that_is_too_large_is_refused(admin: Admin) -> None:
    chunks = (b"x" * 1_000_000 for _ in range(100))
    url = f"/~{admin.scope}/__admin/mappings"
    answer = admin.client.post(url, content=chunks)
    assert answer.status_code == 413
    assert admin.ids() == []


@pytest.mark.parametrize("scope", ["a/b", "a b", "", "ä"])
def test_scope_that_has_no_such_name_is_refused(client: httpx.Client, scope: str) -> None:
    headers = {b"emulator-scope": scope.encode()} if scope else {}
    path = "/__admin/mappings" if scope else "/~/__admin/mappings"
    answer = client.post(path, json=HELLO, headers=headers)
    assert answer.status_code == 400
    assert "Emulator-Scope" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/mappings/none"),
        ("PUT", "/mappings/none"),
        ("DELETE", "/mappings/none"),
        ("PUT", "/scenarios/none/state"),
    ],
)
def test_what_is_not_there_is_a_404(admin: Admin, method: str, path: str) -> None:
    assert admin(method, path, {} if method == "PUT" else None).status_code == 404


def test_stubs_are_listed_in_pages_in_the_order_they_are_asked(admin: Admin) -> None:
    for id_ in "abc":
        admin.stub(id=id_, **HELLO)
    admin.stub(id="first", priority=1, **HELLO)
    assert admin.ids() == ["first", "c", "b", "a"]
    page = admin("GET", "/mappings?limit=2&offset=1").json()
    assert [each["id"] for each in page["mappings"]] == ["c", "b"]
    assert page["meta"] == {"total": 4}
    assert admin("GET", "/mappings?limit=x").status_code == 400


def test_import_adds_all_or_none(admin: Admin) -> None:
    admin.stub(id="kept", name="old", **HELLO)
    wrong = {"mappings": [{"id": "a"}, {"id": "b", "priority": "x"}]}
    answer = admin("POST", "/mappings/import", wrong)
    assert answer.json()["violations"][0]["pointer"] == "/mappings/1/priority"
    assert admin("POST", "/mappings/import", {"mappings": {}}).status_code == 422
    assert admin.ids() == ["kept"]
    stubs = [{"id": "a"}, {"id": "kept", "name": "new"}, {"name": "other"}]
    ignoring = {"mappings": stubs, "importOptions": {"duplicatePolicy": "IGNORE"}}
    assert admin("POST", "/mappings/import", ignoring).status_code == 200
    assert admin("GET", "/mappings/kept").json()["name"] == "old"
    only = {"mappings": stubs[:2], "importOptions": {"deleteAllNotInImport": True}}
    assert admin("POST", "/mappings/import", only).status_code == 200
    assert sorted(admin.ids()) == ["a", "kept"]
    assert admin("GET", "/mappings/kept").json()["name"] == "new"


def test_first_of_an_import_is_asked_first(admin: Admin) -> None:
    admin("POST", "/mappings/import", {"mappings": [{"id": "a"}, {"id": "b"}]})
    assert admin.ids() == ["a", "b"]


def test_stubs_are_found_and_removed_by_metadata(admin: Admin) -> None:
    admin.stub(id="a", metadata={"team": "x"})
    admin.stub(id="b", metadata={"team": "y"})
    wanted = {"matchesJsonPath": {"expression": "$.team", "equalTo": "x"}}
    found = admin("POST", "/mappings/find-by-metadata", wanted).json()
    assert [each["id"] for each in found["mappings"]] == ["a"]
    assert admin("POST", "/mappings/find-by-metadata", {"is": 1}).status_code == 422
    assert admin("POST", "/mappings/remove-by-metadata", {"is": 1}).status_code == 422
    admin("POST", "/mappings/remove-by-metadata", wanted)
    assert admin.ids() == ["b"]


def test_stubs_for_the_same_requests_are_removed(admin: Admin) -> None:
    for id_ in "ab":
        admin.stub(id=id_, **HELLO)
    admin.stub(id="c")
    assert admin("POST", "/mappings/remove", {"request": {"urlPattern": "("}}).status_code == 422
    admin("POST", "/mappings/remove", HELLO)
    assert admin.ids() == ["c"]


def test_stubs_that_nobody_met_are_listed(admin: Admin) -> None:
    admin.stub(id="met", **HELLO)
    admin.stub(id="lonely", request={"urlPath": "/lonely"})
    admin.get("/hello")
    unmatched = admin("GET", "/mappings/unmatched").json()["mappings"]
    assert [each["id"] for each in unmatched] == ["lonely"]


def test_scenario_is_shown_and_set(admin: Admin) -> None:
    admin.stub(
        id="a", scenarioName="Door", requiredScenarioState="Started", newScenarioState="open"
    )
    shown = admin("GET", "/scenarios").json()["scenarios"]
    assert [(e["name"], e["state"], e["possibleStates"]) for e in shown] == [
        ("Door", "Started", ["Started", "open"])
    ]
    assert [each["id"] for each in shown[0]["mappings"]] == ["a"]

    def state() -> str:
        return str(admin("GET", "/scenarios").json()["scenarios"][0]["state"])

    assert admin("PUT", "/scenarios/Door/state", {"state": "open"}).status_code == 200
    assert state() == "open"
    for wrong in ({"state": "ajar"}, {"state": 1}, {"mood": "open"}):
        assert admin("PUT", "/scenarios/Door/state", wrong).status_code == 422
    assert state() == "open"
    admin("PUT", "/scenarios/Door/state")
    assert state() == "Started"
    admin.get("/")
    assert state() == "open"
    admin("POST", "/scenarios/reset")
    assert state() == "Started"


def test_settings_are_shown_and_set(admin: Admin) -> None:
    given = {"fixedDelay": 1, "delayDistribution": {"type": "uniform", "lower": 1, "upper": 1}}
    assert admin("PUT", "/settings", given).json() == given
    assert admin("GET", "/settings").json() == {"settings": given}
    mistakes: list[Json] = [{"fixedDelay": -1}, {"delayDistribution": {"type": "x"}}, {"x": 1}, []]
    for wrong in mistakes:
        assert admin("POST", "/settings", wrong).status_code == 422
    admin.stub(**HELLO, id="own")
    admin.stub(id="slow", request={"urlPath": "/s"}, response={"fixedDelayMilliseconds": 5})
    for path in ("/hello", "/s", "/nowhere"):
        admin.get(path)
    shown = admin("GET", "/requests").json()["requests"]
    assert [each["timing"]["addedDelay"] for each in shown] == [2, 6, 2]
    assert admin("POST", "/settings", {"fixedDelay": None}).json() == {}
    admin.get("/nowhere")
    assert admin("GET", "/requests?limit=1").json()["requests"][0]["timing"]["addedDelay"] == 0


def test_nothing_is_saved_without_a_folder(admin: Admin) -> None:
    answer = admin("POST", "/mappings/save")
    assert answer.status_code == 409
    assert "--mappings" in answer.json()["detail"]


def test_stubs_of_the_folder_are_every_scopes(strict_client: httpx.Client) -> None:
    for scope in ("folder-a", "folder-b"):
        admin = Admin(strict_client, scope)
        assert admin.get("/hi?name=Ann").text == "Hi, Ann"
        admin("DELETE", "/mappings/hi")
        assert admin.get("/hi").status_code == 404
        admin("POST", "/mappings/reset")
        assert admin.ids() == ["hi"]
        admin("DELETE", "/mappings")
        assert admin.ids() == []
        admin("POST", "/reset")
        assert admin.ids() == ["hi"]


def test_stubs_are_saved_one_a_file(strict_client: httpx.Client, folder: Path) -> None:
    admin = Admin(strict_client, "saving")
    admin.stub(id="saved", **HELLO)
    assert admin("POST", "/mappings/save").status_code == 200
    files = {path.name: json.loads(path.read_text()) for path in (folder / "mappings").iterdir()}
    assert sorted(files) == ["hi.json", "saved.json"]
    assert files["saved.json"]["request"] == HELLO["request"]


RUN = {"method": "POST", "urlPath": "/projects/p/tools"}


def test_answer_that_breaks_the_document_is_told(admin: Admin) -> None:
    answer = admin("POST", "/mappings", {"request": RUN, "response": {"status": 418}})
    assert answer.status_code == 201
    told = answer.json()["metadata"]["emulator:violations"]
    assert told[0]["message"].startswith("418 is not documented")
    assert "metadata" not in admin("GET", f"/mappings/{answer.json()['id']}").json()


@pytest.mark.parametrize(
    "response",
    [
        {"status": 418},
        {"status": 401, "body": "no", "headers": {"Content-Type": "text/plain"}},
        {"status": 401, "body": "{", "headers": {"Content-Type": "application/json"}},
        {"status": 401, "jsonBody": {"message": 1}},
    ],
    ids=repr,
)
def test_answer_that_breaks_the_document_is_refused_where_strict(
    strict_client: httpx.Client, response: Json
) -> None:
    admin = Admin(strict_client, "strict")
    answer = admin("POST", "/mappings", {"request": RUN, "response": response})
    assert answer.status_code == 422
    assert answer.json()["violations"][0]["pointer"] == "/response"
    assert admin.ids() == ["hi"]


def test_answer_that_keeps_the_document_is_taken_where_strict(strict_client: httpx.Client) -> None:
    admin = Admin(strict_client, "strict-fine")
    body = {"message": "no", "code": "1", "status": 401, "meta": {}}
    admin.stub(request=RUN, response={"status": 401, "jsonBody": body})
    assert len(admin.ids()) == 2
