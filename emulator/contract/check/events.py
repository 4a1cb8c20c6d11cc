"""Reads streams of server-sent events (WHATWG HTML, 9.2.6), independent of `emulator.http.sse`.

It is a second opinion on purpose: a check that read with the code that the emulator writes by
would not notice what both get wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

EVENT_STREAM = "text/event-stream"

_LINE_END = re.compile(r"\r\n|\r|\n")
_FIELDS = frozenset({"data", "event", "id", "retry"})


@dataclass(frozen=True, slots=True)
class Received:
    """One event as a reader gets it; `id` is None where the event itself has none."""

    data: str
    event: str = "message"
    id: str | None = None


def read_events(text: str) -> tuple[Received, ...]:
    """The events of a stream; an event without data is none, one without an end is lost."""
    return tuple(_events(text))


def _events(text: str) -> Iterator[Received]:
    fields: dict[str, list[str]] = {}
    for line in _LINE_END.split(text.removeprefix("\ufeff")):
        if not line:
            if "data" in fields:
                event = (fields.get("event") or [""])[-1]
                ids = fields.get("id")
                yield Received("\n".join(fields["data"]), event or "message", ids and ids[-1])  # type: ignore[arg-type]
            fields = {}
            continue
        name, _, value = line.partition(":")
        if name:
            fields.setdefault(name, []).append(value.removeprefix(" "))


def count_events(data: bytes | bytearray) -> int:
    """The number of complete events so far."""
    return len(read_events(data.decode("utf-8", "replace")))


def strange_lines(text: str) -> tuple[str, ...]:
    """Lines that are neither field nor comment, which readers silently ignore."""
    lines = _LINE_END.split(text.removeprefix("\ufeff"))
    return tuple(line for line in lines if line and line.partition(":")[0] not in ("", *_FIELDS))


def unfinished(text: str) -> bool:
    """Whether the stream ends within an event, which a reader would throw away."""
    last = re.split(r"(?:\r\n|\r|\n){2}", text)[-1]
    return any(line.partition(":")[0] == "data" for line in _LINE_END.split(last))
