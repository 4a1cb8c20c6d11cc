"""A compiled OpenAPI document: frozen values named after the specification's objects."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from emulator.http.messages import Json
from emulator.schema.notices import Notice
from emulator.schema.validators import Schemas


class Example(Struct, frozen=True):
    """One documented example of a media type; `content` where it is written out as it is sent."""

    name: str
    value: Json
    content: bytes | None = None


#: The member of a part's header that is the key of its schema, which is a root.
HEADER_SCHEMA = "x-emulator-schema"


class Encodings(Struct, frozen=True):
    """How parts are written: by name; or those of an array, the first ones and all others.

    They are Encoding Objects without references; a header's schema has its key beside it.
    """

    named: Mapping[str, Mapping[str, Json]] = {}
    prefix: tuple[Mapping[str, Json], ...] = ()
    items: Mapping[str, Json] = {}


class MediaType(Struct, frozen=True):
    """One entry of a `content` map. `schema_key` finds its schema in the API's `Schemas`.

    `sequence_key` is that of the array of all values of a body that is a sequence of JSON, or of
    parts without names.
    """

    name: str
    schema_key: str | None
    item_key: str | None = None
    sequence_key: str | None = None
    examples: tuple[Example, ...] = ()
    encodings: Encodings = Encodings()


class Parameter(Struct, frozen=True):
    """One parameter; `schema_key` as in `MediaType`, `raw` the object as the document has it."""

    name: str
    location: str
    required: bool
    schema_key: str | None
    raw: Mapping[str, Json]


class RequestBody(Struct, frozen=True):
    """What an operation takes as body."""

    required: bool
    content: tuple[MediaType, ...]


class HeaderObject(Struct, frozen=True):
    """One documented response header.

    `media_type` is that of its value where it is described by `content`; without one, its members
    are written as `name=value` where it explodes.
    """

    name: str
    required: bool
    schema_key: str | None
    examples: tuple[Example, ...] = ()
    media_type: str | None = None
    explode: bool = False


class ResponseObject(Struct, frozen=True):
    """One documented response; `key` is a status, a range such as `4XX`, or `default`.

    `augmented`: the emulator added it (see `emulator.openapi.document.augment`).
    """

    key: str
    description: str
    content: tuple[MediaType, ...]
    headers: tuple[HeaderObject, ...]
    source: str
    augmented: bool = False


#: The type of a security scheme that is not defined.
UNDEFINED = "undefined"


class SecurityScheme(Struct, frozen=True):
    """One security scheme; `parameter` is the name of an API key's header, query or cookie.

    `spelled` is the `http_scheme` as the document has it. A scheme that the document names, but
    does not define, is of the type `UNDEFINED`: its credential is whatever is in Authorization.
    """

    name: str
    type: str
    location: str = ""
    parameter: str = ""
    http_scheme: str = ""
    spelled: str = ""


#: Alternatives (OR) of schemes that must all hold (AND); an empty inner tuple lets anyone in.
SecurityRequirement = tuple[tuple[SecurityScheme, ...], ...]


def is_interim(key: str) -> bool:
    """Whether responses with this key come before a final one (RFC 9110, 15.2): none is sent."""
    return key.startswith("1")


class Operation(Struct, frozen=True):
    """One operation. `key` is `METHOD /path` as documented, unique in its API.

    `prefixes` are the base paths of its own servers, if it or its path has any.
    """

    key: str
    id: str
    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    request_body: RequestBody | None
    responses: Mapping[str, ResponseObject]
    security: SecurityRequirement
    links: tuple[str, ...] = ()
    callbacks: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every final status documented by its own number, ascending."""
        keys = (key for key in self.responses if key.isdigit() and not is_interim(key))
        return tuple(sorted(map(int, keys)))

    def response_for(self, status: int) -> ResponseObject | None:
        """What documents `status`: its own number, then its range, then `default`."""
        responses = self.responses
        return (
            responses.get(str(status))
            or responses.get(f"{status // 100}XX")
            or responses.get("default")
        )


class Api(Struct, frozen=True):
    """One document, compiled: what the emulator answers for. `files` are those it was read from.

    `prefixes` are its base paths, `own_prefixes` those of operations with servers of their own.
    `usual_errors` are responses that show what its errors usually look like, by status and, for
    any, `default`; each is named by the keys of its operation and its own.
    """

    name: str
    title: str
    version: str
    file: str
    document: Mapping[str, Json]
    prefixes: tuple[str, ...]
    operations: tuple[Operation, ...]
    schemes: Mapping[str, SecurityScheme]
    requests: Schemas
    responses: Schemas
    notices: tuple[Notice, ...]
    files: tuple[Path, ...] = ()
    own_prefixes: tuple[str, ...] = ()
    usual_errors: Mapping[str, tuple[str, str]] = {}

    @property
    def all_prefixes(self) -> tuple[str, ...]:
        """Every base path of its operations."""
        return tuple(dict.fromkeys((*self.prefixes, *self.own_prefixes)))

    def operation(self, operation_id: str) -> Operation | None:
        """The operation with this id, or None."""
        return next((o for o in self.operations if o.id == operation_id), None)
