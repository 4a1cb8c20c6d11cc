"""AgentFlow's agents and tools over the wire: configured, created, tried, chatted with, refused."""

import json
from typing import Any

import httpx
import pytest

from emulator.openapi.security.credentials import token_for
from tests.support.agentflow import RUN, Caller, streamed, types
from tests.support.clock import NOW

TOOLS = "/api/v1/agent/agent_calc/tools"
SHOUT = {
    "name": "shout",
    "function_code": "raise SystemExit",
    "args_schema": {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}},
    },
}


def run_shout(caller: Caller, arguments: Any, **more: Any) -> Any:
    return caller.run(agent="agent_calc", tool="shout", arguments=arguments, **more)


def test_created_tool_gives_its_arguments_back(caller: Caller) -> None:
    made = caller.send("POST", TOOLS, SHOUT)
    assert made.status_code == 201
    assert caller.send("GET", f"{TOOLS}/{made.json()['id']}").json() == made.json()
    events = run_shout(caller, {"text": "a"}).json()["events"]
    assert events[-1]["content"] == {"result": {"text": "a"}}
    assert caller.executed() == [{"text": "a"}]
    assert run_shout(caller, {"text": 1}).status_code == 422
    assert caller.run(agent="agent_other", tool="shout").status_code == 404


@pytest.mark.parametrize(
    ("path", "changes", "status"),
    [
        (TOOLS, {}, 409),
        (f"{TOOLS}/register", {"description": "Louder."}, 200),
        (f"{TOOLS}/register", {"name": "calculator"}, 409),
        (TOOLS, {"name": "wrong", "args_schema": {"type": "no such type"}}, 422),
        (TOOLS, {"name": "far", "args_schema": {"$ref": "https://example.com/s"}}, 422),
        (TOOLS, {"name": "plain", "args_schema": {}}, 201),
    ],
    ids=["name-taken", "replaced", "built-in", "no-schema", "remote-schema", "no-arguments"],
)
def test_definition_decides(caller: Caller, path: str, changes: Any, status: int) -> None:
    first = caller.send("POST", TOOLS, SHOUT).json()
    answer = caller.send("POST", path, SHOUT | changes)
    assert answer.status_code == status, answer.text
    if status == 200:
        assert (answer.json()["id"], answer.json()["description"]) == (first["id"], "Louder.")


def test_created_tool_can_need_an_approval(caller: Caller) -> None:
    caller.send("POST", TOOLS, SHOUT | {"require_approval": True})
    assert types(run_shout(caller, {"text": "a"}).json()["events"])[-1] == "approval_required"
    id_ = caller.pending()[0]["id"]
    wrong = caller.respond(id_, status="approved", modified_arguments={"text": 1})
    right = caller.respond(id_, status="approved", modified_arguments={"text": "b"})
    assert wrong.status_code == 422
    assert right.json()["events"][-1]["content"] == {"result": {"text": "b"}}


@pytest.mark.parametrize("tool", ["shout", "calculator"], ids=["created", "built-in"])
def test_tool_is_taken_away_in_its_scope_alone(caller: Caller, tool: str) -> None:
    caller.send("POST", TOOLS, SHOUT)
    assert caller.send("DELETE", f"{TOOLS}/{tool}").json()["deleted"] is True
    assert caller.send("GET", f"{TOOLS}/{tool}").status_code == 404
    assert Caller(caller.client, "elsewhere").send("GET", f"{TOOLS}/calculator").status_code == 200


def test_dry_run_does_nothing_but_can_be_looked_up(caller: Caller) -> None:
    path = "/api/v1/agent/agent_clerk/tools/delete_records"
    tried = caller.send("POST", f"{path}/dry-run", {"arguments": {"table": "t", "limit": 2}})
    assert (tried.json()["result"], tried.json()["require_approval"]) == (
        {"table": "t", "deleted": 2},
        True,
    )
    found = caller.send("GET", f"{path}/results/{tried.json()['cache_id']}")
    assert found.json() == tried.json()
    failed = caller.send("POST", f"{path}/dry-run", {"arguments": {"table": "missing"}}).json()
    assert (failed["success"], failed["result"]) == (False, None)
    assert "missing" in failed["error"]
    assert caller.send("GET", f"{path}/results/never").status_code == 404
    assert (caller.executed(), caller.pending()) == ([], [])


def test_configuration_changes_what_is_sent(caller: Caller) -> None:
    path = "/api/v1/agent/agent_calc/config"
    before = caller.send("GET", path).json()
    after = caller.send("PATCH", path, {"temperature": 0.5, "model": None}).json()
    assert after == {**before, "temperature": 0.5, "model": None}
    assert caller.send("GET", path).json() == after
    assert caller.send("PATCH", path, {"temperature": 3}).status_code == 422


@pytest.mark.parametrize("agent", ["agent_calc", "agent_nobody_named"])
def test_deleted_agent_is_gone(caller: Caller, agent: str) -> None:
    path = f"/api/v1/agent/{agent}"
    answers = [caller.send(method, path) for method in ("DELETE", "GET", "DELETE")]
    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert caller.run(agent=agent, tool="echo").status_code == 404


def test_numbers_follow_what_happens(caller: Caller) -> None:
    path = "/api/v1/agents/stats"
    before = caller.send("GET", path).json()
    caller.send("DELETE", "/api/v1/agent/agent_calc")
    caller.run()
    after = caller.send("GET", path).json()
    assert after["total_agents"] == before["total_agents"] - 1
    assert after["pending_approvals"] == before["pending_approvals"] + 1
    assert caller.send("GET", "/api/v1/models").json()["models"][0]["id"] == "emulated"


