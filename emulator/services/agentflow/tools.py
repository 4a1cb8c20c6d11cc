"""An agent's tools: look at one, create, register, take away, gate, and try without effect."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from emulator.http.encode import dump
from emulator.http.messages import Json, Violation
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.agentflow.access import (
    TIMEOUT_S,
    Assignment,
    agent_for,
    assignment_for,
    assignments,
)
from emulator.services.agentflow.agents import tool_shown
from emulator.services.agentflow.own_tools import COLLECTION, complaint, registry_for, tool_of
from emulator.services.tools import run_tool

#: Results of dry runs by `cache_id`.
CACHE = "cached_results"


def get(exchange: Exchange) -> Plan | Problem:
    """One tool, by its stored id or name."""
    return _with(
        exchange, lambda found: exchange.respond("200.default", {"tool": tool_shown(found)})
    )


def create(exchange: Exchange) -> Plan | Problem:
    """A new tool of the agent; its code is kept and never executed."""
    return _put_down(exchange, "201.default", replaces=False)


def register(exchange: Exchange) -> Plan | Problem:
    """As `create`, but a tool that the agent has under this name is replaced."""
    return _put_down(exchange, "200.default", replaces=True)


def remove(exchange: Exchange) -> Plan | Problem:
    """Take a tool from the agent; one that was created for it is gone."""

    def taken(found: Assignment) -> Plan:
        effect: Effect = Remove(COLLECTION, found.id)
        if found.record is None:
            effect = Put("unassigned", f"{found.agent_id}/{found.tool.slug}", {})
        return exchange.respond("200.default", {"id": found.id}, effects=(effect,))

    return _with(exchange, taken)


def set_approval(exchange: Exchange) -> Plan | Problem:
    """Put a tool of an agent behind an approval gate, or take the gate away."""

    def gated(found: Assignment) -> Plan:
        body = exchange.body
        gate = {
            "enabled": body["enabled"],
            "timeout_seconds": body.get("timeout_seconds", TIMEOUT_S),
        }
        changed = replace(
            found, require_approval=gate["enabled"], timeout_s=gate["timeout_seconds"]
        )
        put = Put("gates", f"{found.agent_id}/{found.tool.slug}", gate)
        return exchange.respond("200.default", {"assigned": tool_shown(changed)}, effects=(put,))

    return _with(exchange, gated)


def dry_run(exchange: Exchange) -> Plan | Problem:
    """What a run would give: nothing happens but that the result is kept for a while."""

    def tried(found: Assignment) -> Plan | Problem:
        arguments, slug = exchange.body["arguments"], found.tool.slug
        tools = registry_for(exchange, found.agent_id, slug)
        done = run_tool(exchange, slug, arguments, tools=tools)
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
        return exchange.respond("200.default", {"tried": kept}, effects=(Put(CACHE, key, kept),))

    return _with(exchange, tried)


def get_cached_result(exchange: Exchange) -> Plan | Problem:
    """The result of a dry run, by its `cache_id`."""

    def cached(found: Assignment) -> Plan:
        key = f"{found.agent_id}/{found.id}/{exchange.path('cache_id')}"
        kept = exchange.snapshot.records(CACHE).get(key)
        return (
            exchange.respond("404.result-not-found")
            if kept is None
            else exchange.respond("200.default", {"tried": kept})
        )

    return _with(exchange, cached)


def _with(exchange: Exchange, answer: Callable[[Assignment], Plan | Problem]) -> Plan | Problem:
    found = assignment_for(exchange)
    return answer(found) if isinstance(found, Assignment) else found


def _put_down(exchange: Exchange, fixture: str, *, replaces: bool) -> Plan | Problem:
    agent, body = agent_for(exchange), exchange.body
    if isinstance(agent, Plan):
        return agent
    same = next((a for a in assignments(exchange, agent) if a.tool.slug == body["name"]), None)
    if same is not None and not (replaces and same.record is not None):
        return exchange.respond("409.tool-exists")
    record = {**body, "agent_id": agent["id"]}
    wrong = complaint(record)
    if wrong is not None:
        violation = Violation("body", "/args_schema", "schema", wrong)
        return problem("body-invalid", wrong, (violation,))
    id_ = same.id if same is not None else exchange.fresh_id("tool_", 8)
    tool = tool_of(record)
    created = Assignment(agent["id"], id_, tool, tool.require_approval, TIMEOUT_S, record)
    shown = {"created": tool_shown(created)}
    return exchange.respond(fixture, shown, effects=(Put(COLLECTION, id_, record),))


def _cache_id(found: Assignment, arguments: Json) -> str:
    """The same for the same call, so that a second dry run finds the first one's result."""
    parts = "\0".join((found.agent_id, found.tool.slug)).encode() + b"\0" + dump(arguments)
    return "cache_" + hashlib.sha256(parts).hexdigest()[:16]


HANDLERS: Mapping[str, Handler] = {
    "getAgentTool": get,
    "createAgentTool": create,
    "registerAgentTool": register,
    "deleteAgentTool": remove,
    "setToolApproval": set_approval,
    "dryRunTool": dry_run,
    "getCachedResult": get_cached_result,
}
