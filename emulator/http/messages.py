"""The values that travel through the pipeline: requests in, responses and event streams out."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

#: Responses without content, whatever describes one (RFC 9110, 6.4.1 and 15.3.6).
BODILESS = (204, 205, 304)

#: Any JSON value: None, bool, int, float, str, list or dict with string keys.
Json: TypeAlias = Any

#: Header fields as sent: (lower-case name, value) in order, repeats kept.
Headers: TypeAlias = tuple[tuple[str, str], ...]


def first(headers: Headers, name: str) -> str | None:
    """The value of the first field of this name (in lower case); None if there is none."""
    return next((value for key, value in headers if key.lower() == name), None)


def grouped(headers: Headers) -> dict[str, Json]:
    """Fields by name: a text, or a list if the field is repeated."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return {name: each[0] if len(each) == 1 else each for name, each in found.items()}


def size_of(fields: Mapping[str, str]) -> int:
    """What the names and values of fields are in bytes, nearly."""
    return sum(map(len, fields)) + sum(map(len, fields.values()))


def ungrouped(fields: Mapping[str, Json] | None) -> Headers:
    """Fields in order, from the result of `grouped`."""
    return tuple(
        (name.lower(), value)
        for name, values in (fields or {}).items()
        for value in (values if isinstance(values, list) else [values])
    )


class Request(msgspec.Struct, frozen=True, gc=False):
    """One HTTP request as sent over the wire, nothing decoded.

    `path` is the raw target path, still percent-encoded; `query` the raw query without `?`.
    Header names are lower case. `body` is complete, or empty if it was longer than the limit:
    then `oversize` is that limit in bytes. A body that was compressed, or text in another charset
    than UTF-8, is decoded; `unread` says why it could not be. `root` is the part of the target
    before `path`. `fields` are the headers by name, repeats combined.
    """

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
    oversize: int | None = None
    root: str = ""
    fields: dict[str, str] = {}
    unread: "Violation | None" = None
    #: What `fields` are in bytes, if anybody has counted them.
    fields_bytes: int = 0
    #: The headers that `fields` were made of.
    _combined: Headers = ()

    def __post_init__(self) -> None:
        if self._combined is not self.headers:
            msgspec.structs.force_setattr(self, "fields", combined(self.headers))
            msgspec.structs.force_setattr(self, "fields_bytes", 0)
            msgspec.structs.force_setattr(self, "_combined", self.headers)

    def __hash__(self) -> int:
        # Without `fields`, which are no more than `headers` say.
        return hash((self.method, self.path, self.query, self.headers, self.body))

    @property
    def target(self) -> str:
        """Path and query, as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def header(self, name: str) -> str | None:
        """The value of a header field (name in lower case), repeats combined; None if absent."""
        return self.fields.get(name)


def combined(headers: Headers) -> dict[str, str]:
    """Fields by name, repeats combined (RFC 9110, 5.3): comma separated, cookies with `;`."""
    index = dict(headers)
    if len(index) == len(headers):
        return index
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return {
        name: ("; " if name == "cookie" else ", ").join(values) for name, values in found.items()
    }


class Response(msgspec.Struct, frozen=True, gc=False, eq=False):
    """A complete response, without Content-Length: delivery adds it.

    `lines` is what is sent of the headers `lined`, where whoever made them has written it.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    lines: bytes = b""
    lined: Headers = ()

    def __eq__(self, other: object) -> bool:
        # Without `lines`, which are no more than `headers` say.
        if not isinstance(other, Response):
            return NotImplemented
        mine = self.status, self.headers, self.body
        return mine == (other.status, other.headers, other.body)

    def __hash__(self) -> int:
        return hash((self.status, self.headers, self.body))


class Event(msgspec.Struct, frozen=True, gc=False):
    """One server-sent event (WHATWG HTML, 9.2); None fields are not written.

    With a `comment`, which may be empty, and without `data` the frame is no event: clients drop
    it. It is sent `after_ms` after the one before it.
    """

    data: str
    id: str | None = None
    event: str | None = None
    retry_ms: int | None = None
    comment: str | None = None
    after_ms: int = 0

    @property
    def is_dispatched(self) -> bool:
        """Whether clients get an event out of the frame."""
        return bool(self.data) or self.comment is None

    def as_json(self) -> dict[str, Json]:
        """The event as an object, as OpenAPI 3.2's itemSchema describes it."""
        fields = {"id": self.id, "event": self.event, "data": self.data, "retry": self.retry_ms}
        return {name: value for name, value in fields.items() if value is not None}


class EventStream(msgspec.Struct, frozen=True, gc=False):
    """A response whose body is a sequence of server-sent events.

    `retry_ms`, if given, is sent first as a frame of its own.
    """

    status: int
    headers: Headers
    events: Sequence[Event]
    retry_ms: int | None = None


#: A response with a whole body, or as a stream of events.
AnyResponse: TypeAlias = Response | EventStream


class Violation(msgspec.Struct, frozen=True, gc=False):
    """One way in which a message violates its contract.

    `location` is path, query, header, cookie, body or security; `pointer` an RFC 6901 pointer into
    the decoded value at that location (its first part is the parameter's name outside bodies).
    """

    location: str
    pointer: str
    keyword: str
    message: str

    def as_json(self) -> Mapping[str, Json]:
        """The violation as in problem details and templates."""
        return {
            "location": self.location,
            "pointer": self.pointer,
            "keyword": self.keyword,
            "message": self.message,
        }
