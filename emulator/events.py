"""Server-sent events as bytes (WHATWG HTML, 9.2.5 and 9.2.6)."""

from collections.abc import Iterator

from emulator.messages import Event, EventStream


def encode_event(event: Event) -> bytes:
    """One frame. Data of several lines becomes several `data:` fields; ids lose line ends."""
    lines = []
    if event.retry_ms is not None:
        lines.append(f"retry: {event.retry_ms}")
    if event.event is not None:
        lines.append(f"event: {_one_line(event.event)}")
    if event.id is not None:
        lines.append(f"id: {_one_line(event.id)}")
    lines += (f"data: {line}" for line in _lines(event.data))
    return ("\n".join(lines) + "\n\n").encode(errors="replace")


def frames(stream: EventStream) -> Iterator[bytes]:
    """Every frame of a stream, the retry time first if there is one."""
    if stream.retry_ms is not None:
        yield f"retry: {stream.retry_ms}\n\n".encode()
    for event in stream.events:
        yield encode_event(event)


def _lines(data: str) -> list[str]:
    return data.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _one_line(text: str) -> str:
    return "".join(char for char in text if char not in "\r\n\0")