def test_service_says_what_it_is_without_a_token(client: httpx.Client) -> None:
    assert client.get("/").json()["name"] == "AgentFlow"


def chat(caller: Caller, way: str = "chat", agent: str = "a", **more: Any) -> httpx.Response:
    body = {"message": "hello", "conversation_id": "c", **more}
    headers = more.pop("headers", {})
    body.pop("headers", None)
    return caller.send("POST", f"/api/v1/agent/{agent}/{way}", body, **headers)


@pytest.mark.parametrize("way", ["chat", "run"])
def test_events_are_counted_through_the_conversation(caller: Caller, way: str) -> None:
    first, second = streamed(chat(caller, way)), streamed(chat(caller, way))
    assert types(first) == ["start", "delta", "delta", "end"]
    assert [event["seq"] for event in (*first, *second)] == list(range(8))
    assert first[-1]["content"] == {"result": "You said: hello"}
    other = streamed(chat(caller, way, conversation_id="d"))
    assert other[0]["seq"] == 0


@pytest.mark.parametrize("way", ["chat", "run"])
def test_every_message_is_a_call_of_its_own(caller: Caller, way: str) -> None:
    calls = [{event["call_id"] for event in streamed(chat(caller, way))} for _ in range(3)]
    assert [len(each) for each in calls] == [1, 1, 1]
    assert len(set.union(*calls)) == 3


def test_collected_chat_has_the_events_of_the_stream(caller: Caller) -> None:
    collected = chat(caller, agent="agent_calc", stream=False).json()["events"]
    told = streamed(chat(caller, agent="agent_calc", conversation_id="d"))
    fields = ("type", "content", "seq")
    assert [[e[f] for f in fields] for e in collected] == [[e[f] for f in fields] for e in told]
    assert collected[-1]["content"]["result"] == "I would use the calculator."


def test_broken_chat_is_taken_up_again(caller: Caller) -> None:
    chat(caller, message_id="m0")
    first = streamed(chat(caller, message_id="m1"))
    rest = streamed(chat(caller, message_id="m1", headers={"last-event-id": "5"}))
    assert [event["seq"] for event in rest] == [6, 7]
    assert rest == first[2:]


def test_reserved_agent_talks_to_its_users_only(caller: Caller) -> None:
    assert chat(caller, agent="agent_reserved").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/approvals/appr_abc123", "pending"),
        ("POST", "/api/v1/approvals/appr_abc123/cancel", "cancelled"),
    ],
)
def test_approval_is_told_as_it_stands(caller: Caller, method: str, path: str, status: str) -> None:
    assert caller.send(method, path).json()["status"] == status
    assert caller.send("GET", "/api/v1/approvals/appr_abc123").json()["status"] == status
    assert caller.send("GET", "/api/v1/approvals/stats").json()[status] == 1


def test_one_verdict_settles_many(caller: Caller) -> None:
    for message in "ab":
        caller.run(message_id=message)
    first, second = (approval["id"] for approval in caller.pending())
    caller.respond(first, status="denied")
    body = {"approval_ids": [first, second, "appr_unknown"], "status": "approved"}
    results = caller.send("POST", "/api/v1/approvals/bulk", body).json()["results"]
    assert [(result["success"], result.get("error")) for result in results] == [
        (False, "Approval already denied"),
        (True, None),
        (False, "Approval not found"),
    ]
    assert len(caller.executed()) == 1


def test_expired_approvals_are_cleaned_up(caller: Caller) -> None:
    caller.run()
    caller.send("POST", "/__admin/clock/advance", {"seconds": 300})
    counted = [caller.send("POST", "/api/v1/approvals/cleanup").json()["removed"] for _ in "12"]
    assert counted == [1, 0]
    assert caller.send("GET", "/api/v1/approvals/appr_abc123").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/agents", "/api/v1/agent/agent_calc/tools"])
@pytest.mark.parametrize(
    ("claims", "headers", "status"),
    [
        ({}, {}, 200),
        ({"aud": "agentflow-api"}, {}, 200),
        ({"aud": ["other-api", "agentflow-api"]}, {}, 200),
        ({"aud": "other-api"}, {}, 401),
        ({"aud": []}, {}, 401),
        ({"tenant": "tenant_dev"}, {"snc-tenant": "tenant_dev"}, 200),
        ({"tenant": "tenant_dev"}, {"snc-tenant": "tenant_other"}, 403),
    ],
    ids=["plain", "audience", "audiences", "other", "nobody", "same-tenant", "other-tenant"],
)
def test_token_must_be_meant_for_the_service_and_the_tenant(
    client: httpx.Client, path: str, claims: Any, headers: dict[str, str], status: int
) -> None:
    token = token_for({"sub": "auth0|user_123", **claims}, NOW.timestamp())
    answer = client.get(path, headers={"authorization": f"Bearer {token}", **headers})
    assert answer.status_code == status, answer.text
    if status == 401:
        assert answer.json() == {"detail": "Could not validate credentials"}
        assert answer.headers["www-authenticate"] == "Bearer"


def test_code_of_a_tool_is_kept_as_it_was_sent(caller: Caller) -> None:
    caller.send("POST", TOOLS, SHOUT)
    shown = caller.send("GET", f"{TOOLS}/shout").json()
    assert (shown["function_code"], shown["args_schema"]) == (
        SHOUT["function_code"],
        SHOUT["args_schema"],
    )
    path = RUN.format(agent="agent_calc", tool="shout")
    body = {"arguments": {"text": "a"}, "conversation_id": "c", "message_id": "m", "stream": True}
    answer = caller.send("POST", path, body)
    assert json.loads(streamed(answer)[0]["content"]["input"]) == {"text": "a"}
