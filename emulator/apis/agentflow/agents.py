"""Agents and their tools, as the state file and the tool files have them."""

from collections.abc import Mapping

from emulator.apis.agentflow.access import (
    ANY_AGENT,
    TIMEOUT_S,
    Assignment,
    agent_for,
    assignment_for,
    assignments,
    tenant_of,
)
from emulator.apis.agentflow.pages import page_of
from emulator.apis.behaviour import Answer, Call
from emulator.messages import Json
from emulator.problems import Problem
from emulator.state.store import Put


def list_agents(call: Call) -> Answer:
    """The agents of the caller's tenant."""
    agents = [
        _shown({"id": id_, **agent})
        for id_, agent in call.snapshot.records("agents").items()
        if id_ != ANY_AGENT and agent.get("tenant", tenant_of(call)) == tenant_of(call)
    ]
    return Answer("200.default", page_of("agents", agents, call.request.parameters["query"]))


def get_agent(call: Call) -> Answer:
    """One agent."""
    agent = agent_for(call)
    return agent if isinstance(agent, Answer) else Answer("200.default", {"agent": _shown(agent)})


def list_tools(call: Call) -> Answer:
    """An agent's tools."""
    agent = agent_for(call)
    if isinstance(agent, Answer):
        return agent
    return Answer("200.default", {"tools": [_tool(each) for each in assignments(call, agent)]})


def set_approval(call: Call) -> Answer | Problem:
    """Put a tool of an agent behind an approval gate, or take the gate away."""
    found = assignment_for(call)
    if not isinstance(found, Assignment):
        return found
    body = call.request.body
    gate = {
        "enabled": body["enabled"],
        "timeout_seconds": body.get("timeout_seconds", TIMEOUT_S),
    }
    told = {**_tool(found), "require_approval": gate["enabled"], **gate}
    put = Put("gates", f"{found.agent_id}/{found.tool.slug}", gate)
    return Answer("200.default", {"assigned": told}, effects=(put,))


def _shown(agent: Mapping[str, Json]) -> Json:
    return {
        "id": agent["id"],
        "name": agent.get("name", agent["id"]),
        "description": agent.get("description"),
        "model": agent.get("model"),
    }


def _tool(assigned: Assignment) -> dict[str, Json]:
    raw = assigned.tool.raw
    return {
        "id": assigned.id,
        "name": assigned.tool.slug,
        "description": raw.get("description", ""),
        "args_schema": assigned.tool.input,
        "tags": raw.get("tags", []),
        "group": assigned.tool.toolkit,
        "require_approval": assigned.require_approval,
        "timeout_seconds": assigned.timeout_s,
    }
