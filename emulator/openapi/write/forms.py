"""Write values as forms: urlencoded pairs, and multipart parts (RFC 7578, RFC 2046)."""

from collections.abc import Iterator
from urllib.parse import urlencode

from emulator.http.encode import dump
from emulator.http.media_types import base_type, parse
from emulator.http.messages import Json
from emulator.openapi.write.content import ContentSchema, text_of
from emulator.openapi.write.samples import OCTETS
from emulator.schema.coerce.coercion import Shape, to_text

#: What separates parts where the document names no boundary.
BOUNDARY = "emulator-part-4f1c9a7e2b6d"
# What browsers escape in names (WHATWG HTML, 4.10.21.8).
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
_NAMED = 'Content-Disposition: form-data; name="{}"'


def urlencoded(content: ContentSchema) -> bytes:
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


def multipart(content: ContentSchema, media_type: str) -> bytes:
    """Write parts for an object's members or a sequence, with the media type's boundary."""
    parsed = parse(media_type)
    boundary = parsed.parameters.get("boundary", BOUNDARY) if parsed else BOUNDARY
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
        return _lines(
            [f'{header}; filename="sample.bin"', "Content-Type: application/octet-stream"],
            OCTETS,
        )
    return _part([header], value)


def _part(headers: list[str], value: Json) -> bytes:
    if isinstance(value, dict | list):
        return _lines([*headers, "Content-Type: application/json"], dump(value))
    text = to_text(value).encode(errors="replace")
    return _lines(headers or ["Content-Type: text/plain; charset=utf-8"], text)


def _lines(headers: list[str], body: bytes) -> bytes:
    return "\r\n".join(headers).encode(errors="replace") + b"\r\n\r\n" + body
