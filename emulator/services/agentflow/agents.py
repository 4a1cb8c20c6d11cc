"""Agents, their configuration and the models they can use, as the state file has them."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.agentflow.access import (
    ANY_AGENT,
    Assignment,
    agent_for,
    assignments,
    tenant_of,
)
from emulator.services.agentflow.approvals import approvals_of
from emulator.services.agentflow.pages import page_of

#: What can be configured, and what an agent has that says nothing of it.
_CONFIG: Mapping[str, Json] = {
    "name": None,
    "description": None,
    "model": None,
    "instructions": None,
    "temperature": None,
    "max_tokens": None,
}


def list_agents(exchange: Exchange) -> Plan:
    """The agents of the caller's tenant."""
    agents = [_shown(agent) for agent in _agents(exchange)]
    return exchange.respond("200.default", page_of("agents", agents, exchange.query_parameters))


def get_agent(exchange: Exchange) -> Plan:
    """One agent."""
    agent = agent_for(exchange)
    return (
        agent
        if isinstance(agent, Plan)
        else exchange.respond("200.default", {"agent": _shown(agent)})
    )


def delete_agent(exchange: Exchange) -> Plan:
    """The agent is gone, whether it was named or anybody's."""
    agent = agent_for(exchange)
    if isinstance(agent, Plan):
        return agent
    effects = (Remove("agents", agent["id"]), Put("deleted_agents", agent["id"], {}))
    return exchange.respond("200.default", {"id": agent["id"]}, effects=effects)


def get_stats(exchange: Exchange) -> Plan:
    """How many agents, assigned tools and waiting approvals the caller's tenant has."""
    agents, tenant = list(_agents(exchange)), tenant_of(exchange)
    tools: set[str] = set()
    for agent in agents:
        tools |= {assigned.tool.slug for assigned in assignments(exchange, agent)}
    waiting = [
        approval
        for approval in approvals_of(exchange).values()
        if approval["status"] == "pending" and approval.get("tenant", tenant) == tenant
    ]
    counts = {
        "total_agents": len(agents),
        "total_tools": len(tools),
        "pending_approvals": len(waiting),
    }
    return exchange.respond("200.default", {"counts": counts})


def list_models(exchange: Exchange) -> Plan:
    """The models that agents can use."""
    models = [{"id": id_, **model} for id_, model in exchange.snapshot.records("models").items()]
    return exchange.respond("200.default", {"models": models})


def get_config(exchange: Exchange) -> Plan:
    """How an agent is configured."""
    agent = agent_for(exchange)
    if isinstance(agent, Plan):
        return agent
    return exchange.respond("200.default", {"config": _config(agent)})


def update_config(exchange: Exchange) -> Plan:
    """Change the fields that are sent; the others stay."""
    agent = agent_for(exchange)
    if isinstance(agent, Plan):
        return agent
    body = exchange.body
    changed = {**agent, **{name: body[name] for name in _CONFIG if name in body}}
    put = Put("agents", agent["id"], {k: v for k, v in changed.items() if k != "id"})
    return exchange.respond("200.default", {"config": _config(changed)}, effects=(put,))


def list_tools(exchange: Exchange) -> Plan:
    """An agent's tools."""
    agent = agent_for(exchange)
    if isinstance(agent, Plan):
        return agent
    return exchange.respond(
        "200.default", {"tools": [tool_shown(each) for each in assignments(exchange, agent)]}
    )


def tool_shown(assigned: Assignment) -> dict[str, Json]:
    """A tool as one agent has it."""
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


def _agents(exchange: Exchange) -> Iterator[Mapping[str, Json]]:
    tenant = tenant_of(exchange)
    for id_, agent in exchange.snapshot.records("agents").items():
        if id_ != ANY_AGENT and agent.get("tenant", tenant) == tenant:
            yield {**agent, "id": id_}


def _shown(agent: Mapping[str, Json]) -> Json:
    return {
        "id": agent["id"],
        "name": agent.get("name") or agent["id"],
        "description": agent.get("description"),
        "model": agent.get("model"),
    }


def _config(agent: Mapping[str, Json]) -> dict[str, Json]:
    given = {name: agent.get(name, default) for name, default in _CONFIG.items()}
    return {"agent_id": agent["id"], **given, "name": given["name"] or agent["id"]}


HANDLERS: Mapping[str, Handler] = {
    "listAgents": list_agents,
    "getAgent": get_agent,
    "deleteAgent": delete_agent,
    "getAgentStats": get_stats,
    "listModels": list_models,
    "getAgentConfig": get_config,
    "updateAgentConfig": update_config,
    "listAgentTools": list_tools,
}
