"""Two independent parsers of server-sent events read AgentFlow's streams alike."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import httpx_sse
import pytest
import sseclient

Events = list[tuple[str, str, Any]]

HEADERS = {"authorization": "Bearer t", "emulator-scope": "parsers"}


def call(tool: str, arguments: Any, *, stream: bool = True) -> dict[str, Any]:
    """The request of one run, as httpx takes it."""
    body = {"arguments": arguments, "conversation_id": "c", "message_id": "m", "stream": stream}
    url = f"/api/v1/agent/a/tools/{tool}/run"
    return {"method": "POST", "url": url, "json": body, "headers": HEADERS}


def by_httpx_sse(client: httpx.Client, request: dict[str, Any]) -> Events:
    with httpx_sse.connect_sse(client, **request) as source:
        retry, *events = source.iter_sse()
    # It gives the documented first frame, which has no data, as an event; the standard does not.
    assert (retry.retry, retry.data) == (5000, "")
    return [(event.event, event.id, json.loads(event.data)) for event in events]


def by_sseclient(client: httpx.Client, request: dict[str, Any]) -> Events:
    with client.stream(**request) as answer:
        events = sseclient.SSEClient(answer.iter_bytes()).events()
        return [(event.event, str(event.id), json.loads(event.data)) for event in events]


@pytest.mark.parametrize("parse", [by_httpx_sse, by_sseclient], ids=["httpx-sse", "sseclient-py"])
@pytest.mark.parametrize(
    ("tool", "arguments", "types"),
    [
        ("calculator", {"x": 10, "y": 5, "operation": "+"}, ["start", "end"]),
        ("calculator", {"x": 1, "y": 0, "operation": "/"}, ["start", "error"]),
        ("write_summary", {"text": "a\nb\r\nc  ü data: x"}, ["start", "delta", "delta", "end"]),
    ],
    ids=["result", "failure", "deltas"],
)
def test_parser_reads_the_events_that_are_collected(
    client: httpx.Client,
    parse: Callable[[httpx.Client, dict[str, Any]], Events],
    tool: str,
    arguments: Any,
    types: list[str],
) -> None:
    events = parse(client, call(tool, arguments))
    collected = client.request(**call(tool, arguments, stream=False)).json()["events"]
    assert [data["type"] for _, _, data in events] == types
    assert [(kind, id_) for kind, id_, _ in events] == [
        ("message", str(number)) for number in range(len(types))
    ]
    assert [_without_ids(data) for _, _, data in events] == [_without_ids(e) for e in collected]


def _without_ids(event: Any) -> Any:
    """An event without what differs between two runs."""
    return {**event, "call_id": None, "root_call_id": None}
