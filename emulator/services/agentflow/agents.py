"""Agents: their configuration, the models they can use, and chats, one response in parts."""

from collections.abc import Iterator

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.agentflow.access import (
    ANY_AGENT,
    Agent,
    assignments,
    is_own,
    on_agent,
    on_usable_agent,
)
from emulator.services.agentflow.approvals import visible_approvals
from emulator.services.agentflow.responses import (
    RunEvent,
    call_id_of,
    last_event_id,
    number_events,
    respond_events,
    respond_page,
)

#: Conversations by id: the number of their next event, and the last message's events.
CONVERSATIONS = "conversations"

#: What can be configured.
_FIELDS = ("name", "description", "model", "instructions", "temperature", "max_tokens")


def list_agents(exchange: Exchange) -> Plan:
    """List the agents of the caller's tenant."""
    return respond_page(exchange, "agents", [_show(agent) for agent in _agents(exchange)])


@on_agent
def get_agent(exchange: Exchange, agent: Agent) -> Plan:
    """Get one agent."""
    return exchange.respond("200.default", {"agent": _show(agent)})


@on_agent
def delete_agent(exchange: Exchange, agent: Agent) -> Plan:
    """Delete the agent, also one that only `*` stands for."""
    effects = Remove("agents", agent["id"]), Put("deleted_agents", agent["id"], {})
    return exchange.respond("200.default", {"id": agent["id"]}, effects)


def get_stats(exchange: Exchange) -> Plan:
    """Count the agents, assigned tools and pending approvals of the caller's tenant."""
    agents = list(_agents(exchange))
    tools = {each.tool.slug for agent in agents for each in assignments(exchange, agent)}
    approvals = visible_approvals(exchange).values()
    counts = {
        "total_agents": len(agents),
        "total_tools": len(tools),
        "pending_approvals": sum(1 for each in approvals if each["status"] == "pending"),
    }
    return exchange.respond("200.default", {"counts": counts})


def list_models(exchange: Exchange) -> Plan:
    """List the models that agents can use."""
    models = [{"id": id_, **model} for id_, model in exchange.snapshot.records("models").items()]
    return exchange.respond("200.default", {"models": models})


@on_agent
def get_config(exchange: Exchange, agent: Agent) -> Plan:
    """Get the configuration of an agent."""
    return exchange.respond("200.default", {"config": _config(agent)})


@on_agent
def update_config(exchange: Exchange, agent: Agent) -> Plan:
    """Change the fields that are sent; the others stay."""
    body = exchange.body
    changed = {**agent, **{name: body[name] for name in _FIELDS if name in body}}
    put = Put("agents", agent["id"], {k: v for k, v in changed.items() if k != "id"})
    return exchange.respond("200.default", {"config": _config(changed)}, [put])


@on_usable_agent
def chat(exchange: Exchange, agent: Agent) -> Plan:
    """Let the agent reply to a message, or resume a broken stream after `Last-Event-ID`."""
    body, last = exchange.body, last_event_id(exchange)
    ids = {
        "conversation_id": body.get("conversation_id") or exchange.fresh_id("conv_"),
        "message_id": body.get("message_id") or exchange.fresh_id("msg_"),
    }
    key = f"{agent['id']}/{ids['conversation_id']}"
    before = exchange.snapshot.records(CONVERSATIONS).get(key, {})
    if before.get("message_id") == ids["message_id"] and last is not None:
        later = [each for each in before["events"] if each["seq"] > last]
        return respond_events(exchange, later, stream=True)
    call_id = call_id_of(exchange)
    events = number_events(exchange, call_id, _events(exchange, agent), before.get("next", 0), ids)
    record = {"message_id": ids["message_id"], "events": events, "next": events[-1]["seq"] + 1}
    return respond_events(exchange, events, [Put(CONVERSATIONS, key, record)], stream=True)


def _events(exchange: Exchange, agent: Agent) -> Iterator[RunEvent]:
    message, name = exchange.body["message"], agent.get("name") or agent["id"]
    yield "start", {"name": name, "role": "agent", "input": message}
    parts = agent.get("reply") or exchange.shaped("reply", agent=agent, name=name, message=message)
    for part in parts:
        yield "delta", {"text": part}
    yield "end", {"result": "".join(parts)}


def _agents(exchange: Exchange) -> Iterator[Agent]:
    for id_, agent in exchange.snapshot.records("agents").items():
        if id_ != ANY_AGENT and is_own(exchange, agent):
            yield {**agent, "id": id_}


def _show(agent: Agent) -> Json:
    return {
        "id": agent["id"],
        "name": agent.get("name") or agent["id"],
        "description": agent.get("description"),
        "model": agent.get("model"),
    }


def _config(agent: Agent) -> Json:
    fields = {name: agent.get(name) for name in _FIELDS}
    return {"agent_id": agent["id"], **fields, "name": fields["name"] or agent["id"]}
