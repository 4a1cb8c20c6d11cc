"""A request as patterns see it: each part is read once, however many patterns there are."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, unquote

from emulator.http.cookies import read_cookies
from emulator.http.long_bodies import TooManyValuesError, read_bounded
from emulator.http.messages import Json, Request


class UndecidedError(ValueError):
    """A matcher would take too long; what it would say is not known."""


#: What `Value.json` gives where the bytes are no JSON.
NOT_JSON = object()


@dataclass
class Value:
    """One value: its bytes, and what is read of them. Not slotted: that is cached.

    `undecided` says of a matcher that would take too long; `steps` is what all the JSONPaths that
    are asked of it may take together.
    """

    data: bytes
    undecided: str = ""
    steps: int = 50_000

    def charge(self, steps: int) -> None:
        """Take steps of a JSONPath."""
        self.steps -= steps

    @cached_property
    def text(self) -> str:
        """The value as text; what is no UTF-8 becomes U+FFFD."""
        return self.data.decode(errors="replace")

    @cached_property
    def json(self) -> Json:
        """The value as JSON, NOT_JSON where it is none, or too much."""
        try:
            return read_bounded(self.data)
        except TooManyValuesError as error:
            self.undecided = f"{error}, and so is not read as JSON"
            return NOT_JSON
        except ValueError:
            return NOT_JSON


@dataclass
class Subject:
    """A request whose parts are read when first used. Not slotted: they are cached.

    `met` is what is known of its body by now, of one that is matched beside other requests.
    """

    request: Request
    met: "dict[Callable[[Sequence[Value]], bool], bool] | None" = None

    @cached_property
    def url(self) -> str:
        """Path and query as they came."""
        return self.request.target

    @cached_property
    def query(self) -> Mapping[str, Sequence[str]]:
        """The query's parameters, decoded."""
        return _fields(self.request.query)

    @cached_property
    def form(self) -> Mapping[str, Sequence[str]]:
        """The fields of a form in the body, if its media type is a form's."""
        media_type = self.request.header("content-type") or ""
        if not media_type.lower().startswith("application/x-www-form-urlencoded"):
            return {}
        return _fields(self.body.text)

    @cached_property
    def headers(self) -> Mapping[str, Sequence[str]]:
        """The header fields by lower-case name."""
        return _by_name(self.request.headers)

    @cached_property
    def cookies(self) -> Mapping[str, Sequence[str]]:
        """The cookies by name."""
        return _by_name(read_cookies(self.request.header("cookie") or ""))

    @cached_property
    def cookie_values(self) -> Mapping[str, Sequence[str]]:
        """The cookies as they are sent, and as they are meant where that differs."""
        return {
            name: [*dict.fromkeys((*found, *map(unquote, found)))]
            for name, found in self.cookies.items()
        }

    @cached_property
    def credentials(self) -> str:
        """`name:password` of basic authentication, empty where there is none."""
        scheme, _, encoded = (self.request.header("authorization") or "").partition(" ")
        if scheme.lower() != "basic":
            return ""
        try:
            return base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""

    @cached_property
    def host(self) -> tuple[str, str]:
        """Name and port in the Host header; the port is 80 where it has none."""
        name, separator, port = (self.request.header("host") or "").rpartition(":")
        return (name, port) if separator and port.isdigit() else (name + separator + port, "80")

    def values(self, read: "ReadNamed", name: str) -> Sequence[Value]:
        """What is read by a name as values: made once, however many patterns ask for them."""
        made = self._values.get((read, name))
        if made is None:
            made = tuple(Value(text.encode(errors="replace")) for text in read(self).get(name, ()))
            self._values[read, name] = made
        return made

    @cached_property
    def _values(self) -> "dict[tuple[ReadNamed, str], Sequence[Value]]":
        return {}

    @cached_property
    def body(self) -> Value:
        """The body."""
        return Value(self.request.body)

    def body_meets(self, accepts: Callable[[Sequence[Value]], bool]) -> bool:
        """Whether a matcher accepts the body; an empty one is none, as in WireMock."""
        values = [self.body] if self.request.body else []
        if self.met is None:
            return accepts(values)
        if accepts not in self.met:
            self.met[accepts] = accepts(values)
        return self.met[accepts]


#: Reads the query's parameters, the header fields and the like, by name.
ReadNamed = Callable[[Subject], Mapping[str, Sequence[str]]]


def _fields(encoded: str) -> Mapping[str, Sequence[str]]:
    try:
        return _by_name(parse_qsl(encoded, keep_blank_values=True, max_num_fields=10_000))
    except ValueError:
        return {}


def _by_name(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
