"""Server-sent events as bytes, read back by the rules of WHATWG HTML, 9.2.6."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Event, EventStream
from emulator.http.sse import EventReader, encode_event, frames, read_events


@pytest.mark.parametrize(
    ("event", "frame"),
    [
        (Event("x"), b"data: x\n\n"),
        (Event(""), b"data: \n\n"),
        (Event("x", id="1", event="e", retry_ms=5), b"retry: 5\nevent: e\nid: 1\ndata: x\n\n"),
        (Event("a\nb"), b"data: a\ndata: b\n\n"),
        (Event("a\r\nb\rc\n"), b"data: a\ndata: b\ndata: c\ndata: \n\n"),
        (Event("x", id="1\n\0data: y", event="a\r\nb"), b"event: ab\nid: 1data: y\ndata: x\n\n"),
        (Event("x", id=""), b"id: \ndata: x\n\n"),
        (Event("ü\u2028"), "data: ü\u2028\n\n".encode()),
        (Event("\ud800"), b"data: ?\n\n"),
    ],
)
def test_frame(event: Event, frame: bytes) -> None:
    assert encode_event(event) == frame


def test_retry_time_is_a_frame_of_its_own() -> None:
    stream = EventStream(200, (), (Event("a"), Event("b")), retry_ms=5000)
    assert list(frames(stream)) == [b"retry: 5000\n\n", b"data: a\n\n", b"data: b\n\n"]


READ = [
    (b"data: a\ndata:b\n\n", [Event("a\nb")]),
    (b": hi\n\ndata: x\n\n", [Event("", comment="hi"), Event("x")]),
    (b"retry: 5\nid: 1\n\n", [Event("", id="1", retry_ms=5, comment="")]),
    (b"event: e\r\ndata\r\n\r\n", [Event("", event="e")]),
    (b"\xef\xbb\xbfdata: x\rretry: no\r\rdata: y", [Event("x")]),
    (b"\n\nunknown: 1\ndata: x\n\n", [Event("x")]),
]


@pytest.mark.parametrize(("stream", "events"), READ, ids=str)
def test_stream_is_read_whatever_its_parts_are(stream: bytes, events: list[Event]) -> None:
    for size in (1, 2, 7, len(stream)):
        reader = EventReader()
        parts = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert [event for part in parts for event in reader.feed(part)] == events


@given(st.lists(st.tuples(st.text(min_size=1), st.none() | st.text("ab"))))
def test_what_is_written_is_read(said: list[tuple[str, str | None]]) -> None:
    events = [Event(data.replace("\r", "\n"), id=id_) for data, id_ in said]
    stream = b"".join(map(encode_event, events))
    assert list(EventReader().feed(stream)) == events


def test_frame_without_data_is_no_event() -> None:
    assert encode_event(Event("", comment="a\nb")) == b": a\n: b\n\n"
    assert encode_event(Event("", retry_ms=5, comment="")) == b"retry: 5\n\n"


def test_clients_get_no_event_of_a_comment_a_retry_time_or_a_frame_that_never_ends() -> None:
    stream = b": hi\n\nretry: 5\n\ndata: x\nid: 1\n\n: data: no\n\ndata\n\ndata: y"
    events = list(read_events(stream))
    assert [event.as_json() for event in events] == [{"data": "x", "id": "1"}, {"data": ""}]


def parse(stream: bytes) -> list[tuple[str, str | None, str]]:
    """(event, id, data) of each event, as a browser reads them."""
    events: list[tuple[str, str | None, str]] = []
    kind, data = "", list[str]()
    last_id: str | None = None
    text = stream.decode().replace("\r\n", "\n").replace("\r", "\n")
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line and data:
            events.append((kind, last_id, "\n".join(data)))
        if not line:
            kind, data = "", []
        elif name == "event":
            kind = value
        elif name == "id" and "\0" not in value:
            last_id = value
        elif name == "data":
            data.append(value)
    return events


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))


@given(st.lists(st.builds(Event, data=TEXT, id=LINE, event=LINE), max_size=4))
def test_events_come_back(events: list[Event]) -> None:
    read = parse(b"".join(frames(EventStream(200, (), events))))
    assert read == [
        (event.event, event.id, event.data.replace("\r\n", "\n").replace("\r", "\n"))
        for event in events
    ]
