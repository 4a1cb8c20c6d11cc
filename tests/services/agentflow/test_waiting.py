"""AgentFlow's answers that wait for an approval: how they go on, and what happens meanwhile."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.agentflow import (
    ARGUMENTS,
    RUN,
    Caller,
    Parser,
    by_httpx_sse,
    by_sseclient,
    types,
    waiting,
)
from tests.support.clock import NOW


def eventually(found: Callable[[], bool]) -> bool:
    """Whether it comes true: the server learns a little later that a client has left."""
    patience = threading.Event()
    return any(found() or patience.wait(0.005) for _ in range(1000))


CHANGED = {"table": "old_drafts", "limit": 1}


@pytest.mark.parametrize("parse", [by_httpx_sse, by_sseclient], ids=["httpx-sse", "sseclient-py"])
@pytest.mark.parametrize(
    ("verdict", "rest", "executed"),
    [
        ({"status": "approved"}, ["approval_approved", "end"], [ARGUMENTS]),
        (
            {"status": "approved", "modified_arguments": CHANGED},
            ["approval_approved", "end"],
            [CHANGED],
        ),
        (
            {"status": "approved", "modified_arguments": {"table": "missing"}},
            ["approval_approved", "error"],
            [],
        ),
        ({"status": "denied", "reason": "no"}, ["approval_denied", "error"], []),
    ],
    ids=["approved", "changed", "fails", "denied"],
)
def test_stream_goes_on_after_the_verdict(
    caller: Caller, parse: Parser, verdict: Any, rest: list[str], executed: list[Any]
) -> None:
    with waiting(caller, parse) as (id_, first, events):
        assert [approval["id"] for approval in caller.pending()] == [id_]
        answer = caller.respond(id_, **verdict).json()
        assert (answer["status"], answer["events"]) == (verdict["status"], [])
        told = [*first, *events]
    assert types(told) == ["start", "approval_required", *rest]
    assert [event["seq"] for event in told] == [0, 1, 2, 3]
    assert {event["call_id"] for event in told} == {told[0]["call_id"]}
    assert caller.executed() == executed


def test_wrong_arguments_of_a_reviewer_leave_it_waiting(caller: Caller) -> None:
    with waiting(caller) as (id_, _, events):
        refused = caller.respond(id_, status="approved", modified_arguments={"limit": 0})
        assert (refused.status_code, len(caller.pending())) == (422, 1)
        caller.respond(id_, status="approved")
        assert types(list(events)) == ["approval_approved", "end"]


@pytest.mark.parametrize("path", ["/api/v1/approvals/{id}/cancel", "/__admin/reset"])
def test_call_that_is_taken_back_ends_in_an_error(caller: Caller, path: str) -> None:
    with waiting(caller) as (id_, _, events):
        assert caller.send("POST", path.format(id=id_)).status_code == 200
        rest = list(events)
    assert [event["content"]["code"] for event in rest] == ["approval_cancelled"]
    assert caller.executed() == []


def test_key_is_in_flight_while_the_stream_waits(caller: Caller) -> None:
    with waiting(caller, idempotency_key="k") as (id_, _, events):
        assert caller.run(idempotency_key="k").status_code == 409
        assert caller.run(idempotency_key="other").status_code == 200
        caller.respond(id_, status="approved")
        assert types(list(events))[-1] == "end"
    assert eventually(lambda: caller.run(idempotency_key="k").status_code == 200)


def test_client_that_leaves_stops_the_run(caller: Caller) -> None:
    with waiting(caller, idempotency_key="k") as (id_, _, _):
        pass
    assert eventually(lambda: caller.pending() == [])
    refused = caller.respond(id_, status="approved")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Approval is already cancelled",
    )
    with waiting(caller, idempotency_key="k"):
        assert len(caller.pending()) == 1
    assert caller.executed() == []


def taken_up(caller: Caller, after: str) -> list[Any]:
    """A stream that is asked for again, after the event with this id, to its end."""
    body = {"arguments": ARGUMENTS, "conversation_id": "c", "message_id": "m", "stream": True}
    url = RUN.format(agent="agent_clerk", tool="delete_records")
    headers = caller.headers | {"last-event-id": after}
    with caller.client.stream("POST", url, json=body, headers=headers) as answer:
        return list(by_httpx_sse(answer))


def test_stream_that_is_cut_leaves_nobody_waiting(caller: Caller) -> None:
    caller.run(stream=True, headers={"prefer": "fault=stream-cut; after=1"})
    assert eventually(lambda: caller.pending() == [])
    assert caller.executed() == []


def test_second_reader_of_the_stream_hears_the_same(caller: Caller) -> None:
    heard: list[Any] = []
    second = threading.Thread(target=lambda: heard.extend(taken_up(caller, "0")))
    with waiting(caller) as (id_, first, events):
        second.start()
        caller.respond(id_, status="approved")
        told = [*first, *events]
        second.join(20)
    assert heard == told[1:]
    assert len(caller.executed()) == 1


def test_stream_whose_client_left_can_be_taken_up_but_not_go_on(caller: Caller) -> None:
    with waiting(caller):
        pass
    assert eventually(lambda: caller.pending() == [])
    rest = taken_up(caller, "1")
    assert [(e["type"], e["seq"], e["content"]["code"]) for e in rest] == [
        ("error", 2, "approval_cancelled")
    ]


def test_approval_expires_by_the_clock(caller: Caller) -> None:
    with waiting(caller) as (id_, _, events):
        caller.send("POST", "/__admin/clock/advance", {"seconds": 299})
        assert len(caller.pending()) == 1
        caller.send("POST", "/__admin/clock/advance", {"seconds": 1})
        assert caller.pending() == []
        late = caller.respond(id_, status="approved")
        assert late.json() == {"detail": "Approval is already expired"}
        rest = list(events)
    assert [(e["type"], e["seq"], e["content"]["code"]) for e in rest] == [
        ("error", 2, "approval_expired")
    ]
    assert [event["content"]["code"] for event in taken_up(caller, "1")] == ["approval_expired"]
    assert caller.executed() == []


@pytest.mark.parametrize(
    ("wait", "stream", "seen"),
    [
        ("never", True, ["start", "approval_required"]),
        ("never", False, ["start", "approval_required"]),
        ("stream", False, ["start", "approval_required"]),
        ("stream", True, ["start", "approval_required", "approval_approved", "end"]),
        ("always", False, ["start", "approval_required", "approval_approved", "end"]),
        ("always", True, ["start", "approval_required", "approval_approved", "end"]),
    ],
)
def test_state_file_says_what_waits(
    tmp_path: Path, wait: str, stream: bool, seen: list[str]
) -> None:
    state = tmp_path / "state.yaml"
    state.write_text(f"collections: {{settings: {{approval_wait: {wait}}}}}")
    app = create_app(Settings(specs=("agentflow",), state=state, now=NOW))
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        caller = Caller(client, "own")
        heard: list[httpx.Response] = []
        run = threading.Thread(target=lambda: heard.append(caller.run(stream=stream)))
        run.start()
        assert eventually(lambda: len(caller.pending()) == 1)
        answer = caller.respond(caller.pending()[0]["id"], status="approved").json()
        run.join(20)
    text = heard[0].text
    events = (
        [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]
        if stream
        else json.loads(text)["events"]
    )
    assert types(events) == seen
    assert types(seen_by_all := [*events, *answer["events"]])[-1] == "end"
    assert len(seen_by_all) == 4


def test_journal_has_the_whole_stream(caller: Caller) -> None:
    with waiting(caller) as (id_, _, events):
        caller.respond(id_, status="approved")
        rest = list(events)
    entries = caller.send("GET", "/__admin/requests").json()["requests"]
    streams = [e["response"]["body"] for e in entries if e["request"]["url"].endswith("/run")]
    assert len(streams) == 1
    assert [json.loads(line[6:]) for line in streams[0].splitlines() if line[:5] == "data:"][
        2:
    ] == rest
