"""A caller of the live emulator's AgentFlow, and streams that wait for an approval."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import httpx_sse
import sseclient

from emulator.http.sse import read_events

RUN = "/api/v1/agent/{agent}/tools/{tool}/run"
ARGUMENTS = {"table": "drafts", "limit": 3}


class Caller:
    """A caller of the live server in a scope of its own."""

    def __init__(self, client: httpx.Client, scope: str) -> None:
        self.client = client
        self.headers = {"authorization": "Bearer t", "emulator-scope": scope}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.client.request(method, path, json=body, headers=self.headers | headers)

    def run(self, agent: str = "agent_clerk", tool: str = "delete_records", **more: Any) -> Any:
        headers = more.pop("headers", {})
        body = {"arguments": ARGUMENTS, "conversation_id": "c", "message_id": "m", **more}
        return self.send("POST", RUN.format(agent=agent, tool=tool), body, **headers)

    def pending(self) -> list[Any]:
        found = self.send("GET", "/api/v1/approvals/pending").json()["approvals"]
        return [approval for approval in found if approval["id"] != "appr_abc123"]

    def respond(self, id_: str, **body: Any) -> httpx.Response:
        return self.send("POST", f"/api/v1/approvals/{id_}/respond", body)

    def executed(self) -> list[Any]:
        lines = self.send("GET", "/__admin/executions").json()["executions"]
        return [line["arguments"] for line in lines]


def types(events: list[Any]) -> list[str]:
    return [event["type"] for event in events]


def streamed(answer: httpx.Response) -> list[Any]:
    return [json.loads(event.data) for event in read_events(answer.content)]


Events = Iterator[Any]
Parser = Callable[[httpx.Response], Events]


def by_httpx_sse(answer: httpx.Response) -> Events:
    events = httpx_sse.EventSource(answer).iter_sse()
    return (json.loads(event.data) for event in events if event.data)


def by_sseclient(answer: httpx.Response) -> Events:
    return (json.loads(event.data) for event in sseclient.SSEClient(answer.iter_bytes()).events())


@contextmanager
def waiting(
    caller: Caller, parse: Parser = by_httpx_sse, **more: Any
) -> Iterator[tuple[str, list[Any], Events]]:
    """A stream that waits: its approval's id, the events so far, and those to come."""
    body = {"arguments": ARGUMENTS, "conversation_id": "c", "message_id": "m", "stream": True}
    url = RUN.format(agent="agent_clerk", tool="delete_records")
    with caller.client.stream("POST", url, json=body | more, headers=caller.headers) as answer:
        events = parse(answer)
        first = [next(events), next(events)]
        assert types(first) == ["start", "approval_required"]
        yield first[1]["content"]["id"], first, events
