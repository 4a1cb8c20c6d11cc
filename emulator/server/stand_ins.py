"""What stands in for the parser: where it has gone on, and for methods that it doesn't know."""

import re
from collections.abc import Iterable
from typing import Any

import httptools

from emulator.http.problems import Problem, problem

#: What begins a request, so that it is not just any bytes (RFC 9112, 3).
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,50}) [!-~]+ HTTP/1\.[01]\r\n")


def unknown_method(error: Exception, data: bytes) -> bytes | None:
    """The method of a request that the parser refused for it; None where it is something else."""
    named = isinstance(error, httptools.HttpParserInvalidMethodError)
    line = _LINE.match(data) if named else None
    return line[1] if line is not None else None


#: What begins a request of another HTTP than this server's.
_OTHER_VERSION = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,50} [!-~]+ HTTP/(\d\.\d)\r\n")


def unsupported_version(version: str) -> Problem | None:
    """Why a request of a version of HTTP is refused (RFC 9110, 15.6.6); None where it isn't."""
    if version in ("1.0", "1.1"):
        return None
    return problem("version-unsupported", f"it is HTTP/{version}; the server speaks HTTP/1.1")


def other_version(data: bytes) -> Problem | None:
    """Why a request that the parser can't read is refused, where its version is the reason."""
    line = _OTHER_VERSION.match(data)
    return unsupported_version(line[1].decode()) if line is not None else None


def unknown_coding(fields: Iterable[str]) -> Problem | None:
    """Why a body is refused that is in other transfer codings before `chunked` (RFC 9112, 6.1).

    None where it isn't. The parser refuses those whose last one isn't `chunked`.
    """
    codings = [each.strip() for field in fields for each in field.split(",")]
    others = [each for each in codings if each and each.lower() != "chunked"]
    if not others or codings[-1] == others[-1]:
        return None
    detail = f"the server reads a body that is chunked, not one in {others[0][:100]!r} as well"
    return problem("transfer-coding-unknown", detail)


class RenamedParser:
    """A parser that reads a request as POST, and says the method that it was sent with."""

    def __init__(self, protocol: Any, method: bytes) -> None:
        parser = httptools.HttpRequestParser(protocol)
        self.get_method = lambda: method
        self.get_http_version = parser.get_http_version
        self.should_keep_alive = parser.should_keep_alive
        self.should_upgrade = parser.should_upgrade
        self.feed_data = parser.feed_data


class PastParser:
    """Stands in for the parser of a request that it has read, as it may have gone on."""

    def __init__(self, method: bytes, http_version: str, keep_alive: bool) -> None:
        self.get_method = lambda: method
        self.get_http_version = lambda: http_version
        self.should_keep_alive = lambda: keep_alive
        self.should_upgrade = lambda: False
