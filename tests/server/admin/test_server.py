"""What runs: where things are, the APIs with their documents, scopes and their clocks."""

from typing import Any

import httpx
import pytest

from emulator import __version__


def test_every_api_is_listed_with_its_document(client: httpx.Client) -> None:
    listed = client.get("/__admin/apis").json()["apis"]
    assert [api["name"] for api in listed] == ["paragon", "composio", "agentflow"]
    for api in listed:
        document = client.get(api["openapi"]).json()
        assert document["openapi"].startswith("3.")
        assert document["info"]["title"] == api["title"]
        base = str(client.base_url).rstrip("/")
        assert [each["url"] for each in document["servers"]] == [
            base + prefix for prefix in api["prefixes"]
        ]


def test_document_in_a_scope_names_the_servers_of_the_scope(client: httpx.Client) -> None:
    document = client.get("/~own/__admin/apis/agentflow/openapi.json").json()
    assert document["servers"][0]["url"].startswith(f"{str(client.base_url).rstrip('/')}/~own")


def test_operations_of_an_api_are_listed_with_what_they_document(client: httpx.Client) -> None:
    operations = client.get("/__admin/apis/composio").json()["operations"]
    execute = next(each for each in operations if each["id"] == "executeTool")
    assert (execute["method"], execute["path"]) == ("POST", "/tools/execute/{tool_slug}")
    assert "410" in execute["responses"]
    assert (execute["links"], execute["callbacks"]) == (["log"], [])


def test_tools_of_an_api_are_listed(client: httpx.Client) -> None:
    paragon, agentflow = (
        client.get(f"/__admin/apis/{name}").json() for name in ("paragon", "agentflow")
    )
    assert {"slug": "SLACK_SEND_MESSAGE", "side_effect": "send"} in paragon["tools"]
    assert (paragon["makes_tools"], agentflow["makes_tools"]) == (False, True)


@pytest.mark.parametrize(
    "path", ["/apis/nope", "/apis/nope/openapi.json", "/problems/nope", "/nope"]
)
def test_what_is_not_there_is_a_404(client: httpx.Client, path: str) -> None:
    assert client.get(f"/__admin{path}").status_code == 404


def test_problem_type_explains_itself(client: httpx.Client) -> None:
    page = client.get("/__admin/problems/body-invalid").text
    assert page == "body-invalid: The body breaks the contract. Status: 422, 400.\n"


def test_server_is_healthy(client: httpx.Client) -> None:
    assert client.get("/__admin/health").json()["status"] == "healthy"


def test_version_is_told(client: httpx.Client) -> None:
    assert client.get("/__admin/version").json() == {"version": __version__}


@pytest.mark.parametrize(
    ("path", "root", "scope"),
    [
        ("/__admin", "/__admin", "default"),
        ("/__admin/", "/__admin", "default"),
        ("/~x/__admin", "/~x/__admin", "x"),
    ],
)
def test_index_says_where_things_are(
    client: httpx.Client, path: str, root: str, scope: str
) -> None:
    index = client.get(path).json()
    assert (index["openapi"], index["scope"]) == (f"{root}/openapi.json", scope)
    assert client.get(index["openapi"]).json()["openapi"] == "3.1.0"
    assert client.get(index["docs"]).headers["content-type"] == "text/html; charset=utf-8"


def test_no_request_ends_the_server(client: httpx.Client) -> None:
    answer = client.post("/__admin/shutdown")
    assert (answer.status_code, "end its process" in answer.json()["detail"]) == (409, True)
    assert client.get("/__admin/health").is_success


TOKEN = {"authorization": "Bearer t"}


def names(client: httpx.Client) -> list[str]:
    return [scope["name"] for scope in client.get("/__admin/scopes").json()["scopes"]]


def test_scope_is_listed_once_it_is_used(client: httpx.Client) -> None:
    assert "scopes-one" not in names(client)
    client.get("/~scopes-one/projects/p/tools", headers=TOKEN)
    assert "scopes-one" in names(client)


def test_nothing_is_left_of_a_deleted_scope(client: httpx.Client) -> None:
    client.get("/~scopes-gone/projects/p/tools", headers=TOKEN)
    client.post("/~scopes-gone/__admin/faults", json={"fault": "connection-reset"})
    client.post("/~scopes-gone/__admin/clock/advance", json={"seconds": 60})
    assert client.delete("/__admin/scopes/scopes-gone").status_code == 204
    assert "scopes-gone" not in names(client)
    admin = "/~scopes-gone/__admin"
    assert client.get(f"{admin}/requests").json()["requests"] == []
    assert client.get(f"{admin}/faults").json()["faults"] == []
    assert client.get(f"{admin}/clock").json()["now"] == "2026-04-28T14:30:00.000Z"


