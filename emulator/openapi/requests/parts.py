"""A request in parts: parameters and body as values, and how they are written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from emulator.http.encode import dump
from emulator.http.media_types import find, is_json
from emulator.http.messages import Headers, Json, Request
from emulator.openapi.document.model import MediaType, Operation
from emulator.openapi.routing.router import Match, compile_router
from emulator.openapi.security.check import ANYONE
from emulator.openapi.security.credentials import with_credentials
from emulator.openapi.validate.parameter_style import ParameterStyle, compile_style
from emulator.openapi.validate.request import RequestPlan, ValidRequest, validate_request
from emulator.openapi.validate.style_encoding import encode
from emulator.openapi.write.bodies import generate_body

#: No body at all, which is not the body `null`.
NO_BODY: Any = object()

_TEMPLATED = re.compile(r"\{([^{}]*)\}")
#: What stands in the paths of documents as it is sent.
_IN_PATHS = "/{}~:@!$&'()*+,;=?%"


@dataclass(frozen=True, slots=True)
class RequestParts:
    """A request to one operation, in values rather than text.

    `parameters` are by (location, name); undeclared ones are written in the usual style.
    `content` is the body as it is sent, of the value `body`. `headers` are sent after those that
    are parameters; `credentials` (security scheme, value) where the operation asks for them.
    """

    operation: Operation
    plan: RequestPlan = field(repr=False, compare=False)
    parameters: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    body: Json = NO_BODY
    media_type: str = ""
    content: bytes = b""
    headers: Headers = ()
    credentials: tuple[tuple[str, str], ...] = ()

    @property
    def members(self) -> Mapping[str, Json]:
        """The members of a JSON object in the body; none where it is anything else."""
        return self.body if is_json(self.media_type) and isinstance(self.body, Mapping) else {}

    @property
    def described(self) -> MediaType | None:
        """What the document says of a body of this media type."""
        name = find(tuple(self.plan.bodies), self.media_type)
        return self.plan.bodies[name].media_type if name is not None else None

    @property
    def is_valid(self) -> bool:
        """Whether the document allows the request, credentials aside."""
        request = self.request()
        router, _ = compile_router([(request.method, self.operation.path, None)])
        found = router.find(request.method, request.path)
        return isinstance(found, Match) and isinstance(
            validate_request(self.plan, request, found.path, ANYONE), ValidRequest
        )

    def with_parameter(self, location: str, name: str, value: Json) -> "RequestParts":
        """The same with a parameter set."""
        rest = self.without_parameter(location, name).parameters
        return replace(self, parameters={**rest, (location, name): value})

    def without_parameter(self, location: str, name: str) -> "RequestParts":
        """The same without a parameter."""
        left = {
            key: value
            for key, value in self.parameters.items()
            if key[0] != location or not _is_same(location, key[1], name)
        }
        return replace(self, parameters=left)

    def with_body(self, body: Json, media_type: str = "") -> "RequestParts":
        """The same with another body, of a media type other than its own if one is given."""
        other = replace(self, body=body, media_type=media_type or self.media_type)
        if not other.media_type or is_json(other.media_type):
            name = other.media_type or "application/json"
            return replace(other, content=dump(body), media_type=name)
        described = other.described
        key = (described.sequence_key or described.schema_key) if described else None
        return replace(other, content=self._written(other.media_type, key, body))

    def without_body(self) -> "RequestParts":
        """The same without a body."""
        return replace(self, body=NO_BODY, media_type="", content=b"")

    def text(self, location: str, name: str) -> str:
        """A parameter as it is written; empty where its style leaves it out."""
        value, whole = self.parameters[location, name], self.plan.parameters.whole_query
        if location != "querystring" or whole is None:
            return encode(value, self._style(location, name))
        text = self._written(whole.media_type, whole.schema_key, value).decode(errors="replace")
        return text if whole.form else quote(text, safe="")

    def request(self, base_path: str = "") -> Request:
        """What is sent, below `base_path`."""
        query = [text for _, text in (*self._texts("query"), *self._texts("querystring"))]
        headers = [(name.lower(), text) for name, text in self._texts("header")]
        if cookies := [text for _, text in self._texts("cookie") if text]:
            headers.append(("cookie", "; ".join(cookies)))
        if self.media_type:
            headers.append(("content-type", self.media_type))
        request = Request(
            method=self.operation.method,
            path=quote(base_path, safe=_IN_PATHS) + self._path(),
            query="&".join(filter(None, query)),
            headers=(*headers, *self.headers),
            body=self.content,
        )
        return with_credentials(request, self.operation, self.credentials)

    def _path(self) -> str:
        pieces = _TEMPLATED.split(self.operation.path)  # text and names in turn
        texts = [quote(piece, safe=_IN_PATHS) for piece in pieces]
        for index in range(1, len(pieces), 2):
            known = ("path", pieces[index]) in self.parameters
            # Without any text it would be another path.
            text = (self.text("path", pieces[index]) or "-") if known else f"{{{texts[index]}}}"
            texts[index] = text
        return "".join(texts)

    def _texts(self, wanted: str) -> Iterator[tuple[str, str]]:
        """The parameters of a location as they are written, by name."""
        for location, name in self.parameters:
            if location == wanted:
                yield name, self.text(location, name)

    def _style(self, location: str, name: str) -> ParameterStyle:
        plan = self.plan.parameters
        for each in (*plan.path, *plan.query, *plan.header, *plan.cookie):
            if each.location == location and _is_same(location, each.name, name):
                return each
        return compile_style({"name": name, "in": location}, {})

    def _written(self, media_type: str, key: str | None, value: Json) -> bytes:
        schemas = self.plan.parameters.api.requests
        schema = None if key is None else schemas.roots[key]
        made = generate_body(media_type, schema, None, lambda _: value, schemas.definitions)
        return made if isinstance(made, bytes) else b""  # an event stream is no request


def _is_same(location: str, name: str, other: str) -> bool:
    return name == other or (location == "header" and name.lower() == other.lower())
