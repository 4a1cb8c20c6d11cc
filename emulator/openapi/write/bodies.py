"""Generate a body of any media type from its schema.

What is no JSON is written as the type says, and where a schema can't describe that (images,
archives), it is a small real file.
Bodies are UTF-8, except for text whose Content-Type names another charset.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from emulator.http.encode import dump
from emulator.http.media_types import EVENT_STREAM, base_type, is_json, is_xml, parse
from emulator.http.messages import Event, Json
from emulator.openapi.validate.xml import decode_xml
from emulator.openapi.write import texts
from emulator.openapi.write.content import ContentSchema, Draw, reference_name
from emulator.openapi.write.forms import BOUNDARY, multipart, urlencoded
from emulator.openapi.write.samples import OCTETS, sample
from emulator.openapi.write.sequences import events, json_lines, json_sequence
from emulator.openapi.write.xml import encode_xml
from emulator.schema.coerce.coercion import ANY

__all__ = ["Draw", "concrete", "generate_body"]

_Writer: TypeAlias = Callable[[ContentSchema, str], bytes]

#: What is sent for a range of a type; other types have the subtype `example` (RFC 4735).
_TYPICAL = {
    "*": "application/json",
    "application": "application/json",
    "text": "text/plain",
    "image": "image/png",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "font": "font/woff2",
    "multipart": "multipart/mixed",
}
_BINARY = ("audio/", "font/", "image/", "video/")
_SENDABLE = re.compile(r"[!-~]([ -~]*[!-~])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\U0010ffff]")


def concrete(media_type: str) -> str:
    """A key of `content` as it can be sent: ranges become a type they cover, parameters stay.

    Multipart types get a boundary. What is no media type stays as the author wrote it, if a header
    can hold it: clients of that document expect it.
    """
    parsed = parse(media_type)
    if parsed is None:
        return media_type if _SENDABLE.fullmatch(media_type) else "application/octet-stream"
    kind, subtype = parsed.type, parsed.subtype
    name, _, parameters = media_type.partition(";")
    if subtype == "*":
        name = _TYPICAL.get(kind, f"{kind}/example")
    elif "*" in subtype or kind == "*":
        kind = "application" if kind == "*" else kind
        name = f"{kind}/{subtype.replace('*', 'example')}"
    whole = f"{name.strip()};{parameters}" if parameters.strip() else name.strip()
    if _CONTROL.search(whole):
        whole = base_type(whole)
    if base_type(whole).startswith("multipart/") and "boundary" not in parsed.parameters:
        whole = f"{whole.rstrip('; ')}; boundary={BOUNDARY}"
    return whole


def generate_body(
    media_type: str,
    schema: Json | None,
    items: Json | None,
    draw: Draw,
    definitions: Mapping[str, Json],
) -> bytes | tuple[Event, ...]:
    """A body of a concrete media type, or the events of a stream; raises what `draw` raises.

    `schema` and `items` (OpenAPI 3.2's itemSchema) refer to `definitions` as `#/$defs/<name>`.
    """
    content = ContentSchema(schema, items, draw, definitions)
    base = base_type(media_type)
    if base == EVENT_STREAM:
        return events(content)
    return _writer(base, content)(content, media_type)


def _writer(base: str, content: ContentSchema) -> _Writer:
    known = _WRITERS.get(base)
    if known is not None:
        return known
    if is_json(base):
        return _json
    if texts.is_document(base) and content.is_text():
        return texts.text
    if is_xml(base):
        return _xml
    for suffix, writer in _SUFFIXES.items():
        if base.endswith(suffix):
            return writer
    if base.startswith("multipart/"):
        return multipart
    if base.startswith("text/"):
        return texts.text
    return _file if base.startswith(_BINARY) or sample(base) is not None else _other


def _json(content: ContentSchema, _media_type: str) -> bytes:
    return dump(content.value())


def _xml(content: ContentSchema, _media_type: str) -> bytes:
    value = content.value()
    if isinstance(value, str):
        # Documents often describe XML as a string, and show it in an example.
        written = value.encode(errors="replace")
        if not decode_xml(written, ANY)[1]:
            return written
    root = reference_name(content.schema) or "root"
    item = reference_name(content.each().schema) if content.is_array() else None
    return encode_xml(value, content.shape, root, item or "item")


def _file(_content: ContentSchema, media_type: str) -> bytes:
    return sample(media_type) or OCTETS


def _other(content: ContentSchema, media_type: str) -> bytes:
    """Octets, unless the schema describes text or a value: then it is no binary type."""
    if content.is_free("byte", "base64"):
        return OCTETS
    value = content.value()
    return value.encode(errors="replace") if isinstance(value, str) else dump(value)


def _whatever_the_type(write: Callable[[ContentSchema], bytes]) -> _Writer:
    return lambda content, _media_type: write(content)


_lines = _whatever_the_type(json_lines)
_sequence = _whatever_the_type(json_sequence)
_yaml = _whatever_the_type(texts.yaml_text)
_WRITERS: Mapping[str, _Writer] = {
    **dict.fromkeys(("text/csv", "application/csv", "text/tab-separated-values"), texts.table),
    **dict.fromkeys(("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"), _yaml),
    **dict.fromkeys(("application/jsonl", "application/x-ndjson", "application/ndjson"), _lines),
    **dict.fromkeys(("application/x-jsonlines", "application/jsonlines"), _lines),
    "application/json-seq": _sequence,
    "application/x-www-form-urlencoded": _whatever_the_type(urlencoded),
}
_SUFFIXES: Mapping[str, _Writer] = {"+yaml": _yaml, "+json-seq": _sequence}
