"""Methods that the parser doesn't know: one that a document has is read, any other refused."""

import re
from typing import Any

import httptools

from emulator.http.problems import Problem, problem

#: What begins a request, so that it is not just any bytes (RFC 9112, 3).
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,50}) [!-~]+ HTTP/1\.[01]\r\n")


def unknown_method(data: bytes) -> bytes | None:
    """The method of a request that the parser refused for it; None where it is no request."""
    line = _LINE.match(data)
    return line[1] if line is not None else None


def not_implemented(method: bytes) -> Problem:
    """Why a request is refused (RFC 9110, 9.1)."""
    return problem("method-unknown", f"no document has an operation with {method.decode()}")


class RenamedParser:
    """A parser that reads a request as POST, and says the method that it was sent with."""

    def __init__(self, protocol: Any, method: bytes) -> None:
        parser = httptools.HttpRequestParser(protocol)
        self.get_method = lambda: method
        self.get_http_version = parser.get_http_version
        self.should_keep_alive = parser.should_keep_alive
        self.should_upgrade = parser.should_upgrade
        self.feed_data = parser.feed_data
