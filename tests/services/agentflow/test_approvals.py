"""AgentFlow's approval gates over the wire: ask, approve, change, deny, too late, take up again."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.agentflow import ARGUMENTS, Caller, streamed, types
from tests.support.clock import NOW


@pytest.mark.parametrize("tool", ["delete_records", "tool_81bc"])
def test_run_waits_for_an_approval(caller: Caller, tool: str) -> None:
    events = caller.run(tool=tool).json()["events"]
    approval = caller.pending()[0]
    assert types(events) == ["start", "approval_required"]
    assert events[1]["content"] == {
        "id": approval["id"],
        "tool_name": "delete_records",
        "arguments": ARGUMENTS,
        "conversation_id": "c",
    }
    assert (approval["tool_id"], approval["expires_at"]) == ("tool_81bc", "2026-04-28T14:35:00Z")
    assert caller.executed() == []


def test_approved_call_runs_once(caller: Caller) -> None:
    caller.run()
    id_ = caller.pending()[0]["id"]
    answer = caller.respond(id_, status="approved").json()
    assert types(answer["events"]) == ["approval_approved", "end"]
    assert [event["seq"] for event in answer["events"]] == [2, 3]
    assert answer["events"][0]["content"]["approver"] == "auth0|user_123"
    again = caller.respond(id_, status="approved")
    assert (again.status_code, again.json()["detail"]) == (409, "Approval is already approved")
    assert (caller.executed(), caller.pending()) == ([ARGUMENTS], [])


def test_reviewer_changes_the_arguments(caller: Caller) -> None:
    caller.run()
    id_ = caller.pending()[0]["id"]
    refused = caller.respond(id_, status="approved", modified_arguments={"limit": 0})
    assert refused.status_code == 422
    changed = {"table": "old_drafts", "limit": 1}
    answer = caller.respond(id_, status="approved", modified_arguments=changed).json()
    assert answer["events"][-1]["content"]["result"] == {"table": "old_drafts", "deleted": 1}
    assert caller.executed() == [changed]


def test_denied_call_does_not_run(caller: Caller) -> None:
    caller.run()
    answer = caller.respond(caller.pending()[0]["id"], status="denied", reason="no").json()
    assert types(answer["events"]) == ["approval_denied", "error"]
    assert answer["events"][1]["content"] == {
        "message": "Approval denied: no",
        "code": "approval_denied",
    }
    assert (answer["status"], answer["reason"], caller.executed()) == ("denied", "no", [])


def test_approved_call_may_fail(caller: Caller) -> None:
    caller.run(arguments={"table": "missing"})
    answer = caller.respond(caller.pending()[0]["id"], status="approved").json()
    assert types(answer["events"]) == ["approval_approved", "error"]
    assert caller.executed() == []


def test_broken_stream_is_taken_up_without_running_again(caller: Caller) -> None:
    sent: dict[str, Any] = {"arguments": {"to": "a@example.com", "text": "hi"}, "stream": True}
    first = streamed(caller.run(tool="send_email", **sent))
    rest = streamed(caller.run(tool="send_email", **sent, headers={"last-event-id": "0"}))
    assert rest == first[1:]
    assert len(caller.executed()) == 1
    assert types(streamed(caller.run(tool="send_email", **sent))) == ["start", "end"]
    assert len(caller.executed()) == 2


def test_wrong_arguments_ask_nobody(caller: Caller) -> None:
    assert caller.run(arguments={}).status_code == 422
    assert caller.pending() == []


def test_gate_is_set_and_taken_away(caller: Caller) -> None:
    path = "/api/v1/agent/agent_calc/tools/calculator/approval"
    sums: dict[str, Any] = {"agent": "agent_calc", "tool": "calculator"}
    arguments = {"x": 1, "y": 2, "operation": "+"}
    gate = caller.send("PUT", path, {"enabled": True, "timeout_seconds": 60}).json()
    assert (gate["require_approval"], gate["timeout_seconds"]) == (True, 60)
    asked = caller.run(**sums, arguments=arguments).json()["events"]
    caller.send("PUT", path, {"enabled": False})
    ran = caller.run(**sums, arguments=arguments).json()["events"]
    assert (types(asked)[-1], types(ran)[-1]) == ("approval_required", "end")


def test_list_is_filtered_by_tool_and_tenant(caller: Caller) -> None:
    caller.run()
    path = "/api/v1/approvals/pending?tool_name="
    found = [caller.send("GET", path + name).json()["total"] for name in ("echo", "delete_records")]
    other = {"snc-tenant": "tenant_other"}
    assert found == [1, 1]
    assert caller.send("GET", "/api/v1/approvals/pending", None, **other).json()["total"] == 0
    assert caller.send("GET", "/api/v1/approvals/pending?page=2").json()["approvals"] == []


@pytest.mark.parametrize(
    ("agent", "tool", "headers", "status"),
    [
        ("agent_calc", "calculator", {}, 200),
        ("agent_clerk", "calculator", {}, 404),
        ("agent_clerk", "no_such_tool", {}, 404),
        ("agent_elsewhere", "calculator", {}, 403),
        ("agent_elsewhere", "calculator", {"snc-tenant": "tenant_other"}, 200),
        ("agent_reserved", "calculator", {}, 403),
        ("agent_reserved", "calculator", {"snc-userid": "auth0|user_admin"}, 200),
    ],
)
def test_agent_decides(
    caller: Caller, agent: str, tool: str, headers: dict[str, str], status: int
) -> None:
    arguments = {"x": 1, "y": 2, "operation": "+"}
    answer = caller.run(agent=agent, tool=tool, arguments=arguments, headers=headers)
    assert answer.status_code == status


def test_parts_of_a_result_are_deltas(caller: Caller) -> None:
    answer = caller.run(agent="a", tool="write_summary", arguments={"text": "Plan"}, stream=True)
    events = streamed(answer)
    assert types(events) == ["start", "delta", "delta", "end"]
    parts = [event["content"]["text"] for event in events if event["type"] == "delta"]
    assert "".join(parts) == events[-1]["content"]["result"]


def test_agents_and_their_tools_are_listed(caller: Caller) -> None:
    agents = caller.send("GET", "/api/v1/agents").json()
    names = {agent["id"] for agent in agents["agents"]}
    assert names == {"agent_calc", "agent_clerk", "agent_reserved"}
    assert caller.send("GET", "/api/v1/agent/agent_clerk").json()["name"] == "Clerk"
    tools = caller.send("GET", "/api/v1/agent/agent_clerk/tools").json()["tools"]
    assert [(tool["id"], tool["require_approval"]) for tool in tools] == [
        ("tool_7f3a", False),
        ("tool_81bc", True),
    ]


def test_state_file_may_say_little(tmp_path: Path) -> None:
    state = tmp_path / "state.yaml"
    state.write_text(
        "collections: {agents: {mine: {tools: [echo]}}, approvals: {first: {tool_name: echo}}}"
    )
    app = create_app(Settings(specs=("agentflow",), state=state, now=NOW))
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        caller = Caller(client, "own")
        assert [approval["id"] for approval in caller.pending()] == ["first"]
        assert caller.respond("first", status="approved").json()["events"][-1]["type"] == "end"
        assert caller.run(agent="mine", tool="echo").status_code == 200
        assert caller.run(agent="mine", tool="calculator").status_code == 404
        assert caller.run(agent="other", tool="echo").json()["detail"] == "Agent not found"
