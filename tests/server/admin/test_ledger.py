"""The ledger over the wire: what was executed, by whom, in which scope."""

from typing import Any

import httpx
import pytest

SEND = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "hi"}}
READ = {"tool": "GMAIL_SEARCH_FOR_EMAIL", "parameters": {}}
REFUSED = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C_NOT_FOUND", "message": "hi"}}


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


@pytest.mark.parametrize(("method", "path"), [("GET", "executions"), ("POST", "reset")])
def test_scope_that_cannot_be_used_is_refused(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, f"/__admin/{path}", headers={"emulator-scope": "a b"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
