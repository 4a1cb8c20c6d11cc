"""Valid requests for documented operations: from the document's examples, else generated."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from emulator.http.encode import dump
from emulator.http.media_types import is_json
from emulator.http.messages import Headers, Json, Request
from emulator.openapi.document.model import Api, MediaType, Operation, Parameter
from emulator.openapi.validate.parameter_style import ParameterStyle, compile_style
from emulator.openapi.validate.style_encoding import encode
from emulator.schema.chance import chance_of
from emulator.schema.generate.generator import Generator, Ungeneratable

#: No body at all, which is not the body `null`.
NO_BODY: Any = object()


@dataclass(frozen=True, slots=True)
class Case:
    """A request to one operation, in values rather than text.

    `parameters` are by (location, name); undeclared ones are written as they are. `headers` come on
    top, as they are sent.
    """

    operation: Operation
    styles: Mapping[tuple[str, str], ParameterStyle]
    parameters: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    body: Json = NO_BODY
    media_type: str = ""
    headers: Headers = ()

    def having(self, location: str, name: str, value: Json) -> "Case":
        """The same with a parameter set; None leaves it out."""
        rest = {key: v for key, v in self.parameters.items() if key != (location, name)}
        return replace(
            self, parameters=rest if value is None else {**rest, (location, name): value}
        )

    def request(self, base_path: str = "") -> Request:
        """What is sent, below `base_path`."""
        path = self.operation.path
        for name in [name for location, name in self.styles if location == "path"]:
            path = path.replace(f"{{{name}}}", self._text("path", name) or "-")
        query = [self._text("query", name) for name in self._names("query")]
        headers = [(name.lower(), self._text("header", name)) for name in self._names("header")]
        cookies = [self._text("cookie", name) for name in self._names("cookie")]
        if cookies:
            headers.append(("cookie", "; ".join(cookies)))
        if self.body is not NO_BODY:
            headers.append(("content-type", self.media_type))
        return Request(
            method=self.operation.method,
            path=base_path + path,
            query="&".join(part for part in query if part),
            headers=(*headers, *self.headers),
            body=b"" if self.body is NO_BODY else dump(self.body),
        )

    def _names(self, wanted: str) -> list[str]:
        return [name for location, name in self.parameters if location == wanted]

    def _text(self, location: str, name: str) -> str:
        style = self.styles.get((location, name)) or compile_style(
            {"name": name, "in": location}, {}
        )
        return encode(self.parameters.get((location, name), ""), style)


class UnmakeableError(Exception):
    """No valid request can be made for an operation; the message says why."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Makes valid requests for the operations of one API; equal seeds make equal ones."""

    api: Api
    seed: int
    _generator: Generator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_generator", Generator(self.api.requests.definitions))

    def make(self, operation: Operation, number: int = 0, **path: Json) -> Case:
        """A valid request with what the operation requires, and a body if it takes one.

        `path` gives path parameters. Cases of different `number` differ where the schema lets
        them. Raises UnmakeableError.
        """
        if any(each.location == "querystring" for each in operation.parameters):
            raise UnmakeableError("its query is one value")
        rng = chance_of(str(self.seed), operation.key, str(number)).random()
        parameters: dict[tuple[str, str], Json] = {}
        for parameter in operation.parameters:
            place = (parameter.location, parameter.name)
            if parameter.location == "path" and parameter.name in path:
                parameters[place] = path[parameter.name]
            elif parameter.required:
                parameters[place] = self._parameter(parameter, rng)
        body, media_type = self._body(operation, number, rng)
        styles = self._styles(operation)
        return Case(operation, styles, parameters, body, media_type)

    def takes(self, case: Case, body: Json) -> bool:
        """Whether the document allows a case this body."""
        described = case.operation.request_body
        content = described.content if described else ()
        key = next((each.schema_key for each in content if is_json(each.name)), None)
        return key is not None and self.api.requests.is_valid(key, body)

    def allows(self, parameter: Parameter, value: Json) -> bool:
        """Whether the document allows a parameter this value."""
        return parameter.schema_key is None or self._is_valid(parameter.schema_key)(value)

    def _styles(self, operation: Operation) -> dict[tuple[str, str], ParameterStyle]:
        schemas = self.api.requests
        return {
            (each.location, each.name): compile_style(
                {**each.raw, "schema": schemas.roots[each.schema_key]}
                if each.schema_key
                else each.raw,
                schemas.definitions,
            )
            for each in operation.parameters
        }

    def _parameter(self, parameter: Parameter, rng: Random) -> Json:
        for example in _examples(parameter.raw):
            if parameter.schema_key is None or self._is_valid(parameter.schema_key)(example):
                return example
        return self._drawn(parameter.schema_key, rng, f"{parameter.location} {parameter.name}")

    def _body(self, operation: Operation, number: int, rng: Random) -> tuple[Json, str]:
        body = operation.request_body
        if body is None:
            return NO_BODY, ""
        media_type = next((each for each in body.content if is_json(each.name)), None)
        if media_type is None:
            if body.required:
                raise UnmakeableError("its body is no JSON")
            return NO_BODY, ""
        name = "application/json" if "*" in media_type.name else media_type.name
        return self._body_value(media_type, number, rng), name

    def _body_value(self, media_type: MediaType, number: int, rng: Random) -> Json:
        key = media_type.schema_key
        examples = [
            each.value
            for each in media_type.examples
            if key is None or self.api.requests.is_valid(key, each.value)
        ]
        if number < len(examples):
            return examples[number]
        return self._drawn(key, rng, "body")

    def _drawn(self, key: str | None, rng: Random, what: str) -> Json:
        if key is None:
            return "text"
        schema = self.api.requests.roots[key]
        try:
            return self._generator.generate(schema, rng, is_valid=self._is_valid(key))
        except Ungeneratable as error:
            raise UnmakeableError(f"no value for its {what} was found") from error

    def _is_valid(self, key: str) -> Callable[[Json], bool]:
        return lambda value: self.api.requests.is_valid(key, value)


def _examples(raw: Mapping[str, Json]) -> Iterator[Json]:
    if "example" in raw:
        yield raw["example"]
    examples = raw.get("examples")
    for each in examples.values() if isinstance(examples, Mapping) else ():
        if isinstance(each, Mapping) and "value" in each:
            yield each["value"]
