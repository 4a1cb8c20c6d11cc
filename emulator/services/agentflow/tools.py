"""An agent's tools: list, get, create, register, remove, gate, and dry-run."""

import hashlib
from dataclasses import replace

from emulator.fixtures.tools.tool import Tool
from emulator.http.encode import dump
from emulator.http.messages import Json, Violation
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.agentflow.access import (
    TIMEOUT_S,
    Agent,
    Assignment,
    assignments,
    on_agent,
    on_tool,
)
from emulator.services.agentflow.own_tools import COLLECTION, run_agent_tool, tool_of

#: Results of dry runs by `cache_id`.
CACHE = "cached_results"


@on_agent
def list_tools(exchange: Exchange, agent: Agent) -> Plan:
    """List an agent's tools."""
    tools = [_show(each) for each in assignments(exchange, agent)]
    return exchange.respond("200.default", {"tools": tools})


@on_tool
def get(exchange: Exchange, assigned: Assignment) -> Plan:
    """Get one tool, by its stored id or name."""
    return exchange.respond("200.default", {"tool": _show(assigned)})


@on_agent
def create(exchange: Exchange, agent: Agent) -> Plan | Problem:
    """Create a tool of the agent; its code is stored and never executed."""
    return _store(exchange, agent, "201.default", replaces=False)


@on_agent
def register(exchange: Exchange, agent: Agent) -> Plan | Problem:
    """Create a tool, or replace the one that was created under its name."""
    return _store(exchange, agent, "200.default", replaces=True)


@on_tool
def delete(exchange: Exchange, assigned: Assignment) -> Plan:
    """Remove a tool from the agent; delete it if it was created for the agent."""
    effect: Effect = Remove(COLLECTION, assigned.id)
    if assigned.record is None:
        effect = Put("unassigned", assigned.key, {})
    return exchange.respond("200.default", {"id": assigned.id}, [effect])


@on_tool
def set_approval(exchange: Exchange, assigned: Assignment) -> Plan:
    """Put a tool of an agent behind an approval gate, or remove the gate."""
    enabled = exchange.body["enabled"]
    timeout_s = exchange.body.get("timeout_seconds", TIMEOUT_S)
    changed = replace(assigned, require_approval=enabled, timeout_s=timeout_s)
    put = Put("gates", assigned.key, {"enabled": enabled, "timeout_seconds": timeout_s})
    return exchange.respond("200.default", {"assigned": _show(changed)}, [put])


@on_tool
def dry_run(exchange: Exchange, assigned: Assignment) -> Plan | Problem:
    """Run the tool without effects, and keep the result for a while."""
    arguments, slug = exchange.body["arguments"], assigned.tool.slug
    run = run_agent_tool(exchange, assigned.agent_id, slug, arguments)
    if isinstance(run, Problem):
        return run
    result = {
        "cache_id": _cache_id(assigned, arguments),
        "tool_id": assigned.id,
        "tool_name": slug,
        "arguments": arguments,
        "require_approval": assigned.require_approval,
        "success": not run.failed,
        "result": None if run.failed else run.result,
        "error": str(run.variables["error"]) if run.failed else None,
    }
    put = Put(CACHE, f"{assigned.agent_id}/{assigned.id}/{result['cache_id']}", result)
    return exchange.respond("200.default", {"tried": result}, [put])


@on_tool
def get_cached_result(exchange: Exchange, assigned: Assignment) -> Plan:
    """Get the result of a dry run by its `cache_id`."""
    key = f"{assigned.agent_id}/{assigned.id}/{exchange.path('cache_id')}"
    result = exchange.snapshot.records(CACHE).get(key)
    if result is None:
        return exchange.respond("404.result-not-found")
    return exchange.respond("200.default", {"tried": result})


def _store(exchange: Exchange, agent: Agent, fixture: str, *, replaces: bool) -> Plan | Problem:
    body = exchange.body
    same = next((a for a in assignments(exchange, agent) if a.tool.slug == body["name"]), None)
    if same is not None and not (replaces and same.record is not None):
        return exchange.respond("409.default")
    record = {**body, "agent_id": agent["id"]}
    tool = tool_of(record)
    if not isinstance(tool, Tool):
        violation = Violation("body", "/args_schema", "schema", tool.message)
        return problem("body-invalid", tool.message, (violation,))
    id_ = same.id if same is not None else exchange.fresh_id("tool_", 8)
    created = Assignment(agent["id"], id_, tool, tool.require_approval, TIMEOUT_S, record)
    return exchange.respond(fixture, {"created": _show(created)}, [Put(COLLECTION, id_, record)])


def _show(assigned: Assignment) -> Json:
    """A tool as this agent has it."""
    raw, record = assigned.tool.raw, assigned.record or {}
    return {
        "id": assigned.id,
        "name": assigned.tool.slug,
        "description": raw.get("description", ""),
        "args_schema": assigned.tool.input,
        "tags": raw.get("tags", []),
        "group": assigned.tool.toolkit,
        "require_approval": assigned.require_approval,
        "timeout_seconds": assigned.timeout_s,
        "execution_timeout": record.get("execution_timeout"),
        "function_code": record.get("function_code"),
    }


def _cache_id(assigned: Assignment, arguments: Json) -> str:
    """The same id for the same call, so that a second dry run finds the first one's result."""
    parts = "\0".join((assigned.agent_id, assigned.tool.slug)).encode() + b"\0" + dump(arguments)
    return "cache_" + hashlib.sha256(parts).hexdigest()[:16]
