"""Heads of requests that were read before: clients send the same header fields again and again.

To parse them costs more than all else that a plain answer needs. So the lines after the request
line are kept with what the parser made of them, and looked up as they are.
"""

import re

import msgspec

from emulator.http.messages import Headers, size_of

#: Header names as they were sent → in lower case, of the first so many.
LOWER: dict[bytes, str] = {}
_NAMES_LIMIT, _NAME_LIMIT = 1_000, 100

#: So many are kept, of this length at most; when there are more, it begins anew.
_KEPT, _KEPT_BYTES = 500, 2_000

#: Fields that mean something for the connection: only the parser reads these.
_FOR_PARSER = ("expect", "transfer-encoding", "upgrade")

#: A request line that says nothing unusual; its line break begins the lines after it.
_LINE = re.compile(rb"(DELETE|GET|PATCH|POST|PUT) (/[!-~]*) HTTP/1\.1(?=\r\n)")


class Head(msgspec.Struct, frozen=True, gc=False):
    """The header fields of a request: in order, and by name with repeats combined.

    `length` is that of its body in bytes, `size_bytes` that of the fields, if it was counted.
    """

    headers: Headers
    fields: dict[str, str]
    length: int = 0
    size_bytes: int = 0


class Heads:
    """The heads of requests that keep the connection, by their lines."""

    def __init__(self) -> None:
        self._known: dict[bytes, Head] = {}

    def read(self, data: bytes) -> tuple[bytes, bytes, Head, bytes] | None:
        """The method, target, head and body of one whole request; None where a parser must read."""
        line = _LINE.match(data)
        if line is None:
            return None
        begin = line.end()
        end = data.find(b"\r\n\r\n", begin)
        head = self._known.get(data[begin:end])
        if head is None or len(data) - end - 4 != head.length:
            return None
        method, target = line.groups()
        return method, target, head, data[end + 4 :]

    def learn(self, data: bytes, head: Head) -> None:
        """Keep the head of a whole request as a parser has read it."""
        line = _LINE.match(data)
        if line is None:
            return
        end = data.find(b"\r\n\r\n", line.end())
        lines = data[line.end() : end]
        length = head.fields.get("content-length", "0")
        if (
            len(lines) <= _KEPT_BYTES
            and lines.count(b"\n") == lines.count(b"\r") == lines.count(b"\r\n")
            and not any(name in head.fields for name in _FOR_PARSER)
            and length.isdecimal()
            and len(data) - end - 4 == int(length)
        ):
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[lines] = Head(head.headers, head.fields, int(length), size_of(head.fields))


def lower_case(name: bytes) -> str:
    """A header name as text in lower case, kept in `LOWER` if there is room."""
    lower = name.lower().decode("latin-1")
    if len(LOWER) < _NAMES_LIMIT and len(name) <= _NAME_LIMIT:
        LOWER[name] = lower
    return lower
