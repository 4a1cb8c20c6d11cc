"""Server-sent events as bytes, and bytes as events (WHATWG HTML, 9.2.5 and 9.2.6)."""

import codecs
import re
from collections.abc import Callable, Iterator

from emulator.http.messages import Event, EventStream

#: The lines of a frame, each with its end; the last frame may lack one.
_FRAME = re.compile(r"(?:[^\r\n]+(?:\r\n|\r|\n|\Z))+")
_LINE = re.compile(r"([^\r\n]+)(\r\n|\r|\n|\Z)")


def encode_event(event: Event) -> bytes:
    """One frame. Data of several lines becomes several `data:` fields; ids lose line ends."""
    lines = [f": {line}" for line in _lines(event.comment)] if event.comment else []
    if event.retry_ms is not None:
        lines.append(f"retry: {event.retry_ms}")
    if event.event is not None:
        lines.append(f"event: {_one_line(event.event)}")
    if event.id is not None:
        lines.append(f"id: {_one_line(event.id)}")
    if event.data or event.comment is None:
        lines += (f"data: {line}" for line in _lines(event.data))
    return ("\n".join(lines) + "\n\n").encode(errors="replace")


def encode_retry(retry_ms: int) -> bytes:
    """The frame with the time that clients wait before they reconnect."""
    return b"retry: %d\n\n" % retry_ms


def frames(stream: EventStream) -> Iterator[bytes]:
    """Every frame of a stream, the retry time first if there is one."""
    if stream.retry_ms is not None:
        yield encode_retry(stream.retry_ms)
    for event in stream.events:
        yield encode_event(event)


class EventReader:
    """Reads the events of a stream as its bytes arrive.

    Comments and frames without data are kept (`Event.comment`); unknown fields and an unfinished
    last frame are not.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._text = ""
        self._fields: list[tuple[str, str]] = []

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events that these bytes complete."""
        text = self._text + self._decoder.decode(data)
        # The second half of a CRLF may be still to come.
        held = "\r" if text.endswith("\r") else ""
        *lines, rest = _lines(text.removesuffix("\r"))
        self._text = rest + held
        for line in lines:
            if line:
                self._fields.append(_field(line))
            elif self._fields:
                yield _event(self._fields)
                self._fields = []


def read_events(body: bytes) -> Iterator[Event]:
    """The events in the bytes of a stream, without the frames that clients drop."""
    return (event for event in EventReader().feed(body) if event.is_dispatched)


def map_data(body: bytes, change: Callable[[str], str]) -> bytes:
    """The bytes of a stream with its data, comments and unknown fields changed.

    An unfinished last frame is as well. What `change` leaves stays the same, byte for byte.
    """

    def line(name: str, value: str, match: re.Match[str]) -> str:
        new = change(value)
        return match[0] if new == value else f"{name}: {_one_line(new)}{match[2]}"

    def changed(frame: re.Match[str]) -> str:
        lines = [(*_field(match[1].lstrip("\ufeff")), match) for match in _LINE.finditer(frame[0])]
        data = [value for name, value, _ in lines if name == "data"]
        new = change("\n".join(data))
        fresh = ["\n".join(f"data: {each}" for each in _lines(new))]
        same = new == "\n".join(data)
        return "".join(
            line(name, value, match)
            if name != "data"
            else match[0]
            if same
            else fresh.pop() + match[2]
            for name, value, match in lines
            if name != "data" or fresh
        )

    text = body.decode(errors="surrogateescape")
    return _FRAME.sub(changed, text).encode(errors="surrogateescape")


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


def _event(fields: list[tuple[str, str]]) -> Event:
    by_name = dict(fields)
    data = [value for name, value in fields if name == "data"]
    comments = [value for name, value in fields if not name]
    retry = by_name.get("retry", "")
    return Event(
        data="\n".join(data),
        id=by_name.get("id"),
        event=by_name.get("event"),
        retry_ms=int(retry) if retry.isascii() and retry.isdigit() else None,
        comment="\n".join(comments) if comments or not data else None,
    )


def _lines(data: str) -> list[str]:
    return data.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _one_line(text: str) -> str:
    return "".join(char for char in text if char not in "\r\n\0")
