"""Faults of event streams, as a client on a real socket sees them; and how it goes on."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from emulator.faults.steps import Body, End, Hang, Start, Step, Steps
from emulator.faults.table import FAULTS
from emulator.http.sse import read_events
from tests.support.fault_calls import STREAM, passed_s, rule, virtual_time

#: The tool's own events, by the type in their data.
ALL = ["start", "delta", "delta", "end"]


def read(client: httpx.Client, scope: str, wish: str, **headers: str) -> tuple[bytes, bool]:
    """What came of the stream, and whether it ended in order."""
    url, named = f"/~{scope}{STREAM.path}", {**STREAM.credential, "prefer": f"fault={wish}"}
    got = b""
    with client.stream("POST", url, json=STREAM.body, headers=named | headers) as answer:
        assert (answer.status_code, answer.headers["emulator-fault"]) == (200, wish.split(";")[0])
        try:
            for part in answer.iter_raw():
                got += part
        except httpx.RemoteProtocolError:
            return got, False
    return got, True


def types(raw: bytes) -> list[str]:
    """The types of the events that a parser gets; one without its blank line is none."""
    return [json.loads(event.data)["type"] for event in read_events(raw)]


@pytest.mark.parametrize(
    ("wish", "got", "in_order"),
    [
        ("stream-cut", ALL[:1], True),
        ("stream-cut; after=0", [], True),
        ("stream-cut; after=3", ALL[:3], True),
        ("stream-cut; after=2; clean=false", ALL[:2], False),
        ("stream-cut-in-frame", ALL[:1], False),
        ("stream-cut-in-frame; after=3; clean=true", ALL[:3], True),
        ("stream-cut-in-character; after=0", [], False),
        ("stream-cut-in-character; after=3; clean=true", ALL[:3], True),
        ("stream-duplicate", ["start", *ALL], True),
        ("stream-duplicate; event=4; copies=2", [*ALL, "end", "end"], True),
        ("stream-reorder", ["delta", "start", "delta", "end"], True),
        ("stream-reorder; event=3", ["start", "delta", "end", "delta"], True),
        ("stream-no-terminal", ALL[:3], True),
        ("stream-no-terminal; clean=false", ALL[:3], False),
        ("stream-error", ["start", "error"], True),
        ("stream-error; after=0; clean=false", ["error"], False),
        ("stream-heartbeat; beats=2", ALL, True),
        ("dribble; chunks=40; over_ms=0", ALL, True),
        ("bandwidth; rate_bytes_per_s=1000000", ALL, True),
    ],
)
def test_events_that_come(client: httpx.Client, wish: str, got: list[str], in_order: bool) -> None:
    raw, ended = read(client, "events", wish)
    assert (types(raw), ended) == (got, in_order)


@pytest.mark.parametrize(
    ("after", "begun"),
    [(0, b'"one \xc3'), (1, b"\xc3")],
    ids=["its-own-character", "one-that-is-begun"],
)
def test_last_byte_begins_a_character(client: httpx.Client, after: int, begun: bytes) -> None:
    raw, _ = read(client, "character", f"stream-cut-in-character; after={after}; clean=true")
    assert raw.endswith(begun)
    assert raw[:-1].decode()
    with pytest.raises(UnicodeDecodeError, match="unexpected end of data"):
        raw.decode()


def test_cut_frame_is_whole_characters_and_no_event(client: httpx.Client) -> None:
    raw, _ = read(client, "frame", "stream-cut-in-frame; after=0; clean=true")
    assert raw.decode().rpartition("\n\n")[2].startswith("id: 0\ndata: {")


def test_stall_passes_by_the_clock(client: httpx.Client) -> None:
    virtual_time(client, "stall")
    raw, ended = read(client, "stall", "stream-stall; after=2; ms=90000")
    assert (types(raw), ended) == (ALL, True)
    assert passed_s(client, "stall") == 90


def test_stall_lasts_until_the_client_gives_up() -> None:
    stall = FAULTS["stream-stall"]
    assert stall.plays is not None
    frames: list[Step] = [
        Start(200),
        Body(b"retry: 1\n\n"),
        Body(b"data: 0\n\n"),
        Body(b"data: 1\n\n"),
        End(),
    ]
    played = asyncio.run(_played(stall.plays(_steps(frames), {"after": 1, "ms": None})))
    assert played == [*frames[:3], Hang()]


async def _steps(steps: list[Step]) -> Steps:
    for step in steps:
        yield step


async def _played(steps: Steps) -> list[Step]:
    return [step async for step in steps]


def test_heartbeats_are_comments_between_events(client: httpx.Client) -> None:
    virtual_time(client, "beats")
    raw, _ = read(client, "beats", "stream-heartbeat; beats=3; every_ms=1000")
    frames = raw.decode().split("\n\n")[:-1]
    # The retry time is a frame as well.
    assert [frame[0] for frame in frames] == [*"::: r".replace(" ", ""), *(":::i" * 4)]
    assert passed_s(client, "beats") == 15


def test_error_event_is_as_the_service_tells_errors(client: httpx.Client) -> None:
    raw, _ = read(client, "error-event", "stream-error; after=2")
    first, *_, last = read_events(raw)
    error: dict[str, Any] = json.loads(last.data)
    assert last.id is None
    assert error["call_id"] == json.loads(first.data)["call_id"]
    assert (error["seq"], error["content"]["code"]) == (2, "internal_error")


def _ids(raw: bytes) -> list[str]:
    return [event.id for event in read_events(raw) if event.id is not None]


CUTS = [
    "stream-cut",
    "stream-cut; after=2; clean=false",
    "stream-cut-in-frame; after=2",
    "stream-cut-in-character; after=0",
    "stream-cut-in-character; after=3",
    "stream-no-terminal",
    "stream-error; after=3",
    "stream-duplicate",
]


@pytest.mark.parametrize("wish", CUTS)
def test_stream_is_taken_up_after_the_last_event(client: httpx.Client, wish: str) -> None:
    scope = f"again-{CUTS.index(wish)}"
    raw, _ = read(client, scope, wish)
    ids = _ids(raw)
    again = {"last-event-id": ids[-1]} if ids else {}
    rest = STREAM.send(client, scope, **again)
    missing = _ids(rest.content)
    assert sorted({*ids, *missing}) == ["0", "1", "2", "3"]
    assert not {*ids} & {*missing}


def test_rule_cuts_until_nothing_is_left_to_cut(client: httpx.Client) -> None:
    rule(client, "cuts", "stream-cut", when={"always": True})
    got: list[str] = []
    for _ in range(4):
        again = {"last-event-id": got[-1]} if got else {}
        answer = STREAM.send(client, "cuts", **again)
        got += _ids(answer.content)
    assert got == ["0", "1", "2", "3"]
    assert "emulator-fault" not in answer.headers
