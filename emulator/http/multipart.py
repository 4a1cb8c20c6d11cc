"""Parts of a multipart/form-data body (RFC 7578, RFC 2046 section 5.1), from complete bytes.

`map_parts` reads any multipart type, and what is broken.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from emulator.http.codings import codec_of
from emulator.http.media_types import base_type, parse, split_quoted, unquote
from emulator.http.percent import MalformedError

#: Bodies with more parts, or larger headers in a part, are rejected unread.
MAX_PARTS = 1_000
MAX_HEADER_OCTETS = 16_384

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_FIELD_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD = re.compile(rb"^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n]*)", re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_PADDING = re.compile(rb"[ \t]*\r\n")
#: Characters that browsers escape in names (WHATWG HTML, 4.10.21.8).
_ESCAPES = {"%22": '"', "%0D": "\r", "%0A": "\n"}


class Part(Struct, frozen=True):
    """One part; `content_type` is None if the part has none, which means text/plain."""

    name: str
    filename: str | None
    content_type: str | None
    headers: Mapping[str, str]
    body: bytes

    def text(self) -> str | None:
        """The body as text in the part's charset, UTF-8 where that is unknown (RFC 7578, 5.1.2).

        None if it can't be decoded.
        """
        parsed = parse(self.content_type) if self.content_type else None
        charset = parsed.parameters.get("charset", "utf-8").lower() if parsed else "utf-8"
        try:
            return self.body.decode(codec_of(charset) or "utf-8")
        except UnicodeDecodeError:
            return None


def parse_parts(body: bytes, content_type: str, *, named: bool = True) -> list[Part]:
    """The parts of a body; raises MalformedError if it is not multipart/form-data.

    Where they needn't be `named`, those that aren't have the empty name.
    """
    delimiter = b"\r\n--" + _boundary(content_type)
    # The first delimiter needs no line break before it; what precedes it is ignored.
    pieces = (b"\r\n" + body).split(delimiter, MAX_PARTS + 2)
    if len(pieces) == 1:
        raise MalformedError("multipart", "the boundary named in Content-Type is not in the body")
    parts: list[Part] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return parts
        padding = _PADDING.match(piece)
        if padding is None:
            raise MalformedError("multipart", "a boundary must be followed by CRLF")
        if len(parts) >= MAX_PARTS:
            raise MalformedError("multipart", f"more than {MAX_PARTS} parts")
        parts.append(_part(piece[padding.end() :], len(parts), named))
    raise MalformedError("multipart", "the closing boundary ('--' after it) is missing")


class RawPart(Struct, frozen=True):
    """A part of any multipart type, as far as it can be read; texts are empty where it can't."""

    name: str
    content_type: str
    body: bytes


def map_parts(body: bytes, content_type: str, change: Callable[[RawPart], bytes]) -> bytes:
    """The body with those of its parts changed: of any multipart type, complete or not.

    All else stays the same, byte for byte. What has no parts at all is one without a type.
    """
    try:
        boundary = _boundary(content_type)
    except MalformedError:
        boundary = b""
    first = body.startswith(b"--" + boundary)
    # A boundary of one's own, that only a line break before it makes one of.
    pieces = ((b"\n" + body) if first else body).split(b"\n--" + boundary) if boundary else [body]
    if len(pieces) == 1:
        return change(RawPart("", "", body))
    mapped = b"".join(
        (pieces[0], *(_mapped(b"\n--" + boundary, each, change) for each in pieces[1:]))
    )
    return mapped[1:] if first else mapped


def _mapped(delimiter: bytes, piece: bytes, change: Callable[[RawPart], bytes]) -> bytes:
    found = _BLANK_LINE.search(piece)
    head = piece[: found.end()] if found else b""
    content = piece[len(head) :]
    # The line break before the next delimiter belongs to that.
    end = b"\r" if content.endswith(b"\r") else b""
    fields = {name.lower(): _decode(value).strip() for name, value in _FIELD.findall(head)}
    _, parameters = _disposition(fields.get(b"content-disposition", ""))
    kind = fields.get(b"content-type", "")
    part = RawPart(parameters.get("name", ""), kind, content[: len(content) - len(end)])
    return b"".join((delimiter, head, change(part), end))


def _boundary(content_type: str) -> bytes:
    parsed = parse(content_type)
    boundary = parsed.parameters.get("boundary") if parsed else None
    if boundary is None:
        raise MalformedError("multipart", "Content-Type has no boundary parameter")
    if not _BOUNDARY.fullmatch(boundary):
        message = "the boundary in Content-Type must be 1 to 70 characters of RFC 2046, 5.1.1"
        raise MalformedError("multipart", message)
    return boundary.encode("ascii")


def _part(piece: bytes, position: int, named: bool) -> Part:
    if piece.startswith(b"\r\n"):
        head, end, content = b"", b"", piece[2:]
    else:
        head, end, content = piece.partition(b"\r\n\r\n")
        if not end:
            raise MalformedError(
                "multipart", f"part {position + 1} has no empty line after headers"
            )
    headers = _headers(head, position)
    kind, parameters = _disposition(headers.get("content-disposition", ""))
    if named and (kind != "form-data" or "name" not in parameters):
        message = f"part {position + 1} needs 'Content-Disposition: form-data; name=\"…\"'"
        raise MalformedError("multipart", message)
    filename = parameters.get("filename")
    if "filename*" in parameters:
        filename = _extended(parameters["filename*"]) or filename
    return Part(parameters.get("name", ""), filename, headers.get("content-type"), headers, content)


def _headers(head: bytes, position: int) -> dict[str, str]:
    if len(head) > MAX_HEADER_OCTETS:
        message = f"the headers of part {position + 1} exceed {MAX_HEADER_OCTETS} octets"
        raise MalformedError("multipart", message)
    headers = {}
    for line in head.split(b"\r\n") if head else ():
        name, colon, value = line.partition(b":")
        if not colon or not _FIELD_NAME.fullmatch(name):
            message = f"part {position + 1} has a header that is not 'name: value'"
            raise MalformedError("multipart", message)
        headers[name.decode("ascii").lower()] = _decode(value).strip(" \t")
    return headers


def _disposition(value: str) -> tuple[str, dict[str, str]]:
    kind, *fields = split_quoted(value, ";")
    parameters: dict[str, str] = {}
    for field in fields:
        name, equals, text = field.partition("=")
        if equals:
            text = unquote(text.strip())
            for escape, character in _ESCAPES.items():
                text = text.replace(escape, character)
            parameters.setdefault(name.strip().lower(), text)
    return base_type(kind), parameters


def _extended(value: str) -> str | None:
    # RFC 8187, 3.2.1: charset'language'percent-encoded. RFC 7578 forbids it, clients send it.
    charset, _, rest = value.partition("'")
    codec = codec_of(charset)
    if codec is None:
        return None
    try:
        return unquote_to_bytes(rest.partition("'")[2]).decode(codec)
    except UnicodeError:
        return None


def _decode(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")
