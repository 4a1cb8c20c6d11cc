"""What a service promises besides its document: pages, life cycles, repeated requests, streams.

A promise is declared (in a `<document>.contract.yaml`) or inferred from conventions the document
shows. `basis` says which; every finding repeats it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from emulator.http.messages import Json
from emulator.openapi.requests.parts import RequestParts
from emulator.schema.pointers import parts_of


class Basis(StrEnum):
    """What a finding rests on."""

    DOCUMENT = "document"
    HTTP = "HTTP"
    CONVENTION = "convention"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Pages:
    """How an operation (`operation` is its id) lists in pages.

    The next page is asked for by `cursor` (with what `next` points to), by number in `page`, or by
    the items before it in `offset`.
    Pointers are into the response, `identity` and those of `filters` (by query parameter) into an
    item. "" for `items` is the whole response; None is found out by looking.
    """

    operation: str
    basis: Basis = Basis.DECLARED
    items: str | None = None
    next: str | None = None
    cursor: str | None = None
    page: str | None = None
    limit: str | None = None
    total: str | None = None
    identity: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """The life cycle of a kind of thing, as operation ids; "" where there is no such operation.

    `id` points to the identity in the response to `create`; None is found out by looking.
    `parameter` is the path parameter that takes it, "" where there is none. `record` points to the
    thing in responses that show it, None is found out, too. `keeps` are members of
    a request that the responses repeat; None means all that they have in common. `unique` are
    members that no two things have with the same value. `gone` are the statuses of what was
    deleted.
    """

    name: str
    create: str = ""
    parameter: str = ""
    basis: Basis = Basis.DECLARED
    id: str | None = None
    read: str = ""
    update: str = ""
    replace: str = ""
    delete: str = ""
    list: str = ""
    keeps: tuple[str, ...] | None = None
    unique: tuple[str, ...] = ()
    gone: tuple[int, ...] = (404, 410)
    record: str | None = None

    @property
    def operation(self) -> str:
        """The operation that identifies the life cycle."""
        known = (self.create, self.read, self.list, self.replace, self.update, self.delete)
        return next(filter(None, known), "")


@dataclass(frozen=True, slots=True)
class Idempotency:
    """What an idempotency key does that a client sends in a header or a body's member.

    `repeated`: the same request later has the "same" response, is done "again", or is "refused".
    `changed` and `in_flight` are the statuses of the same key with another body, and while the
    first request still runs; empty is unknown.
    """

    operation: str
    basis: Basis = Basis.DECLARED
    header: str = ""
    member: str = ""
    repeated: str = "same"
    changed: tuple[int, ...] = ()
    in_flight: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stream:
    """The grammar of an operation's event stream.

    `type` points into the data of an event; None is the event's own name. Every stream begins with
    one of `first` and ends with one of `last`, which occur nowhere else; empty is unknown.
    `sequence` points to a number in the data that equals the event's id. `body` are members to
    send for a stream. `resumes`: with `Last-Event-ID` only later events come.
    """

    operation: str
    basis: Basis = Basis.DECLARED
    type: str | None = None
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    sequence: str | None = None
    body: Mapping[str, object] = field(default_factory=dict)
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """An operation with a parameter for the version: it returns that version, or an error."""

    operation: str
    parameter: str
    pointer: str
    unknown: tuple[int, ...] = (400, 404)


@dataclass(frozen=True, slots=True)
class Tools:
    """An operation that runs tools. `slug` is the path parameter that names one, or a pointer into
    the body; `arguments` points to the arguments in the body."""

    operation: str
    slug: str
    arguments: str

    def run(self, request: RequestParts, slug: str, arguments: Mapping[str, Json]) -> RequestParts:
        """The request made to run a tool."""
        in_body = self.slug.startswith("/")
        if not in_body:
            request = request.with_parameter("path", self.slug, slug)
        if not isinstance(request.body, Mapping):
            return request
        members = {parts_of(self.arguments)[0]: dict(arguments)}
        named = {parts_of(self.slug)[0]: slug} if in_body else {}
        return request.with_body({**request.body, **members, **named})


@dataclass(frozen=True, slots=True)
class Contract:
    """Everything promised for one API.

    `refuses` are statuses by operation id for valid requests. `shows_secrets` are operations whose
    responses hold credentials on purpose. `error_status` points to the member of an error that
    repeats its status.
    """

    pages: tuple[Pages, ...] = ()
    resources: tuple[Resource, ...] = ()
    idempotency: tuple[Idempotency, ...] = ()
    streams: tuple[Stream, ...] = ()
    versions: tuple[Version, ...] = ()
    tools: tuple[Tools, ...] = ()
    refuses: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    shows_secrets: tuple[str, ...] = ()
    error_status: str | None = None
    #: Operations with nothing to infer, by section.
    silent: Mapping[str, frozenset[str]] = field(default_factory=dict)
