"""Chats with an agent: one response in parts, its events counted through the whole conversation."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put
from emulator.services.agentflow.access import Agent, may_use, on_agent
from emulator.services.agentflow.responses import (
    RunEvent,
    event_variables,
    last_event_id,
    number,
)

#: Conversations by id: the number of their next event, and the last message's events.
COLLECTION = "conversations"


@on_agent
def chat(exchange: Exchange, agent: Agent) -> Plan:
    """The agent answers a message; a stream that broke off is resumed after `Last-Event-ID`."""
    if not may_use(exchange, agent):
        return exchange.respond("403.permission-denied")
    body, last = exchange.body, last_event_id(exchange)
    ids = {
        "conversation_id": body.get("conversation_id") or exchange.fresh_id("conv_"),
        "message_id": body.get("message_id") or exchange.fresh_id("msg_"),
    }
    key = f"{agent['id']}/{ids['conversation_id']}"
    before = exchange.snapshot.records(COLLECTION).get(key, {})
    if before.get("message_id") == ids["message_id"] and last is not None:
        return _respond(exchange, [each for each in before["events"] if each["seq"] > last])
    call_id = f"call_{exchange.variables({})['request_id'][:8]}"
    events = number(exchange, call_id, _events(exchange, agent), before.get("next", 0), ids)
    record = {"message_id": ids["message_id"], "events": events, "next": events[-1]["seq"] + 1}
    return _respond(exchange, events, Put(COLLECTION, key, record))


def _events(exchange: Exchange, agent: Mapping[str, Json]) -> Iterator[RunEvent]:
    message, name = exchange.body["message"], agent.get("name") or agent["id"]
    yield "start", {"name": name, "role": "agent", "input": message}
    parts = agent.get("reply") or exchange.shaped("reply", agent=agent, name=name, message=message)
    for part in parts:
        yield "delta", {"text": part}
    yield "end", {"result": "".join(parts)}


def _respond(exchange: Exchange, events: list[Json], *effects: Put) -> Plan:
    fixture = "200.stream" if exchange.body.get("stream", True) else "200.default"
    return exchange.respond(fixture, event_variables(events), effects)
