"""Reads bodies for the second validator: JSON, sequences of JSON, events, text."""

import json
from typing import Final
from xml.etree.ElementTree import ParseError, fromstring

from emulator.http.media_types import EVENT_STREAM, base_type, is_json, is_xml
from emulator.http.messages import Json
from emulator.http.sse import read_events

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
    if base == EVENT_STREAM:
        return body.decode(), [event.as_json() for event in read_events(body)]
    if base in _LINES or base.endswith("json-seq"):
        text = body.decode().replace("\x1e", "")
        return text, [json.loads(line) for line in text.splitlines() if line.strip()]
    if base == "text/plain":
        return body.decode(errors="replace"), None
    return UNREADABLE, None


def _check_xml(body: bytes) -> None:
    if b"<!DOCTYPE" in body:
        raise ValueError("it has a document type, which is not read")
    try:
        fromstring(body)
    except ParseError as error:
        raise ValueError(str(error)) from None
