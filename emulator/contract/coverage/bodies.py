"""Bodies as values, as far as a second reader goes: JSON, sequences of it, events, text."""

import json
from typing import Final
from xml.etree.ElementTree import ParseError, fromstring

from emulator.http.media_types import base_type, is_json, is_xml
from emulator.http.messages import Json

#: Stands for a body of which only the media type is judged, as images and forms.
UNREADABLE: Final = object()
_LINES = (
    *("application/jsonl", "application/x-ndjson", "application/ndjson"),
    *("application/x-jsonlines", "application/jsonlines"),
)


def read_body(body: bytes, media_type: str) -> tuple[Json, list[Json] | None]:
    """The value of a body, and its items where it is a sequence.

    Raises ValueError for a body that is not of its media type. XML is read, but not as a value.
    """
    base = base_type(media_type)
    if is_json(base):
        return json.loads(body), None
    if is_xml(base):
        _check_xml(body)
        return UNREADABLE, None
    if base == "text/event-stream":
        text = body.decode()
        return text, [*events_of(text)]
    if base in _LINES or base.endswith("json-seq"):
        text = body.decode().replace("\x1e", "")
        return text, [json.loads(line) for line in text.splitlines() if line.strip()]
    if base == "text/plain":
        return body.decode(errors="replace"), None
    return UNREADABLE, None


def events_of(text: str) -> list[dict[str, str | int]]:
    """The events of a stream as objects; frames without data (`retry`) are not events."""
    events = []
    for frame in text.split("\n\n"):
        fields: dict[str, str | int] = {}
        for line in filter(None, frame.split("\n")):
            name, _, value = line.partition(": ")
            if name == "data" and "data" in fields:
                value = f"{fields['data']}\n{value}"
            fields[name] = int(value) if name == "retry" else value
        if "data" in fields:
            events.append(fields)
    return events


def _check_xml(body: bytes) -> None:
    if b"<!DOCTYPE" in body:
        raise ValueError("it has a document type, which is not read")
    try:
        fromstring(body)
    except ParseError as error:
        raise ValueError(str(error)) from None
