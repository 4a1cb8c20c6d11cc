"""Composio's logs: every execution of the scope is in them, and can be found."""

from typing import Any

import pytest

from tests.support.composio import Service

SLACK = "/tools/execute/SLACK_SEND_MESSAGE"
ARGUMENTS = {"channel": "C0123456789", "markdown_text": "Deployed."}
STORED = "log_7Qm2xKf9"


def executed(
    composio: Service, arguments: dict[str, str] | None = None, request_id: str = "r1"
) -> str:
    arguments = ARGUMENTS if arguments is None else arguments
    body = {"user_id": "user_123", "version": "20251001_00", "arguments": arguments}
    return str(composio("POST", SLACK, body, **{"x-request-id": request_id}).json()["log_id"])


def listed(composio: Service, **body: Any) -> list[str]:
    found = composio("POST", "/logs/tool_execution", body).json()["logs"]
    return [each["id"] for each in found]


def test_execution_is_found_by_its_log_id(composio: Service) -> None:
    id_ = executed(composio, request_id="r1")
    log = composio.get(f"/logs/tool_execution/{id_}")
    assert (log["status"], log["context"]["request_id"]) == ("success", "r1")
    assert log["metadata"]["connected_account_id"] == "ca_Ux6vHc2Lq9Rb"
    assert log["data"]["request"] == ARGUMENTS
    assert log["data"]["response"]["channel"] == ARGUMENTS["channel"]
    shown = composio.get(f"/internal/action_execution/log/{id_}")
    assert (shown["actionId"], shown["version"]) == ("SLACK_SEND_MESSAGE", "20251001_00")


@pytest.mark.parametrize("arguments", [{"channel": "C_NOT_FOUND"}, {}], ids=["tool", "arguments"])
def test_failure_is_in_the_logs(composio: Service, arguments: dict[str, str]) -> None:
    id_ = executed(composio, arguments)
    log = composio.get(f"/logs/tool_execution/{id_}")
    assert (log["status"], log["level"]) == ("failed", "error")
    assert log["message"]


def test_equal_executions_have_logs_of_their_own_newest_first(composio: Service) -> None:
    first, second = executed(composio), executed(composio)
    assert listed(composio) == [second, first, STORED]
    found = composio("POST", "/internal/action_execution/logs", {"cursor": None}).json()
    assert [each["id"] for each in found["data"]] == [second, first, STORED]


def test_session_executions_are_in_the_logs(composio: Service) -> None:
    path = "/tool_router/session/trs_5Kd0vXq2mN"
    tools = [{"tool_slug": "SLACK_SEND_MESSAGE", "arguments": ARGUMENTS}] * 2
    body = {"slug": "COMPOSIO_MULTI_EXECUTE_TOOL", "arguments": {"tools": tools}}
    assert composio("POST", f"{path}/execute_meta", body).status_code == 200
    of_session = {"field": "session_id", "operator": "==", "value": "trs_5Kd0vXq2mN"}
    assert len(set(listed(composio, filters=[of_session]))) == 2


@pytest.mark.parametrize(
    ("field", "operator", "value", "found"),
    [
        ("toolkit_slug", "==", "slack", True),
        ("toolkit_slug", "!=", "slack", False),
        ("tool_slug", "contains", "SEND", True),
        ("tool_slug", "not_contains", "SEND", False),
        ("user_id", "==", "user_1", False),
        ("status", "==", "success", True),
        ("log_id", "==", STORED, True),
        ("sandbox_id", "==", "none", False),
    ],
)
def test_logs_are_filtered(
    composio: Service, field: str, operator: str, value: str, found: bool
) -> None:
    wanted = {"field": field, "operator": operator, "value": value}
    assert listed(composio, filters=[wanted], limit=9999) == [STORED] * found


def test_logs_are_those_of_a_time(composio: Service) -> None:
    id_ = executed(composio)
    spring = {"from": 1775000000000, "to": 1775100000000}
    assert listed(composio, time_range=spring) == [STORED]
    search = [{"field": "actionKey", "operation": "contains", "value": "slack_send"}]
    body = {"from": 1775100000000, "search_params": search}
    path = "/internal/action_execution/logs"
    assert [each["id"] for each in composio("POST", path, body).json()["data"]] == [id_]
    exact = composio("POST", path, body | {"case_sensitive": True}).json()
    assert exact["data"] == []


def test_pages_of_logs(composio: Service) -> None:
    ids = [executed(composio) for _ in range(2)][::-1]
    first = composio("POST", "/logs/tool_execution", {"limit": 2}).json()
    assert [each["id"] for each in first["logs"]] == ids
    assert listed(composio, cursor=first["next_cursor"]) == [STORED]
    path = "/internal/action_execution/logs"
    number = composio("POST", path, {"limit": 2}).json()["nextCursor"]
    rest = composio("POST", path, {"limit": 2, "cursor": number}).json()
    assert ([each["id"] for each in rest["data"]], rest["nextCursor"]) == ([STORED], None)


@pytest.mark.parametrize(
    "path",
    ["/logs/tool_execution/x", "/internal/action_execution/log/x", "/internal/trigger/log/x"],
)
def test_unknown_log(composio: Service, path: str) -> None:
    assert composio("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, True),
        ({"time": "1y", "status": "success", "userId": "user_123"}, True),
        ({"time": "5m"}, False),
        ({"status": "error"}, False),
        ({"entityId": "user_1"}, False),
        ({"search": "receive message"}, True),
        ({"search": "gmail"}, False),
        ({"from": 1775040000000}, False),
        ({"search_params": [{"field": "toolkit", "value": "Slack"}]}, False),
        ({"search_params": [{"field": "toolkit", "value": "slack"}, {"field": "x"}]}, True),
    ],
)
def test_trigger_logs_are_filtered(composio: Service, body: dict[str, Any], found: bool) -> None:
    answer = composio("POST", "/internal/trigger/logs", body).json()
    assert [each["id"] for each in answer["data"]] == ["tlog_3Hc8"] * found


def test_payload_of_a_trigger_log_can_be_left_out(composio: Service) -> None:
    whole = composio.get("/internal/trigger/log/tlog_3Hc8")["log"]["meta"]
    assert "Deployed." in whole["triggerProviderPayload"]
    body = {"include_payload": False}
    (short,) = composio("POST", "/internal/trigger/logs", body).json()["data"]
    assert short["meta"]["triggerProviderPayload"] is None
