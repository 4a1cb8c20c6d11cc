"""Generate a body of any media type from its schema.

Where a schema can't describe what the type says (images, archives), it is a small real file.
Bodies are UTF-8, unless their Content-Type names another charset.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import urlencode

import msgspec

from emulator.http.codings import in_charset, names_charset
from emulator.http.encode import dump
from emulator.http.media_types import (
    EVENT_STREAM,
    JSON_LINES,
    MESSAGE_PACK,
    base_type,
    is_json,
    is_xml,
    parse,
)
from emulator.http.messages import Event, Json
from emulator.openapi.validate.xml import decode_xml
from emulator.openapi.write import texts
from emulator.openapi.write.content import (
    ContentSchema,
    Draw,
    Known,
    reference_name,
    text_of,
    whole,
)
from emulator.openapi.write.samples import OCTETS, sample
from emulator.schema.coerce.coercion import ANY, Shape, to_text

#: Writes a body, or events, from values that the draw gives it.
BodyWriter: TypeAlias = Callable[[Draw], bytes | tuple[Event, ...]]
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
#: What separates parts where the document names no boundary.
_BOUNDARY = "emulator-part-4f1c9a7e2b6d"
# What browsers escape in names (WHATWG HTML, 4.10.21.8).
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
_NAMED = 'Content-Disposition: form-data; name="{}"'
_SENDABLE = re.compile(r"[!-~]([ -~]*[!-~])?")
_CONTROL = re.compile(r"[^ -~]")


@lru_cache(maxsize=1024)
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
        whole = f"{whole.rstrip('; ')}; boundary={_BOUNDARY}"
    return whole


def compile_body(
    media_type: str, schema: Json | None, items: Json | None, definitions: Mapping[str, Json]
) -> BodyWriter:
    """What writes bodies of a concrete media type, or the events of a stream.

    `schema` and `items` (OpenAPI 3.2's itemSchema) refer to `definitions` as `#/$defs/<name>`. The
    writer raises what the draw it is given raises.
    """
    write = _written(media_type, schema, items, definitions)
    if not names_charset(media_type):
        return write

    def write_in_charset(draw: Draw) -> bytes | tuple[Event, ...]:
        written = write(draw)
        return in_charset(written, media_type) if isinstance(written, bytes) else written

    return write_in_charset


def _written(
    media_type: str, schema: Json | None, items: Json | None, definitions: Mapping[str, Json]
) -> BodyWriter:
    """What writes bodies in UTF-8."""
    base = base_type(media_type)
    if is_json(base) and base not in _WRITERS:
        wanted = whole(schema)
        return lambda draw: dump(draw(wanted))

    known = Known(definitions)

    def write(draw: Draw) -> bytes | tuple[Event, ...]:
        content = ContentSchema(schema, items, draw, definitions, known)
        if base == EVENT_STREAM:
            return texts.events(content)
        return _writer(base, content.is_text)(content, media_type)

    return write


def generate_body(
    media_type: str,
    schema: Json | None,
    items: Json | None,
    draw: Draw,
    definitions: Mapping[str, Json],
) -> bytes | tuple[Event, ...]:
    """A body, or the events of a stream, as `compile_body` has it."""
    return compile_body(media_type, schema, items, definitions)(draw)


def is_written(media_type: str) -> bool:
    """Whether values are written as a concrete type has them; of others they are sent as JSON."""
    base = base_type(media_type)
    return is_json(base) or base == EVENT_STREAM or _writer(base, lambda: True) is not _other


def _writer(base: str, is_text: Callable[[], bool]) -> _Writer:
    if base in _WRITERS:
        return _WRITERS[base]
    if base in texts.DOCUMENTS and is_text():
        return texts.text
    if is_xml(base):
        return _xml
    for suffix, writer in _SUFFIXES.items():
        if base.endswith(suffix):
            return writer
    if base.startswith("multipart/"):
        return _multipart
    if base.startswith("text/"):
        return texts.text
    if base.startswith(_BINARY) or sample(base) is not None:
        return lambda _, media_type: sample(media_type) or OCTETS
    return _other


def _xml(content: ContentSchema, _media_type: str) -> bytes:
    from emulator.openapi.write.xml import encode_xml  # late: its expressions take 10 ms to compile

    value = content.value()
    if isinstance(value, str):
        # Documents often describe XML as a string, and show it in an example.
        written = value.encode(errors="replace")
        if not decode_xml(written, ANY)[1]:
            return written
    root = reference_name(content.schema) or "root"
    item = reference_name(content.each().schema) if content.is_array() else None
    return encode_xml(value, content.shape, root, item or "item")


def _other(content: ContentSchema, media_type: str) -> bytes:
    """Octets, unless the schema describes text or a value: then it is no binary type."""
    if content.is_free("byte", "base64"):
        return OCTETS
    value = content.value()
    return value.encode(errors="replace") if isinstance(value, str) else dump(value)


def _msgpack(content: ContentSchema, _media_type: str) -> bytes:
    value = content.value()
    try:
        return msgspec.msgpack.encode(value)
    except OverflowError:  # no integer of MessagePack is so large
        return msgspec.msgpack.encode(_rounded(value))


def _rounded(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    large = type(value) is int and not -(2**63) <= value < 2**64
    return float(value) if large else value


def _urlencoded(content: ContentSchema, _media_type: str) -> bytes:
    """Write pairs of an object's members, arrays repeated, anything deeper as JSON."""
    value = content.value()
    if not isinstance(value, dict):
        return text_of(value).encode(errors="replace")
    pairs = [
        (name, text_of(item))
        for name, member in value.items()
        for item in (member if isinstance(member, list) else [member])
    ]
    return urlencode(pairs, errors="replace").encode()


def _multipart(content: ContentSchema, media_type: str) -> bytes:
    """Write parts for an object's members or a sequence, with the media type's boundary."""
    parsed = parse(media_type)
    boundary = parsed.parameters.get("boundary", _BOUNDARY) if parsed else _BOUNDARY
    delimiter = b"--" + boundary.encode(errors="replace")
    parts = b"".join(b"%b\r\n%b\r\n" % (delimiter, part) for part in _parts(content, media_type))
    return parts + delimiter + b"--\r\n"


def _parts(content: ContentSchema, media_type: str) -> Iterator[bytes]:
    is_form = base_type(media_type) == "multipart/form-data"
    if not is_form and (content.items is not None or content.is_array()):
        for value in content.values():
            yield _part([], value)
        return
    value = content.value()
    if not isinstance(value, dict):
        yield _part([_NAMED.format("value")] if is_form else [], value)
        return
    shape = content.shape
    for name, member in value.items():
        inner = shape.property(name)
        repeated = isinstance(member, list)
        for index, item in enumerate(member if repeated else [member]):
            yield _member(name, item, inner.item(index) if repeated else inner)


def _member(name: str, value: Json, shape: Shape) -> bytes:
    header = _NAMED.format(name.translate(_ESCAPES))
    if shape.binary and isinstance(value, str):
        file = f'{header}; filename="sample.bin"', "Content-Type: application/octet-stream"
        return _with_headers(file, OCTETS)
    return _part([header], value)


def _part(headers: list[str], value: Json) -> bytes:
    if isinstance(value, dict | list):
        return _with_headers([*headers, "Content-Type: application/json"], dump(value))
    text = to_text(value).encode(errors="replace")
    return _with_headers(headers or ["Content-Type: text/plain; charset=utf-8"], text)


def _with_headers(headers: Iterable[str], body: bytes) -> bytes:
    return "\r\n".join(headers).encode(errors="replace") + b"\r\n\r\n" + body


_WRITERS: Mapping[str, _Writer] = {
    **dict.fromkeys(("text/csv", "application/csv", "text/tab-separated-values"), texts.table),
    **dict.fromkeys(("application/yaml", "application/x-yaml", "text/yaml"), texts.yaml_text),
    "text/x-yaml": texts.yaml_text,
    **dict.fromkeys(JSON_LINES, texts.json_lines),
    "application/json-seq": texts.json_sequence,
    **dict.fromkeys(MESSAGE_PACK, _msgpack),
    "application/x-www-form-urlencoded": _urlencoded,
}
_SUFFIXES: Mapping[str, _Writer] = {
    "+yaml": texts.yaml_text,
    "+json-seq": texts.json_sequence,
    "+msgpack": _msgpack,
}
