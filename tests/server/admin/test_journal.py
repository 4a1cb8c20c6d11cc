"""The journal over the wire: what was asked, why it was answered so, and no secret in it."""

import base64
import json
import socket
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings

KEY = "ak_0101_very_secret"
TOOL = "/api/v3.1/tools/execute/SLACK_SEND_MESSAGE"
BODY = {
    "user_id": "user_123",
    "arguments": {"channel": "C1", "text": "hi"},
    "custom_auth_params": {"parameters": [], "body": {"access_token": "xoxb-secret"}},
}


class Scope:
    """A scope by its path."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self.client, self.path = client, f"/~{name}"

    def ask(self, path: str = "/projects/p/tools", **headers: str) -> httpx.Response:
        fields = {"authorization": "Bearer token_0101_secret", **headers}
        return self.client.get(self.path + path, headers=fields)

    def admin(self, path: str, method: str = "GET", **more: Any) -> Any:
        answer = self.client.request(method, f"{self.path}/__admin{path}", **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


def test_exchange_is_there_as_soon_as_it_is_answered(client: httpx.Client) -> None:
    scope = Scope(client, "journal-one")
    scope.ask("/projects/p/tools?format=paragon")
    (shown,) = scope.admin("/requests")["requests"]
    assert shown["request"]["method"] == "GET"
    assert shown["request"]["url"] == "/projects/p/tools?format=paragon"
    assert shown["request"]["absoluteUrl"].endswith("/~journal-one/projects/p/tools?format=paragon")
    assert shown["request"]["loggedDate"] == 1_777_386_600_000
    assert (shown["wasMatched"], shown["response"]["status"]) == (True, 200)
    assert json.loads(base64.b64decode(shown["response"]["bodyAsBase64"]))["errors"] == []
    assert shown["trace"]["operation"] == "listTools"
    assert scope.admin(f"/requests/{shown['id']}") == shown


def test_trace_says_why(client: httpx.Client) -> None:
    scope = Scope(client, "journal-why")
    scope.ask("/projects/p/tools?format=wrong")
    scope.ask(prefer="fault=delay; ms=0")
    delayed, refused = (each["trace"] for each in scope.admin("/requests")["requests"])
    assert refused["problem"] == "parameters-invalid"
    assert refused["violations"][0]["pointer"] == "/format"
    assert delayed["faults"][0]["fault"] == "delay"
    assert delayed["forced"] is True


def test_scopes_have_journals_of_their_own(client: httpx.Client) -> None:
    one, other = Scope(client, "journal-a"), Scope(client, "journal-b")
    one.ask()
    assert other.admin("/requests")["requests"] == []
    other.admin("/requests", "DELETE")
    assert one.admin("/requests")["meta"]["total"] == 1
    one.admin("/reset", "POST")
    assert one.admin("/requests")["requests"] == []


def test_secrets_never_show(client: httpx.Client) -> None:
    scope = Scope(client, "journal-secrets")
    client.post(scope.path + TOOL, json=BODY, headers={"x-api-key": KEY, "cookie": "session=abc9"})
    scope.ask("/projects/p/tools?access_token=query-secret")
    for path in ("/requests", "/requests.har"):
        text = json.dumps(scope.admin(path))
        for secret in (KEY, "xoxb-secret", "query-secret", "token_0101", "abc9"):
            assert secret not in text
            assert base64.b64encode(secret.encode()).decode()[:-4] not in text
        assert "C1" in text


def test_unmatched_requests(client: httpx.Client) -> None:
    scope = Scope(client, "journal-unmatched")
    scope.ask()
    scope.ask("/nobody/knows")
    assert [r["url"] for r in scope.admin("/requests/unmatched")["requests"]] == ["/nobody/knows"]
    assert scope.admin("/requests?unmatched=true")["meta"]["total"] == 1


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 3), ("?limit=2", 2), ("?limit=0", 0), ("?since=2026-04-28T14:30:00Z", 3),
     ("?since=2026-04-28T14:30:01Z", 0)],
)  # fmt: skip
def test_listing(client: httpx.Client, query: str, number: int) -> None:
    scope = Scope(client, "journal-list")
    scope.admin("/requests", "DELETE")
    for page in range(3):
        scope.ask(f"/projects/p{page}/tools")
    listed = scope.admin(f"/requests{query}")["requests"]
    assert [each["request"]["url"][-7] for each in listed] == ["2", "1", "0"][:number]


def test_one_exchange_is_removed(client: httpx.Client) -> None:
    scope = Scope(client, "journal-remove")
    scope.ask()
    (shown,) = scope.admin("/requests")["requests"]
    scope.admin(f"/requests/{shown['id']}", "DELETE")
    assert scope.admin("/requests")["requests"] == []
    for method in ("GET", "DELETE"):
        path = f"{scope.path}/__admin/requests/{shown['id']}"
        assert client.request(method, path).status_code == 404


@pytest.mark.parametrize("query", ["limit=x", "since=soon"])
def test_query_that_cannot_be_read_is_refused(client: httpx.Client, query: str) -> None:
    scope = Scope(client, "journal-bad")
    scope.ask()
    assert client.get(f"{scope.path}/__admin/requests?{query}").status_code == 400


def test_archive_holds_every_exchange(client: httpx.Client) -> None:
    scope = Scope(client, "journal-har")
    scope.ask("/projects/p/tools?format=paragon")
    log = scope.admin("/requests.har")["log"]
    (entry,) = log["entries"]
    assert (log["version"], entry["request"]["method"]) == ("1.2", "GET")
    assert entry["request"]["queryString"] == [{"name": "format", "value": "paragon"}]
    assert entry["startedDateTime"] == "2026-04-28T14:30:00.000Z"
    assert json.loads(entry["response"]["content"]["text"])["errors"] == []


def test_feed_tells_what_happens_and_resumes(client: httpx.Client) -> None:
    scope = Scope(client, "journal-feed")
    scope.ask("/projects/first/tools")
    url = f"{scope.path}/__admin/events"
    headers = {"last-event-id": "0", "accept": "text/event-stream"}
    with client.stream("GET", url, headers=headers) as feed:
        lines = feed.iter_lines()
        assert next(lines) == ": following"
        scope.ask("/projects/second/tools")
        events = [json.loads(line[5:]) for line in _take(lines, 2)]
    assert [event["request"]["url"] for event in events] == [
        "/projects/first/tools",
        "/projects/second/tools",
    ]


def test_feed_ends_for_who_asks_for_no_stream(client: httpx.Client) -> None:
    scope = Scope(client, "journal-lines")
    for path in ("/projects/one/tools", "/projects/two/tools"):
        scope.ask(path)
    answer = client.get(f"{scope.path}/__admin/events")
    assert answer.headers["content-type"] == "application/x-ndjson"
    events = [json.loads(line) for line in answer.text.splitlines()]
    assert [event["request"]["url"][10:13] for event in events] == ["one", "two"]
    after = {"last-event-id": str(events[0]["number"])}
    assert client.get(f"{scope.path}/__admin/events", headers=after).text.count("\n") == 1


def test_feed_whose_reader_is_slow_holds_up_nobody(
    client: httpx.Client, live_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.server.journal.journal._FOLLOWER_LIMIT", 3)
    scope = Scope(client, "journal-slow")
    large = {"request": {"urlPattern": "/large.*"}, "response": {"body": "x" * 400_000}}
    client.post(f"{scope.path}/__admin/mappings", json=large).raise_for_status()
    with socket.create_connection(address_of(live_server)) as reader:
        reader.settimeout(20)
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        head = f"GET {scope.path}/__admin/events HTTP/1.1\r\nHost: localhost\r\n"
        reader.sendall(f"{head}Accept: text/event-stream\r\n\r\n".encode())
        told = reader.recv(1_000)
        for number in range(30):
            assert scope.ask(f"/large/{number}").status_code == 200
        newest = scope.admin("/requests?limit=1")["requests"][0]["number"]
        seen = b""
        while f"id: {newest}\n".encode() not in seen:
            told = reader.recv(1_000_000)
            assert told
            seen = seen[-100:] + told


def test_server_stops_while_a_feed_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    headers = {"accept": "text/event-stream"}
    with ExitStack() as stack:
        with running(create_app(Settings(specs=("paragon",)))) as url:
            client = stack.enter_context(httpx.Client(base_url=url, trust_env=False))
            feed = stack.enter_context(client.stream("GET", "/__admin/events", headers=headers))
            lines = feed.iter_lines()
            assert next(lines) == ": following"
        with suppress(httpx.TransportError):
            assert [*lines] == [""]
    assert "Traceback" not in capsys.readouterr().err


def address_of(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


@pytest.mark.parametrize("headers", [{"last-event-id": "x"}, {"emulator-scope": "a b"}])
def test_feed_refuses_what_it_cannot_follow(client: httpx.Client, headers: dict[str, str]) -> None:
    assert client.get("/__admin/events", headers=headers).status_code == 400


def _take(lines: Any, number: int) -> list[str]:
    found: list[str] = []
    while len(found) < number:
        line = next(lines)
        if line.startswith("data:"):
            found.append(line)
    return found


def test_it_counts_what_the_scope_has_met(client: httpx.Client) -> None:
    scope = {"emulator-scope": "met", "authorization": "Bearer test"}
    body = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "hi"}}
    client.post("/projects/demo/tools", json=body, headers=scope).raise_for_status()
    forced = client.post("/projects/demo/tools", json=body, headers={**scope, "prefer": "code=500"})
    assert forced.status_code == 500
    apis = client.get("/__admin/coverage", headers=scope).json()["apis"]
    assert [(api["api"], api["answers_met"]) for api in apis] == [
        ("paragon", 1), ("composio", 0), ("agentflow", 0),
    ]  # fmt: skip
    counted = {
        (case["status"], case["kind"]): (case["met"], case["forced"])
        for case in apis[0]["cases"]
        if case["met"] or case["forced"]
    }
    assert counted[("200", "answer")] == (1, 0)
    assert counted[("500", "answer")] == (0, 1)


LONG_ONES = [
    *("/requests", "/requests/unmatched", "/requests.har", "/events", "/coverage"),
    *("/executions", "/mappings", "/mappings/unmatched", "/faults/log"),
]


@pytest.mark.parametrize("path", LONG_ONES)
def test_long_journal_reads_as_a_short_one(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    scope = Scope(client, "journal-long")
    for number in range(3):
        scope.ask(f"/projects/{number}/tools")
        scope.ask(f"/nobody/knows/{number}")
        scope.ask("/projects/p/tools?__fault=delay;ms=0")
        client.post(scope.path + TOOL, json=BODY, headers={"x-api-key": KEY})
        stub = {"request": {"urlPath": f"/{number}"}, "response": {}}
        client.post(f"{scope.path}/__admin/mappings", json=stub)
    short = client.get(f"{scope.path}/__admin{path}")
    monkeypatch.setattr("emulator.server.admin.long._AT_ONCE", 2)
    monkeypatch.setattr("emulator.server.admin.long._PIECE_BYTES", 1_000)
    long = client.get(f"{scope.path}/__admin{path}")
    assert (long.status_code, long.headers["content-type"], long.content) == (
        *(short.status_code, short.headers["content-type"]),
        short.content,
    )
    assert client.head(f"{scope.path}/__admin{path}").content == b""


def test_long_journal_is_searched_like_a_short_one(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope(client, "journal-search")
    monkeypatch.setattr("emulator.server.admin.long._AT_ONCE", 2)
    for number in range(3):
        scope.ask(f"/projects/{number}/tools")
    pattern = {"urlPathPattern": "/projects/[12]/tools"}
    assert scope.admin("/requests/count", "POST", json=pattern)["count"] == 2
    assert len(scope.admin("/requests/find", "POST", json=pattern)["requests"]) == 2
    assert len(scope.admin("/requests/remove", "POST", json=pattern)["serveEvents"]) == 2
    assert scope.admin("/requests")["meta"]["total"] == 1
