"""One request with its response as a check judges it, the values in it, and what is wrong."""

from dataclasses import dataclass

import orjson

from emulator.http.media_types import base_type, is_json
from emulator.http.messages import Headers, Json, Request, Response
from emulator.openapi.promises.model import Basis
from emulator.schema.pointers import lookup, parts_of


@dataclass(frozen=True, slots=True)
class CheckedExchange:
    """One request with its response.

    `operation` is the key of the documented operation it was sent to (`POST /pets`). A stream
    that was not read to its end is `cut_short`; `broken` says why a response breaks off.
    """

    operation: str
    request: Request
    response: Response
    cut_short: bool = False
    broken: str = ""

    @property
    def status(self) -> int:
        """The response's status."""
        return self.response.status

    @property
    def accepted(self) -> bool:
        """Whether the response is a success."""
        return 200 <= self.response.status < 300

    def header(self, name: str) -> str | None:
        """A header field of the response (name in lower case), repeats combined; None if absent."""
        values = [value for each, value in self.response.headers if each.lower() == name]
        return ", ".join(values) if values else None

    @property
    def media_type(self) -> str:
        """The response's media type without parameters, in lower case; "" if none is given."""
        return base_type(self.header("content-type") or "")

    @property
    def readable(self) -> bool:
        """Whether the body is here as it is meant: whole, and in no coding that is unknown here."""
        return not (self.cut_short or self.broken or self.header("content-encoding"))

    def json(self) -> Json:
        """The response's body as JSON; None where it is no JSON."""
        if not is_json(self.media_type):
            return None
        return parsed(self.response.body)


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken promise; `title` is the same for the same defect, `basis` what it rests on."""

    basis: Basis
    title: str
    reason: str = ""


def joined(headers: Headers) -> dict[str, str]:
    """Headers by name, the values of repeated ones joined (RFC 9110, 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def parsed(text: bytes | str) -> Json:
    """The JSON in a text; None where it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def at(value: Json, pointer: str, default: Json = None) -> Json:
    """The value at a pointer (RFC 6901); `default` where there is none."""
    try:
        return lookup(value, parts_of(pointer))
    except (KeyError, IndexError, TypeError, ValueError):
        return default
