"""A valid request for any operation: of the author's examples, or drawn from the schemas."""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from urllib.parse import quote

from emulator.fixtures.triggers import TriggerCondition
from emulator.http.encode import dump
from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.mock.assemble import credentials_of
from emulator.mock.exchange import Service
from emulator.openapi.document.model import MediaType, Operation, Parameter, SecurityScheme
from emulator.openapi.security.credentials import value_of
from emulator.openapi.validate.parameters import CompiledParameter, compile_parameters
from emulator.openapi.validate.style_encoding import encode
from emulator.openapi.write.bodies import concrete, generate_body
from emulator.schema.generate.generator import Generator, Ungeneratable
from emulator.schema.pointers import parts_of

#: Documented media types of a body that are tried.
_MOST_TYPES = 3
_JSON = "application/json"
#: What stands in paths as it is, braces of parameters and what documents write there among it.
_IN_PATHS = "/{}~:@!$&'()*+,;=?%"


@dataclass(frozen=True, slots=True)
class Call:
    """A request in parts. `written` writes a parameter's value; `body` is a value where JSON."""

    method: str
    path: str
    parameters: Mapping[tuple[str, str], Json]
    written: Callable[[str, str, Json], str] = field(repr=False)
    credentials: tuple[tuple[SecurityScheme, str], ...] = ()
    body: Json = None
    content: bytes = b""
    content_type: str = ""

    def having(self, condition: TriggerCondition) -> "Call":
        """The same request with a trigger's value in its place."""
        value = condition.equals
        if condition.location == "credential":
            own = tuple((scheme, str(value)) for scheme, _ in self.credentials)
            return replace(self, credentials=own)
        if condition.location == "body":
            body = _placed(self.body, parts_of(condition.name), value)
            return replace(self, body=body, content=dump(body), content_type=_JSON)
        mark = condition.location, condition.name
        return replace(self, parameters={**self.parameters, mark: value})

    @property
    def target(self) -> str:
        """The request target: path and query."""
        path = self.path
        queries = []
        for (location, name), value in self.parameters.items():
            if location == "path":
                path = path.replace("{" + name + "}", self.written(location, name, value))
            elif location == "query":
                queries.append(self.written(location, name, value))
        for scheme, value in self.credentials:
            if scheme.type == "apiKey" and scheme.location == "query":
                queries.append(f"{quote(scheme.parameter)}={quote(value)}")
        query = "&".join(filter(None, queries))
        return f"{path}?{query}" if query else path

    @property
    def headers(self) -> dict[str, str]:
        """The header fields, credentials and cookies among them."""
        fields = {"content-type": self.content_type} if self.content_type else {}
        cookies = []
        for (location, name), value in self.parameters.items():
            if location == "header":
                fields[name.lower()] = self.written(location, name, value)
            elif location == "cookie":
                cookies.append(self.written(location, name, value))
        for scheme, value in self.credentials:
            if scheme.type == "apiKey" and scheme.location == "cookie":
                cookies.append(f"{scheme.parameter}={value}")
            elif scheme.type == "apiKey" and scheme.location == "header":
                fields[scheme.parameter.lower()] = value
            elif scheme.type != "apiKey":
                fields["authorization"] = _authorization(scheme, value)
        return fields | ({"cookie": "; ".join(cookies)} if cookies else {})


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes requests for the operations of one service, with its own credentials."""

    service: Service
    now_unix: float

    def calls(self, operation: Operation) -> Iterator[Call]:
        """Requests that should be valid, the most telling first: to be tried until one is taken."""
        plan = compile_parameters(self.service.api, operation)
        judged = {
            (each.parameter.location, each.parameter.name): each
            for each in (*plan.path, *plan.query, *plan.header, *plan.cookie)
        }

        def written(location: str, name: str, value: Json) -> str:
            return encode(value, _judged(judged, location, name).style)

        empty = Call(
            operation.method,
            quote(self.service.api.prefixes[0] + operation.path, safe=_IN_PATHS),
            {},
            written,
            self._credentials(operation),
        )
        for examples, optional in ((True, True), (True, False), (False, False)):
            values = self._values(operation, examples=examples, optional=optional)
            for body in self._bodies(operation, examples=examples):
                yield replace(empty, parameters=values, **body)

    def _credentials(self, operation: Operation) -> tuple[tuple[SecurityScheme, str], ...]:
        """Credentials of the first alternative that the service has all of."""
        known = {each.scheme: each for each in reversed(credentials_of(self.service))}
        for alternative in operation.security:
            needed = [scheme for scheme in alternative if scheme.type != "mutualTLS"]
            if all(scheme.name in known for scheme in needed):
                return tuple((s, value_of(known[s.name], self.now_unix)) for s in needed)
        return ()

    def _values(
        self, operation: Operation, *, examples: bool, optional: bool
    ) -> dict[tuple[str, str], Json]:
        values = {}
        for parameter in operation.parameters:
            found = list(_examples(parameter)) if examples else []
            if found and (parameter.required or optional):
                values[parameter.location, parameter.name] = found[0]
            elif parameter.required:
                values[parameter.location, parameter.name] = self._drawn(
                    parameter.schema_key, lavish=examples
                )
        return values

    def _drawn(self, key: str | None, *, lavish: bool) -> Json:
        """A value of a schema, the same every time; a word where none can be drawn."""
        requests = self.service.api.requests
        if key is None:
            return "value"
        try:
            return Generator(requests.definitions).generate(
                requests.roots[key],
                Random(key),
                is_valid=lambda value: requests.is_valid(key, value),
                optional=lavish,
            )
        except Ungeneratable:
            return "value"

    def _bodies(self, operation: Operation, *, examples: bool) -> Iterator[dict[str, Json]]:
        body = operation.request_body
        if body is None or not body.content:
            yield {}
            return
        content = sorted(body.content, key=lambda each: not is_json(each.name))
        for media_type in content[:_MOST_TYPES]:
            yield self._body(media_type, examples=examples)
        if not body.required:
            yield {}

    def _body(self, media_type: MediaType, *, examples: bool) -> dict[str, Json]:
        requests = self.service.api.requests
        name = concrete(media_type.name)
        if examples and media_type.examples:
            value = media_type.examples[0].value
        else:
            value = self._drawn(media_type.schema_key or media_type.item_key, lavish=examples)
        if is_json(name):
            return {"body": value, "content": dump(value), "content_type": name}
        schema = requests.roots[media_type.schema_key] if media_type.schema_key else None
        made = generate_body(name, schema, None, lambda _: value, requests.definitions)
        return {"content": made if isinstance(made, bytes) else b"", "content_type": name}


def _judged(
    known: Mapping[tuple[str, str], CompiledParameter], location: str, name: str
) -> CompiledParameter:
    """The parameter, whatever the case of a header's name."""
    return known.get((location, name)) or next(
        each for (at, own), each in known.items() if at == location and own.lower() == name.lower()
    )


def _examples(parameter: Parameter) -> Iterator[Json]:
    raw = parameter.raw
    places = [raw, *(raw.get("content") or {}).values()]
    for place in places:
        if "example" in place:
            yield place["example"]
        for each in (place.get("examples") or {}).values():
            if isinstance(each, dict) and "value" in each:
                yield each["value"]


def _authorization(scheme: SecurityScheme, value: str) -> str:
    if scheme.http_scheme == "basic":
        return f"Basic {base64.b64encode(value.encode()).decode()}"
    prefix = scheme.http_scheme if scheme.type == "http" else "bearer"
    return f"{(prefix or 'bearer').capitalize()} {value}"


def _placed(body: Json, parts: list[str], value: Json) -> Json:
    """A copy of a body with the value at a pointer."""
    if not parts:
        return value
    if isinstance(body, list):
        return [*body[: int(parts[0])], _placed(None, parts[1:], value)]
    own = body if isinstance(body, dict) else {}
    return {**own, parts[0]: _placed(own.get(parts[0]), parts[1:], value)}
