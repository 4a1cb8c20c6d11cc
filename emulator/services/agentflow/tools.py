"""An agent's tools: look at one, create, register, take away, gate, and try without effect."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from emulator.http.encode import dump
from emulator.http.messages import Json, Violation
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.agentflow.access import (
    TIMEOUT_S,
    Assignment,
    agent_for,
    assignment_for,
    assignments,
)
from emulator.services.agentflow.agents import tool_shown
from emulator.services.agentflow.own_tools import COLLECTION, complaint, tool_of, with_tool
from emulator.services.tools import run_tool

#: Results of dry runs by `cache_id`.
CACHE = "cached_results"


def get(call: Call) -> Answer | Problem:
    """One tool, by its stored id or name."""
    return _with(call, lambda found: Answer("200.default", {"tool": tool_shown(found)}))


def create(call: Call) -> Answer | Problem:
    """A new tool of the agent; its code is kept and never executed."""
    return _put_down(call, "201.default", replaces=False)


def register(call: Call) -> Answer | Problem:
    """As `create`, but a tool that the agent has under this name is replaced."""
    return _put_down(call, "200.default", replaces=True)


def remove(call: Call) -> Answer | Problem:
    """Take a tool from the agent; one that was created for it is gone."""

    def taken(found: Assignment) -> Answer:
        effect: Effect = Remove(COLLECTION, found.id)
        if found.record is None:
            effect = Put("unassigned", f"{found.agent_id}/{found.tool.slug}", {})
        return Answer("200.default", {"id": found.id}, effects=(effect,))

    return _with(call, taken)


def set_approval(call: Call) -> Answer | Problem:
    """Put a tool of an agent behind an approval gate, or take the gate away."""

    def gated(found: Assignment) -> Answer:
        body = call.request.body
        gate = {
            "enabled": body["enabled"],
            "timeout_seconds": body.get("timeout_seconds", TIMEOUT_S),
        }
        changed = replace(
            found, require_approval=gate["enabled"], timeout_s=gate["timeout_seconds"]
        )
        put = Put("gates", f"{found.agent_id}/{found.tool.slug}", gate)
        return Answer("200.default", {"assigned": tool_shown(changed)}, effects=(put,))

    return _with(call, gated)


def dry_run(call: Call) -> Answer | Problem:
    """What a run would give: nothing happens but that the result is kept for a while."""

    def tried(found: Assignment) -> Answer | Problem:
        arguments, slug = call.request.body["arguments"], found.tool.slug
        done = run_tool(with_tool(call, found.agent_id, slug), slug, arguments)
        if isinstance(done, Problem):
            return done
        kept = {
            "cache_id": _cache_id(found, arguments),
            "tool_id": found.id,
            "tool_name": slug,
            "arguments": arguments,
            "require_approval": found.require_approval,
            "success": not done.failed,
            "result": None if done.failed else done.variables.get("result"),
            "error": str(done.variables["error"]) if done.failed else None,
        }
        key = f"{found.agent_id}/{found.id}/{kept['cache_id']}"
        return Answer("200.default", {"tried": kept}, effects=(Put(CACHE, key, kept),))

    return _with(call, tried)


def get_cached_result(call: Call) -> Answer | Problem:
    """The result of a dry run, by its `cache_id`."""

    def cached(found: Assignment) -> Answer:
        key = f"{found.agent_id}/{found.id}/{call.path('cache_id')}"
        kept = call.snapshot.records(CACHE).get(key)
        return (
            Answer("404.result-not-found")
            if kept is None
            else Answer("200.default", {"tried": kept})
        )

    return _with(call, cached)


def _with(call: Call, answer: Callable[[Assignment], Answer | Problem]) -> Answer | Problem:
    found = assignment_for(call)
    return answer(found) if isinstance(found, Assignment) else found


def _put_down(call: Call, fixture: str, *, replaces: bool) -> Answer | Problem:
    agent, body = agent_for(call), call.request.body
    if isinstance(agent, Answer):
        return agent
    same = next((a for a in assignments(call, agent) if a.tool.slug == body["name"]), None)
    if same is not None and not (replaces and same.record is not None):
        return Answer("409.tool-exists")
    record = {**body, "agent_id": agent["id"]}
    wrong = complaint(record)
    if wrong is not None:
        violation = Violation("body", "/args_schema", "schema", wrong)
        return problem("body-invalid", wrong, (violation,))
    id_ = same.id if same is not None else call.fresh_id("tool_", 8)
    tool = tool_of(record)
    created = Assignment(agent["id"], id_, tool, tool.require_approval, TIMEOUT_S, record)
    shown = {"created": tool_shown(created)}
    return Answer(fixture, shown, effects=(Put(COLLECTION, id_, record),))


def _cache_id(found: Assignment, arguments: Json) -> str:
    """The same for the same call, so that a second dry run finds the first one's result."""
    parts = "\0".join((found.agent_id, found.tool.slug)).encode() + b"\0" + dump(arguments)
    return "cache_" + hashlib.sha256(parts).hexdigest()[:16]


BEHAVIOURS: Mapping[str, Behaviour] = {
    "getAgentTool": get,
    "createAgentTool": create,
    "registerAgentTool": register,
    "deleteAgentTool": remove,
    "setToolApproval": set_approval,
    "dryRunTool": dry_run,
    "getCachedResult": get_cached_result,
}
