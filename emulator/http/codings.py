"""Content codings and charsets of bodies: what was sent is read as what it means.

RFC 9110, 8.3.2 and 8.4.1. A decoded body is UTF-8 where its Content-Type names another charset, so
that nobody else has to know: forms, JSON, XML, text, stubs, recordings and the journal.
"""

import codecs
import json
import re
import zlib
from urllib.parse import quote_plus, unquote_to_bytes

from msgspec.structs import replace

from emulator.http.media_types import base_type, is_json, is_xml, parse
from emulator.http.messages import Request, Violation

#: Content codings that we can decode (RFC 9110, 8.4.1).
CODINGS = ("gzip", "x-gzip", "deflate", "identity")
#: The field that tells them to a client who sent another (RFC 9110, 12.5.3).
ACCEPTED = ("accept-encoding", "gzip, deflate")
#: More codings of one body are not decoded: each costs as much as the limit allows.
MOST_CODINGS = 4
#: What keeps a request from being decoded, as the keyword of a violation.
UNKNOWN_CODING, UNKNOWN_CHARSET, WRONG_CONTENT = "coding", "charset", "encoding"

#: Content-Types that name no charset but UTF-8, the first so many of those that came.
PLAIN_TYPES = {None, "application/json", "application/json; charset=utf-8"}
_PLAIN_LIMIT, _TYPE_LIMIT = 200, 100

#: How a member begins, and how many one body may have: each is copied once more.
_GZIP, _MOST_MEMBERS = b"\x1f\x8b", 20
_SLACK = 65_536
_FORM = "application/x-www-form-urlencoded"
#: What a charset says nothing about: parts have their own, the others are no text.
_UNTEXTUAL = ("multipart/", "image/", "audio/", "video/", "font/", "application/octet-stream")
#: Charsets that are UTF-8 or a part of it: read as they are.
_AS_IT_IS = frozenset(["utf-8", "ascii"])
_CHARSETS = _AS_IT_IS | {
    *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    *(f"iso8859-{part}" for part in range(1, 17)),
    *(f"cp{page}" for page in (437, 850, 852, 866, 874, 932, 949, 950, *range(1250, 1259))),
    *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
    *("shift_jis", "euc_jp", "iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr"),
}
_DECLARED = re.compile(r"""(\A<\?xml[^>]*\bencoding=["'])[\w.-]+(["'])""")
_JSON_ESCAPES = "emulator.json"


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(_JSON_ESCAPES, _escaped)


class UnreadableError(Exception):
    """The content has an unknown coding, or not the one it claims."""


class TooLargeError(UnreadableError):
    """The content is larger than the limit once it is decoded."""


def codec_of(charset: str) -> str | None:
    """Python's name for a charset that content may have; None for an unknown one."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return None
    return name if name in _CHARSETS else None


def is_plain(content_type: str) -> bool:
    """Whether a body of this type is read as it is: it names no charset but UTF-8."""
    plain = _charset(content_type) is None
    if plain and len(PLAIN_TYPES) < _PLAIN_LIMIT and len(content_type) <= _TYPE_LIMIT:
        PLAIN_TYPES.add(content_type)
    return plain


def names_charset(content_type: str | None) -> bool:
    """Whether a body's charset is named, so that nothing in the body can say otherwise."""
    return content_type is not None and "charset=" in content_type.lower()


def decoded(request: Request, limit_bytes: int) -> Request:
    """The request with its body as it is meant; `unread` says what keeps it from being read."""
    coding = request.fields.get("content-encoding")
    content_type = request.fields.get("content-type")
    if not request.body or (coding is None and (content_type is None or is_plain(content_type))):
        return request
    try:
        body = request.body if coding is None else _decompressed(request.body, coding, limit_bytes)
        return replace(request, body=_in_utf8(body, content_type or ""))
    except TooLargeError:
        return replace(request, body=b"", oversize=limit_bytes)
    except _UnreadError as error:
        return replace(request, unread=error.violation)


def in_charset(body: bytes, content_type: str | None) -> bytes:
    """Text that is written in UTF-8 in the charset that its Content-Type names.

    What the charset doesn't have is escaped as JSON, XML and HTML can, else it becomes `?`.
    """
    charset = None if content_type is None else _named_charset(content_type)
    codec = None if charset is None else codec_of(charset)
    if content_type is None or codec is None or codec == "utf-8":
        return body
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    errors = "replace"
    if is_xml(content_type) or base_type(content_type) == "text/html":
        errors = "xmlcharrefreplace"
        text = _DECLARED.sub(rf"\g<1>{charset}\g<2>", text, count=1)
    elif is_json(content_type):
        errors = _JSON_ESCAPES
    return text.encode(codec, errors=errors)


def lost_in(text: str, content_type: str) -> str:
    """What of a text its Content-Type's charset doesn't have, where nothing can escape it."""
    named = _named_charset(content_type)
    codec = None if named is None else codec_of(named)
    if codec is None or is_json(content_type) or is_xml(content_type):
        return ""
    if base_type(content_type) == "text/html":
        return ""
    return "".join(dict.fromkeys(c for c in text if not c.encode(codec, errors="ignore")))


def unknown_charset(content_type: str) -> str:
    """The charset that a Content-Type names, where it is none that is known; else nothing."""
    named = _named_charset(content_type)
    return named if named is not None and codec_of(named) is None else ""


