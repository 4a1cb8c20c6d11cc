"""Chats with an agent: one answer in parts, its events counted through the whole conversation."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Put
from emulator.services.agentflow.access import agent_for, user_of
from emulator.services.agentflow.events import Happening, number, timestamp, told

#: Conversations by id: where their events stand, and the last answer, to be taken up again.
COLLECTION = "conversations"


def chat(call: Call) -> Answer | Problem:
    """The agent answers a message; a stream that broke off is taken up after `Last-Event-ID`."""
    agent = agent_for(call)
    if isinstance(agent, Answer):
        return agent
    if user_of(call) not in agent.get("users", (user_of(call),)):
        return Answer("403.permission-denied")
    body = call.request.body
    conversation_id = body.get("conversation_id") or call.fresh_id("conv_")
    message_id = body.get("message_id") or call.fresh_id("msg_")
    key = f"{agent['id']}/{conversation_id}"
    before = call.snapshot.records(COLLECTION).get(key, {})
    last = call.request.request.header("last-event-id") or ""
    if before.get("message_id") == message_id and last.isascii() and last.isdigit():
        return _answer(call, [e for e in before["events"] if e["seq"] > int(last[:9])])
    events = number(
        f"call_{call.values.all({})['request_id'][:8]}",
        _happenings(call, agent),
        timestamp(call),
        before.get("next", 0),
        {"conversation_id": conversation_id, "message_id": message_id},
    )
    record = {"message_id": message_id, "events": events, "next": events[-1]["seq"] + 1}
    return _answer(call, events, Put(COLLECTION, key, record))


def _happenings(call: Call, agent: Mapping[str, Json]) -> Iterator[Happening]:
    message = call.request.body["message"]
    name = agent.get("name") or agent["id"]
    yield "start", {"name": name, "role": "agent", "input": message}
    parts = agent.get("reply") or call.shaped("reply", agent=agent, name=name, message=message)
    for part in parts:
        yield "delta", {"text": part}
    yield "end", {"result": "".join(parts)}


def _answer(call: Call, events: list[Json], *effects: Put) -> Answer:
    streamed = call.request.body.get("stream", True)
    return Answer(
        "200.stream" if streamed else "200.default",
        told(events),
        effects=effects,
        media_type="text/event-stream" if streamed else "application/json",
    )


BEHAVIOURS: Mapping[str, Behaviour] = {"chatWithAgent": chat}
