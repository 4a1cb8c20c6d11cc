"""What requests caused, over the wire: executions, events on demand, deliveries."""

import json
from typing import Any

import httpx
import pytest

from tests.support.composio import DISABLED, EXPIRED, MESSAGE, Service, deliveries, subscribe
from tests.support.receiver import receiving

ACCOUNT = "ca_Ux6vHc2Lq9Rb"
SEND = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "hi"}}
READ = {"tool": "GMAIL_SEARCH_FOR_EMAIL", "parameters": {}}
REFUSED = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C_NOT_FOUND", "message": "hi"}}


def emit(client: httpx.Client, scope: str, event: Any, api: str = "composio") -> httpx.Response:
    headers = {"emulator-scope": scope}
    return client.post(f"/__admin/webhooks/{api}", json=event, headers=headers)


def test_event_is_told_as_it_was_posted(client: httpx.Client) -> None:
    composio = Service(client)
    event = {"type": MESSAGE, "data": {"a": 1}, "metadata": {"trigger_slug": "X"}}
    with receiving() as receiver:
        subscription = subscribe(composio, receiver.url)
        answer = emit(client, composio.scope, event)
        (delivery,) = deliveries(composio, client)
    assert answer.status_code == 202
    (head,) = answer.json()["deliveries"]
    assert head == {
        "id": head["id"],
        "type": MESSAGE,
        "subscription": subscription["id"],
        "url": subscription["webhook_url"],
    }
    assert delivery == {
        "api": "composio",
        **head,
        "state": "delivered",
        "attempts": [{"at": "2026-04-28T14:30:00.000Z", "status": 204, "error": None}],
        "next_try": None,
    }
    body = json.loads(receiver.received[0].body)
    assert (body["id"], body["data"]) == (head["id"], {"a": 1})
    assert body["metadata"].items() >= {"trigger_slug": "X"}.items()


def test_event_of_a_triggers_type_is_for_the_triggers(client: httpx.Client) -> None:
    composio = Service(client)
    subscribe(composio, "http://127.0.0.1:9/a")
    told = [
        len(emit(client, composio.scope, {"type": type_}).json()["deliveries"])
        for type_ in ("SLACK_RECEIVE_MESSAGE", "GITHUB_COMMIT_EVENT")
    ]
    assert told == [1, 0]


def test_account_that_is_told_to_have_expired_has(client: httpx.Client) -> None:
    composio = Service(client)
    subscribe(composio, "http://127.0.0.1:9/a", EXPIRED, DISABLED)
    sent = emit(client, composio.scope, {"type": EXPIRED, "data": {"id": ACCOUNT}}).json()
    assert [each["type"] for each in sent["deliveries"]] == [EXPIRED, DISABLED]
    assert composio.get(f"/connected_accounts/{ACCOUNT}")["status"] == "EXPIRED"


def test_every_event_has_an_id_of_its_own(client: httpx.Client) -> None:
    composio = Service(client)
    subscribe(composio, "http://127.0.0.1:9/a")
    event = {"type": "SLACK_RECEIVE_MESSAGE", "data": {}}
    sent = [emit(client, composio.scope, event).json()["deliveries"][0] for _ in range(3)]
    assert len({each["id"] for each in sent}) == 3


def test_scopes_do_not_hear_one_another(client: httpx.Client) -> None:
    here, there = Service(client), Service(client)
    for each in (here, there):
        subscribe(each, "http://127.0.0.1:9/a")
    emit(client, here.scope, {"type": MESSAGE})
    assert [len(deliveries(each, client)) for each in (here, there)] == [1, 0]


def test_reset_forgets_deliveries_and_subscriptions(client: httpx.Client) -> None:
    composio = Service(client)
    subscribe(composio, "http://127.0.0.1:9/a")
    emit(client, composio.scope, {"type": MESSAGE})
    assert [each["state"] for each in deliveries(composio, client)] == ["waiting"]
    client.post("/__admin/reset", headers={"emulator-scope": composio.scope})
    assert deliveries(composio, client) == []
    assert emit(client, composio.scope, {"type": MESSAGE}).json() == {"deliveries": []}


@pytest.mark.parametrize(
    ("api", "event", "status", "hint"),
    [
        ("nothing", {"type": MESSAGE}, 404, "composio"),
        ("paragon", {"type": MESSAGE}, 404, "composio"),
        ("composio", [], 422, '"object"'),
        ("composio", {"type": 1}, 422, "/type"),
        ("composio", {"data": {}}, 422, '"type"'),
        ("composio", {"type": MESSAGE, "dat": 1}, 422, "'dat'"),
        ("composio", {"type": "composio.unknown"}, 422, MESSAGE),
    ],
)
def test_event_that_cannot_be_is_refused(
    client: httpx.Client, api: str, event: Any, status: int, hint: str
) -> None:
    answer = emit(client, "refused-events", event, api)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert hint in answer.json()["detail"]


def test_body_that_is_no_json_is_refused(client: httpx.Client) -> None:
    for body in (b"{", b"\xff"):
        answer = client.post("/__admin/webhooks/composio", content=body)
        assert answer.status_code == 400


