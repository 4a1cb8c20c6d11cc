"""Percent-encoded text (RFC 3986, 2.1), and the exception for text that can't be decoded."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from emulator.http.messages import Violation

_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(eq=False)
class MalformedError(Exception):
    """Text a client sent can't be decoded; `pointer` is relative to the parameter or body."""

    keyword: str
    message: str
    pointer: str = ""

    def as_violation(self, location: str, pointer: str) -> Violation:
        """The violation for the client."""
        return Violation(location, pointer + self.pointer, self.keyword, self.message)


def decode(raw: str) -> str:
    """Percent-decoded text as in a path, where `+` is a plus; raises MalformedError."""
    if raw.isascii():
        if "%" not in raw:
            return raw
        octets = raw.encode()
    else:
        octets = _octets(raw)
    broken = _BROKEN.search(raw)
    if broken:
        near = raw[broken.start() : broken.start() + 3]
        message = f"'{near}' is no percent-encoding; a literal '%' must be sent as '%25'"
        raise MalformedError("encoding", message)
    try:
        return unquote_to_bytes(octets).decode()
    except UnicodeDecodeError:
        raise MalformedError("encoding", "percent-encoded octets must be UTF-8") from None


def decode_form(raw: str) -> str:
    """Percent-decoded text as in a query or form, where `+` is a space; raises MalformedError."""
    return decode(raw.replace("+", " ")) if "+" in raw else decode(raw)


def decode_leniently(raw: str) -> str:
    """Percent-decoded text, or the text itself if that fails (cookies are often raw)."""
    try:
        return decode(raw)
    except MalformedError:
        return verbatim(raw)


def verbatim(raw: str) -> str:
    """Text that is not percent-encoded (headers); raises MalformedError for lone surrogates."""
    if not raw.isascii():
        try:
            raw.encode()
        except UnicodeEncodeError:
            raise MalformedError("encoding", "the text is not valid Unicode") from None
    return raw


def _octets(raw: str) -> bytes:
    # Octets above 127 don't belong in a target; servers decode them as Latin-1.
    try:
        return raw.encode("latin-1")
    except UnicodeEncodeError:
        return raw.encode("utf-8", "surrogatepass")