class Decoder:
    """Decodes one body as its parts arrive, so that it is readable.

    Raises UnreadableError, and TooLargeError where the content grows beyond `limit_bytes`.
    """

    def __init__(self, content_encoding: str, limit_bytes: int) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",", MOST_CODINGS)]
        self._stages = [_stage(name) for name in reversed(names) if name not in ("", "identity")]
        self._left = limit_bytes

    def feed(self, data: bytes) -> bytes:
        """These bytes decoded."""
        for left in range(len(self._stages) - 1, -1, -1):
            # What is compressed again may be a little larger than what it holds.
            limit = self._left + 1 + (_SLACK if left else 0)
            try:
                data = self._stages[-1 - left].decompress(data, limit)
            except zlib.error as error:
                raise UnreadableError(f"its content-encoding is wrong: {error}") from error
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError("it is too large")
        return data

    def end(self) -> None:
        """Raise UnreadableError where more should have come."""
        if not all(stage.is_complete for stage in self._stages):
            raise UnreadableError("its content-encoding is wrong: it is cut short")


class _Zlib:
    """A coding: `deflate` often comes without its header, `gzip` in several members (RFC 1952)."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._inflate = zlib.decompressobj(window)
        self._begun = False
        self._members = 1

    @property
    def is_complete(self) -> bool:
        """Whether the last byte has come."""
        return self._inflate.eof

    def decompress(self, data: bytes, limit: int) -> bytes:
        """These bytes decoded; raises TooLargeError where they are more than the limit."""
        if self._window == zlib.MAX_WBITS and not self._begun and data:
            self._begun = True
            if data[0] & 0x0F != 8:
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        parts = [self._inflate.decompress(data, limit)]
        left = limit - len(parts[0])
        while self._inflate.unused_data[:2] == _GZIP and left > 0:
            self._members += 1
            if self._members > _MOST_MEMBERS:
                raise UnreadableError(f"it has more than {_MOST_MEMBERS} members")
            rest, self._inflate = self._inflate.unused_data, zlib.decompressobj(self._window)
            parts.append(self._inflate.decompress(rest, left))
            left -= len(parts[-1])
        if self._inflate.unconsumed_tail:
            raise TooLargeError("it is too large")
        return b"".join(parts)


def _stage(name: str) -> _Zlib:
    if name in ("gzip", "x-gzip"):
        return _Zlib(16 + zlib.MAX_WBITS)
    if name == "deflate":
        return _Zlib(zlib.MAX_WBITS)
    raise UnreadableError(f"its content-encoding {name} can't be read")


class _UnreadError(Exception):
    def __init__(self, field: str, keyword: str, message: str) -> None:
        location = "body" if keyword == WRONG_CONTENT else "header"
        pointer = "" if keyword == WRONG_CONTENT else f"/{field}"
        self.violation = Violation(location, pointer, keyword, message)


def _decompressed(body: bytes, coding: str, limit_bytes: int) -> bytes:
    try:
        decoder = Decoder(coding, limit_bytes)
    except UnreadableError:
        message = f"Content-Encoding is {coding[:100]}; this server takes gzip and deflate"
        raise _UnreadError("content-encoding", UNKNOWN_CODING, message) from None
    try:
        content = decoder.feed(body)
        decoder.end()
    except TooLargeError:
        raise
    except UnreadableError:
        message = f"the body is not {coding[:100]}, which Content-Encoding says"
        raise _UnreadError("", WRONG_CONTENT, message) from None
    return content


def _in_utf8(body: bytes, content_type: str) -> bytes:
    charset = _charset(content_type)
    if charset is None:
        return body
    codec = codec_of(charset)
    if codec is None:
        message = f"the charset {charset[:100]} is not known; utf-8 is"
        raise _UnreadError("content-type", UNKNOWN_CHARSET, message)
    try:
        if base_type(content_type) == _FORM and "16" not in codec and "32" not in codec:
            return _form_in_utf8(body, codec)
        return body.decode(codec).encode()
    except ValueError:
        message = f"the body is not text in {charset[:100]}, which Content-Type says"
        raise _UnreadError("", WRONG_CONTENT, message) from None


def _form_in_utf8(body: bytes, codec: str) -> bytes:
    """The escapes of a form in UTF-8; what stands between names and values stays."""
    pairs = (
        b"=".join(_text_in_utf8(text, codec) for text in pair.split(b"=", 1))
        for pair in body.split(b"&")
    )
    return b"&".join(pairs)


def _text_in_utf8(text: bytes, codec: str) -> bytes:
    octets = unquote_to_bytes(text.replace(b"+", b"%20"))
    return quote_plus(octets.decode(codec)).encode()


def _charset(content_type: str) -> str | None:
    """The charset of text, unless it is UTF-8 or a part of it."""
    charset = _named_charset(content_type)
    return None if charset is None or codec_of(charset) in _AS_IT_IS else charset


def _named_charset(content_type: str) -> str | None:
    if "charset" not in content_type and "charset" not in content_type.lower():
        return None
    parsed = parse(content_type)
    if parsed is None or base_type(content_type).startswith(_UNTEXTUAL):
        return None
    return parsed.parameters.get("charset")
