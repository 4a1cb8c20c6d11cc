"""Where the wire breaks, as steps: no connection is needed to know what is written on it."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.faults.base import Fault, make_fault
from emulator.faults.steps import (
    Body,
    Close,
    End,
    HalfClose,
    Hang,
    Raw,
    Refuse,
    Reset,
    Start,
    Step,
    Steps,
    Wait,
)
from emulator.faults.table import FAULTS
from emulator.schema.chance import chance_of

WIRE = [name for name, kind in FAULTS.items() if kind.level == "wire"]

TEXT = Start(200, ((b"content-type", b"text/plain"), (b"content-length", b"4")))
STREAM = Start(299, ((b"content-type", b"text/event-stream"),))
WHOLE: list[Step] = [Wait(1), TEXT, Body(b"abcd"), End()]
EVENTS: list[Step] = [STREAM, Body(b"data: 1\n\n"), Wait(2), Body(b"data: 2\n\n"), End()]


def fault(name: str, **given: object) -> Fault:
    made, wrong = make_fault(FAULTS[name], given)
    assert not wrong
    return made.settled(chance_of("seed"))


def played(fault: Fault, steps: Sequence[Step]) -> list[Step]:
    """The steps as the fault leaves them."""

    async def given() -> Steps:
        for step in steps:
            yield step

    async def collected() -> list[Step]:
        assert fault.type.plays is not None
        return [step async for step in fault.type.plays(given(), fault.parameters)]

    return asyncio.run(collected())


TEXT_HEAD = b"content-type: text/plain\r\ncontent-length: 4\r\nconnection: close\r\n\r\n"
STREAM_HEAD = b"HTTP/1.1 299 \r\ncontent-type: text/event-stream\r\n"
CHUNKED = b"transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
TEXT_CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n" + CHUNKED


@pytest.mark.parametrize(
    ("struck", "steps", "left"),
    [
        (fault("connection-reset"), WHOLE, [Wait(1), Reset()]),
        (
            fault("connection-reset", when="during"),
            WHOLE,
            [Wait(1), Raw((b"HTTP/1.1 200 OK\r\n" + TEXT_HEAD)[:41]), Reset()],
        ),
        (fault("empty-reply"), WHOLE, [Wait(1), Close()]),
        (fault("hang"), WHOLE, [Hang()]),
        (fault("refuse", ms=5), WHOLE, [Refuse(0.005), Reset()]),
        (fault("close-after-headers"), WHOLE, [Wait(1), TEXT, Close()]),
        (fault("reset-mid-body"), WHOLE, [Wait(1), TEXT, Body(b"ab"), Reset()]),
        (fault("reset-mid-body", after_bytes=0), WHOLE, [Wait(1), TEXT, Reset()]),
        (fault("reset-mid-body", after_bytes=9), WHOLE, [Wait(1), TEXT, Body(b"abc"), Reset()]),
        (
            fault("half-close", after_bytes=10),
            EVENTS,
            [*EVENTS[:3], Body(b"d"), HalfClose()],
        ),
        (fault("half-close"), [TEXT, End()], [TEXT, HalfClose()]),
        (fault("short-body"), WHOLE, [Wait(1), TEXT, Body(b"ab"), Close()]),
        (
            fault("short-body", after_bytes=9),
            EVENTS,
            [
                Start(299, (*STREAM.headers, (b"content-length", b"1000000"))),
                *EVENTS[1:3],
                Close(),
            ],
        ),
        (
            fault("truncated-chunk"),
            WHOLE,
            [Wait(1), Raw(TEXT_CHUNKED), Raw(b"4\r\na")],
        ),
        (
            fault("truncated-chunk", after_chunks=1),
            EVENTS,
            [
                Raw(STREAM_HEAD + CHUNKED),
                Raw(b"9\r\ndata: 1\n\n\r\n"),
                Wait(2),
                Raw(b"9\r\ndata"),
            ],
        ),
        (
            fault("malformed-chunk", after_chunks=7),
            WHOLE,
            [
                Wait(1),
                Raw(TEXT_CHUNKED),
                Raw(b"4\r\nabcd\r\n"),
                Raw(b"no size\r\nno chunk\r\n"),
            ],
        ),
        (
            fault("missing-last-chunk"),
            WHOLE,
            [Wait(1), Raw(TEXT_CHUNKED), Raw(b"4\r\nabcd\r\n")],
        ),
        (
            fault("malformed-status-line"),
            WHOLE,
            [Wait(1), Raw(b"HTTP/1.1 OK 200\r\n" + TEXT_HEAD), Raw(b"abcd")],
        ),
        (
            fault("malformed-header"),
            WHOLE,
            [
                Wait(1),
                Raw(b"HTTP/1.1 200 OK\r\nno header field\r\n" + TEXT_HEAD),
                Raw(b"abcd"),
            ],
        ),
        (
            fault("slow-close", ms=9),
            EVENTS,
            [
                Raw(STREAM_HEAD + b"connection: close\r\n\r\n"),
                Raw(b"data: 1\n\n"),
                Wait(2),
                Raw(b"data: 2\n\n"),
                Wait(0.009),
            ],
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_steps(struck: Fault, steps: Sequence[Step], left: Sequence[Step]) -> None:
    assert played(struck, steps) == left


def test_garbage_is_drawn_once_and_repeats() -> None:
    drawn = fault("garbage", bytes=9)
    again, wrong = make_fault(drawn.type, drawn.parameters)
    assert not wrong
    assert again.settled(chance_of("another seed")) == drawn
    assert played(again, WHOLE) == played(drawn, WHOLE)
    assert played(drawn, WHOLE) != played(fault("garbage", bytes=9, draw=1), WHOLE)
    assert [len(step.data) for step in played(drawn, WHOLE) if isinstance(step, Raw)] == [9]


@given(
    parts=st.lists(st.binary(min_size=1, max_size=20), max_size=4),
    after=st.none() | st.integers(0, 100),
    stated=st.booleans(),
)
def test_something_of_the_body_is_always_missing(
    parts: list[bytes], after: int | None, stated: bool
) -> None:
    body = b"".join(parts)
    headers = ((b"content-length", b"%d" % len(body)),) if stated else ()
    steps: list[Step] = [Start(200, headers), *map(Body, parts), End()]
    *rest, last = played(fault("reset-mid-body", after_bytes=after), steps)
    sent = b"".join(step.data for step in rest if isinstance(step, Body))
    assert last == Reset()
    assert End() not in rest
    assert body.startswith(sent)
    assert sent != body or not stated or not body


@pytest.mark.parametrize("name", WIRE)
def test_fault_takes_an_answer_that_is_broken_already(name: str) -> None:
    given: list[list[Step]] = [[Reset()], [Raw(b"x")], [Start(204), End()], []]
    for steps in given:
        assert End() not in played(fault(name), steps)
