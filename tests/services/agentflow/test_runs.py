"""AgentFlow over the wire: its stream, and idempotency keys that are in flight."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

PATH = "/api/v1/agent/{agent}/tools/{tool}/run"

#: The documented stream of a calculator run. Ids of calls differ; the clock is frozen.
STREAM = """\
retry: 5000

id: 0
data: {"type":"start","call_id":"ID","parent_call_id":null,"root_call_id":"ID",\
"content":{"name":"calculator","role":"tool","input":"{\\"x\\":10,\\"y\\":5,\\"operation\\":\\"+\\"}"},\
"timestamp":"2026-04-28T14:30:00Z","seq":0,"metadata":null}

id: 1
data: {"type":"end","call_id":"ID","parent_call_id":null,"root_call_id":"ID",\
"content":{"result":15},"timestamp":"2026-04-28T14:30:00Z","seq":1,"metadata":null}

"""


def run(
    client: httpx.Client,
    key: str | None = None,
    *,
    agent: str = "a",
    tool: str = "echo",
    token: str = "t",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """One run of a tool that takes any arguments."""
    body = {"arguments": {}, "conversation_id": "c", "message_id": "m"}
    if key is not None:
        body["idempotency_key"] = key
    sent = {"authorization": f"Bearer {token}", **(headers or {})}
    return client.post(PATH.format(agent=agent, tool=tool), json=body, headers=sent)


def test_stream_is_the_documented_one_but_for_ids(client: httpx.Client) -> None:
    body = {
        "arguments": {"x": 10, "y": 5, "operation": "+"},
        "conversation_id": "conv_calc_001",
        "message_id": "msg_calc_001",
        "idempotency_key": "calc-001",
        "stream": True,
    }
    path = PATH.format(agent="agent_calc", tool="calculator")
    answer = client.post(path, json=body, headers={"authorization": "Bearer t"})
    assert answer.headers["content-type"] == "text/event-stream"
    assert re.sub(r"call_[0-9a-f]{8}", "ID", answer.text) == STREAM
    assert len(set(re.findall(r"call_[0-9a-f]{8}", answer.text))) == 1


@contextmanager
def held(url: str, key: str, scope: str) -> Iterator[None]:
    """A run that stays in flight until the block ends and its client leaves."""
    address = urlsplit(url)
    call = {"arguments": {}, "conversation_id": "c", "message_id": "m", "idempotency_key": key}
    body = json.dumps(call).encode()
    head = (
        f"POST {PATH.format(agent='a', tool='echo')} HTTP/1.1\r\nHost: x\r\n"
        "Authorization: Bearer t\r\nContent-Type: application/json\r\nPrefer: delay=600000\r\n"
        f"Emulator-Scope: {scope}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + body)
        yield


def status_once(client: httpx.Client, status: int, key: str, scope: str) -> int:
    """The status of a run with this key, asked for until it is the one expected."""
    patience = threading.Event()
    for _ in range(500):
        answer = run(client, key, headers={"emulator-scope": scope})
        if answer.status_code == status:
            break
        patience.wait(0.005)
    return answer.status_code


def test_every_execution_is_a_call_of_its_own(client: httpx.Client) -> None:
    scope = {"emulator-scope": "calls-of-their-own"}
    answers = [run(client, headers=scope).json()["events"] for _ in range(3)]
    calls = [{event["call_id"] for event in events} for events in answers]
    assert [len(each) for each in calls] == [1, 1, 1]
    assert len(set.union(*calls)) == 3
    client.post("/__admin/reset", headers=scope)
    again = run(client, headers=scope).json()["events"]
    assert {event["call_id"] for event in again} == calls[0]


def test_key_in_flight_is_refused_until_its_client_has_left(
    client: httpx.Client, live_server: str
) -> None:
    with held(live_server, "k", "in-flight"):
        assert status_once(client, 409, "k", "in-flight") == 409
        refusal = run(client, "k", headers={"emulator-scope": "in-flight"})
        assert refusal.json() == {"detail": "A run with idempotency key 'k' is already in progress"}
    assert status_once(client, 200, "k", "in-flight") == 200


def test_keys_of_others_do_not_meet(client: httpx.Client, live_server: str) -> None:
    scope = {"emulator-scope": "others"}
    with held(live_server, "k", "others"):
        assert status_once(client, 409, "k", "others") == 409
        others = {
            "key": run(client, "K", headers=scope),
            "no key": run(client, headers=scope),
            "empty key": run(client, "", headers=scope),
            "caller": run(client, "k", token="u", headers=scope),
            "agent": run(client, "k", agent="b", headers=scope),
            "scope": run(client, "k", headers={"emulator-scope": "elsewhere"}),
            "tool": run(client, "k", tool="current_time", headers=scope),
        }
    assert {name: answer.status_code for name, answer in others.items()} == dict.fromkeys(
        others, 200
    )


@pytest.mark.parametrize("prefer", ["", "code=500", "fault=connection-reset"])
def test_key_is_free_once_the_answer_is_there(client: httpx.Client, prefer: str) -> None:
    headers = {"emulator-scope": f"freed-{len(prefer)}"}
    try:
        run(client, "k", headers={**headers, "prefer": prefer})
    except httpx.ReadError:
        assert "fault" in prefer
    assert status_once(client, 200, "k", headers["emulator-scope"]) == 200