def send(client: httpx.Client, scope: str, call: Any, **headers: str) -> httpx.Response:
    named = {"authorization": "Bearer token_of_user_1", "emulator-scope": scope, **headers}
    return client.post("/projects/p1/tools", json=call, headers=named)


def executions(client: httpx.Client, scope: str) -> list[dict[str, Any]]:
    answer = client.get("/__admin/executions", headers={"emulator-scope": scope})
    lines: list[dict[str, Any]] = answer.json()["executions"]
    return lines


def test_execution_is_written_down(client: httpx.Client) -> None:
    send(client, "ledger-one", SEND, **{"x-request-id": "req-1"})
    assert executions(client, "ledger-one") == [
        {
            "api": "paragon",
            "tool": "SLACK_SEND_MESSAGE",
            "side_effect": "send",
            "arguments": {"channel": "C1", "message": "hi"},
            "caller": "token_o*****",
            "call": "req-1",
            "at": "2026-04-28T14:30:00.000Z",
        }
    ]


@pytest.mark.parametrize(
    ("call", "headers"),
    [
        (READ, {}),
        (REFUSED, {}),
        (SEND, {"prefer": "code=200"}),
        (SEND, {"prefer": "code=500"}),
        (SEND, {"prefer": "example=slack-send-message"}),
        (SEND, {"prefer": "dynamic=true"}),
        (SEND, {"authorization": "Bearer token_expired"}),
        ({"tool": "SLACK_SEND_MESSAGE", "parameters": {}}, {}),
    ],
    ids=["read", "refused", "code", "failure", "example", "dynamic", "trigger", "invalid"],
)
def test_what_did_not_happen_is_not_written_down(
    client: httpx.Client, call: Any, headers: dict[str, str]
) -> None:
    send(client, "ledger-nothing", call, **headers)
    assert executions(client, "ledger-nothing") == []


def test_attempts_of_one_call_are_told_from_separate_calls(client: httpx.Client) -> None:
    for headers in ({"x-request-id": "a"}, {"x-request-id": "a"}, {}, {}):
        send(client, "ledger-calls", SEND, **headers)
    calls = [line["call"] for line in executions(client, "ledger-calls")]
    assert calls[:2] == ["a", "a"]
    assert len(set(calls)) == 3


def calls(client: httpx.Client, scope: str) -> list[dict[str, Any]]:
    answer = client.get("/__admin/executions", headers={"emulator-scope": scope})
    found: list[dict[str, Any]] = answer.json()["calls"]
    return found


def test_call_that_was_asked_for_three_times_was_executed_once(client: httpx.Client) -> None:
    for preference in ("code=500", "code=502", ""):
        send(client, "ledger-asked", SEND, **{"x-request-id": "a", "prefer": preference})
    assert calls(client, "ledger-asked") == [
        {"api": "paragon", "operation": "runTool", "call": "a", "attempts": 3, "executions": 1}
    ]


@pytest.mark.parametrize(
    ("call", "headers", "executed"),
    [
        (SEND, {"authorization": ""}, 0),
        ({}, {}, 0),
        (READ, {}, 0),
        (SEND, {}, 1),
    ],
    ids=["unauthorized", "invalid", "read", "executed"],
)
def test_every_attempt_counts_whatever_comes_of_it(
    client: httpx.Client, call: Any, headers: dict[str, str], executed: int
) -> None:
    scope = f"ledger-attempt-{executed}-{len(headers)}-{len(call)}-{call.get('tool')}"
    send(client, scope, call, **{"x-request-id": "a"} | headers)
    assert [(c["attempts"], c["executions"]) for c in calls(client, scope)] == [(1, executed)]


def test_what_was_lost_on_the_way_was_executed(client: httpx.Client) -> None:
    lost = {"x-request-id": "a", "prefer": "fault=connection-reset"}
    with pytest.raises(httpx.TransportError):
        send(client, "ledger-lost", SEND, **lost)
    assert [line["call"] for line in executions(client, "ledger-lost")] == ["a"]


def test_idempotency_key_names_the_call(client: httpx.Client) -> None:
    body = {
        "arguments": {"to": "a@example.com", "text": "hi"},
        "conversation_id": "c",
        "message_id": "m",
        "idempotency_key": "mail-1",
    }
    headers = {"authorization": "Bearer t", "emulator-scope": "ledger-key"}
    client.post("/api/v1/agent/agent_calc/tools/send_email/run", json=body, headers=headers)
    assert [line["call"] for line in executions(client, "ledger-key")] == ["mail-1"]
    assert [call["call"] for call in calls(client, "ledger-key")] == ["mail-1"]


def test_reset_forgets_one_scope(client: httpx.Client) -> None:
    for scope in ("ledger-reset", "ledger-kept"):
        send(client, scope, SEND)
    answer = client.post("/__admin/reset", headers={"emulator-scope": "ledger-reset"})
    assert answer.json() == {"scope": "ledger-reset"}
    assert executions(client, "ledger-reset") == []
    assert len(executions(client, "ledger-kept")) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "deliveries"),
        ("POST", "webhooks/composio"),
        ("GET", "executions"),
        ("POST", "reset"),
    ],
)
def test_scope_that_cannot_be_used_is_refused(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, f"/__admin/{path}", headers={"emulator-scope": "a b"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
