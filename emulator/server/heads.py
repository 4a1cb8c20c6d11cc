"""Heads of requests that were read before: clients send the same header fields again and again.

To parse them costs more than all else that a plain answer needs. So what comes after the target is
kept with what the parser made of it, and looked up as it is.
"""

import msgspec

from emulator.http.messages import Headers, size_of

#: Header names as they were sent → in lower case, of the first so many.
LOWER: dict[bytes, str] = {}
_NAMES_LIMIT, _NAME_LIMIT = 1_000, 100

#: So many are kept, of this length at most; when there are more, it begins anew.
_KEPT, _KEPT_BYTES = 500, 2_000

#: Fields that mean something for the connection: only the parser reads these.
_FOR_PARSER = ("expect", "transfer-encoding", "upgrade")

#: What a parser says of a request: its method, the version of HTTP, whether the connection stays.
ReadMessage = tuple[bytes, str, bool]

#: What it says of those whose request line says nothing unusual, by their method.
_USUAL: dict[bytes, ReadMessage] = {
    method: (method, "1.1", True) for method in (b"DELETE", b"GET", b"PATCH", b"POST", b"PUT")
}
_SLASH = ord("/")


class Head(msgspec.Struct, frozen=True, gc=False):
    """The header fields of a request: in order, and by name with repeats combined.

    `length` is that of its body in bytes, `size_bytes` that of the fields, if it was counted, and
    `host` what the field says, if it is a head that came before.
    """

    headers: Headers
    fields: dict[str, str]
    length: int = 0
    size_bytes: int = 0
    host: str | None = None


class Heads:
    """The heads of requests that keep the connection, by their lines."""

    def __init__(self) -> None:
        self._known: dict[bytes, Head] = {}

    def read(self, data: bytes) -> tuple[ReadMessage, bytes, Head, bytes] | None:
        """The message, target, head and body of one whole request; None for the parser's."""
        words = data.split(b" ", 2)
        message = _USUAL.get(words[0])
        if message is None or len(words) != 3:
            return None
        target = words[1]
        lines, _, body = words[2].partition(b"\r\n\r\n")
        head = self._known.get(lines)
        if head is None or len(body) != head.length:
            return None
        # As `_is_target` says, which is not called for each request.
        if target == b"" or target[0] != _SLASH or not target.isascii():
            return None
        return (message, target, head, body) if target.decode().isprintable() else None

    def learn(self, data: bytes, head: Head) -> None:
        """Keep the head of a whole request as a parser has read it."""
        words = data.split(b" ", 2)
        if words[0] not in _USUAL or len(words) != 3 or not _is_target(words[1]):
            return
        lines, _, body = words[2].partition(b"\r\n\r\n")
        length = head.fields.get("content-length", "0")
        if (
            len(lines) <= _KEPT_BYTES
            and lines.startswith(b"HTTP/1.1\r\n")
            and lines.count(b"\n") == lines.count(b"\r") == lines.count(b"\r\n")
            and not any(name in head.fields for name in _FOR_PARSER)
            and length.isdecimal()
            and len(body) == int(length)
        ):
            if len(self._known) >= _KEPT:
                self._known.clear()
            fields = head.fields
            size_bytes, host = size_of(fields), fields.get("host")
            self._known[lines] = Head(head.headers, fields, int(length), size_bytes, host)


def _is_target(word: bytes) -> bool:
    """Whether this is a target with nothing unusual in it; no space is, which ends it."""
    return word != b"" and word[0] == _SLASH and word.isascii() and word.decode().isprintable()


def lower_case(name: bytes) -> str:
    """A header name as text in lower case, kept in `LOWER` if there is room."""
    lower = name.lower().decode("latin-1")
    if len(LOWER) < _NAMES_LIMIT and len(name) <= _NAME_LIMIT:
        LOWER[name] = lower
    return lower
