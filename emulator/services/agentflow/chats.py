"""Chats with an agent: one answer in parts, its events counted through the whole conversation."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put
from emulator.services.agentflow.access import agent_for, user_of
from emulator.services.agentflow.events import Happening, number, timestamp, told

#: Conversations by id: where their events stand, and the last answer, to be taken up again.
COLLECTION = "conversations"


def chat(exchange: Exchange) -> Plan | Problem:
    """The agent answers a message; a stream that broke off is taken up after `Last-Event-ID`."""
    agent = agent_for(exchange)
    if isinstance(agent, Plan):
        return agent
    if user_of(exchange) not in agent.get("users", (user_of(exchange),)):
        return exchange.respond("403.permission-denied")
    body = exchange.body
    conversation_id = body.get("conversation_id") or exchange.fresh_id("conv_")
    message_id = body.get("message_id") or exchange.fresh_id("msg_")
    key = f"{agent['id']}/{conversation_id}"
    before = exchange.snapshot.records(COLLECTION).get(key, {})
    last = exchange.request.header("last-event-id") or ""
    if before.get("message_id") == message_id and last.isascii() and last.isdigit():
        return _answer(exchange, [e for e in before["events"] if e["seq"] > int(last[:9])])
    events = number(
        f"call_{exchange.variables({})['request_id'][:8]}",
        _happenings(exchange, agent),
        timestamp(exchange),
        before.get("next", 0),
        {"conversation_id": conversation_id, "message_id": message_id},
    )
    record = {"message_id": message_id, "events": events, "next": events[-1]["seq"] + 1}
    return _answer(exchange, events, Put(COLLECTION, key, record))


def _happenings(exchange: Exchange, agent: Mapping[str, Json]) -> Iterator[Happening]:
    message = exchange.body["message"]
    name = agent.get("name") or agent["id"]
    yield "start", {"name": name, "role": "agent", "input": message}
    parts = agent.get("reply") or exchange.shaped("reply", agent=agent, name=name, message=message)
    for part in parts:
        yield "delta", {"text": part}
    yield "end", {"result": "".join(parts)}


def _answer(exchange: Exchange, events: list[Json], *effects: Put) -> Plan:
    streamed = exchange.body.get("stream", True)
    return exchange.respond(
        "200.stream" if streamed else "200.default",
        told(events),
        effects=effects,
    )


HANDLERS: Mapping[str, Handler] = {"chatWithAgent": chat}