def test_deleting_a_scope_nobody_used_is_fine(client: httpx.Client) -> None:
    assert client.delete("/__admin/scopes/scopes-never").status_code == 204


def clock(client: httpx.Client, scope: str) -> Any:
    return client.get(f"/~{scope}/__admin/clock").json()


def test_clock_of_the_server_is_every_scopes(client: httpx.Client) -> None:
    assert clock(client, "clock-new") == {
        "now": "2026-04-28T14:30:00.000Z",
        "frozen": True,
        "skips_delays": False,
    }


def test_advancing_moves_one_scope(client: httpx.Client) -> None:
    moved = client.post("/~clock-one/__admin/clock/advance", json={"seconds": 90.5})
    assert moved.json()["now"] == "2026-04-28T14:31:30.500Z"
    assert clock(client, "clock-two")["now"] == "2026-04-28T14:30:00.000Z"
    assert client.delete("/~clock-one/__admin/clock").json()["now"] == "2026-04-28T14:30:00.000Z"


def test_answers_obey_the_clock(client: httpx.Client) -> None:
    client.put("/~clock-set/__admin/clock", json={"now": "2040-02-03T04:05:06+01:00"})
    body = {"channel": "C1", "message": "hi"}
    call = {"tool": "SLACK_SEND_MESSAGE", "parameters": body}
    headers = {"authorization": "Bearer t"}
    sent = client.post("/~clock-set/projects/p/tools", json=call, headers=headers)
    assert sent.json()["ts"].startswith("2211851106.")


def test_reset_sets_the_clock_too(client: httpx.Client) -> None:
    client.post("/~clock-reset/__admin/clock/advance", json={"seconds": 60})
    client.post("/~clock-reset/__admin/reset")
    assert clock(client, "clock-reset")["now"] == "2026-04-28T14:30:00.000Z"


def test_delay_passes_in_virtual_time(client: httpx.Client) -> None:
    client.put("/~clock-skip/__admin/clock", json={"skips_delays": True})
    headers = {"authorization": "Bearer t", "prefer": "delay=600000"}
    assert client.get("/~clock-skip/projects/p/tools", headers=headers).status_code == 200
    assert clock(client, "clock-skip")["now"] == "2026-04-28T14:40:00.000Z"


@pytest.mark.parametrize(
    ("path", "method", "body", "pointer"),
    [
        ("", "PUT", {"now": "soon"}, "/now"),
        ("", "PUT", {"now": "0001-01-01T00:00:00+14:00"}, "/now"),
        ("", "PUT", {"now": "0001-01-01T00:00:00Z", "frozen": False}, "/now"),
        ("", "PUT", {"now": "9999-12-31T23:59:59-14:00", "frozen": True}, "/now"),
        ("", "PUT", {"now": "9999-12-31T23:59:59-14:00", "frozen": False}, "/now"),
        ("", "PUT", {"frozen": "yes"}, "/frozen"),
        ("", "PUT", {"speed": 2}, "/speed"),
        ("", "PUT", [], ""),
        ("/advance", "POST", {"seconds": -1}, "/seconds"),
        ("/advance", "POST", {"seconds": 1e12}, "/seconds"),
        ("/advance", "POST", {}, ""),
        ("/advance", "POST", None, ""),
    ],
)
def test_what_cannot_be_set_is_refused(
    client: httpx.Client, path: str, method: str, body: object, pointer: str
) -> None:
    answer = client.request(method, f"/~clock-bad/__admin/clock{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["violations"][0]["pointer"] == pointer
    assert clock(client, "clock-bad")["now"] == "2026-04-28T14:30:00.000Z"


def test_clock_does_not_go_past_the_calendar(client: httpx.Client) -> None:
    client.put("/~clock-late/__admin/clock", json={"now": "9998-12-31T23:59:59Z"})
    answer = client.post("/~clock-late/__admin/clock/advance", json={"seconds": 3600})
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
def test_body_that_is_no_json_is_refused(client: httpx.Client, body: bytes) -> None:
    assert client.put("/__admin/clock", content=body).status_code == 400


def test_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    assert client.put("/__admin/clock", content=b" " * 10_000_001).status_code == 413


def test_misspelt_path_names_the_one_that_was_meant(client: httpx.Client) -> None:
    for path, meant in (("/mapping", "/mappings"), ("/scenaros", "/scenarios")):
        answer = client.get(f"/__admin{path}")
        assert answer.status_code == 404
        assert answer.json()["detail"].endswith(f"{path}; did you mean '{meant}'?")
