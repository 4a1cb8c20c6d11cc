"""Requests in values, before they are written: drawn by seed, judged by our own validation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from emulator.http.encode import dump
from emulator.http.media_types import is_json
from emulator.http.messages import Json, Request
from emulator.openapi.document.model import Api, MediaType, Operation
from emulator.openapi.security.check import ANYONE
from emulator.openapi.validate.parameters import CompiledParameter
from emulator.openapi.validate.request import (
    RequestPlan,
    ValidRequest,
    compile_request,
    validate_request,
)
from emulator.openapi.validate.style_encoding import encode
from emulator.schema.chance import chance_of
from emulator.schema.flatten.negation import negate
from emulator.schema.generate.generator import Generator, Ungeneratable

#: Where a parameter stands, and its name.
Key = tuple[str, str]


class UnmakeableError(Exception):
    """No valid request can be made for an operation; the message says why."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A request in values: parameters, and a body as bytes with the `value` it was made of."""

    parameters: Mapping[Key, Json] = field(default_factory=dict)
    body: bytes = b""
    media_type: str = ""
    value: Json = None

    def without(self, key: Key) -> "Draft":
        """The same without a parameter."""
        return replace(self, parameters={k: v for k, v in self.parameters.items() if k != key})

    def having(self, key: Key, value: Json) -> "Draft":
        """The same with a parameter set."""
        return replace(self, parameters={**self.parameters, key: value})

    def holding(self, value: Json) -> "Draft":
        """The same with another JSON body."""
        return replace(self, body=dump(value), value=value)


@dataclass(frozen=True, slots=True)
class Drafter:
    """Makes drafts for one operation; `known` are values of parameters by name."""

    api: Api
    operation: Operation
    seed: int
    known: Mapping[str, Json]
    _plan: RequestPlan = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_plan", compile_request(self.api, self.operation))

    @property
    def parameters(self) -> tuple[CompiledParameter, ...]:
        """The operation's parameters."""
        plan = self._plan.parameters
        return (*plan.path, *plan.query, *plan.header, *plan.cookie)

    @property
    def json_body(self) -> MediaType | None:
        """What it takes as JSON, if it does."""
        body = self.operation.request_body
        return next((each for each in body.content if is_json(each.name)), None) if body else None

    def draft(self, name: str, optional: bool, examples: bool = True) -> Draft:
        """A valid request, as far as each of its parts is; raises UnmakeableError.

        Drafts of different names differ where the document lets them. `examples` of the document
        are taken first.
        """
        if self._plan.parameters.whole_query is not None:
            raise UnmakeableError("one parameter is its whole query")
        rng = self._random(name)
        draft = Draft(
            {
                key_of(judged): self._parameter(judged, rng, examples)
                for judged in self.parameters
                if judged.parameter.required or optional
            }
        )
        body, media_type = self.operation.request_body, self.json_body
        if body is None or not (body.required or optional):
            return draft
        if media_type is None:
            if body.required:
                raise UnmakeableError(f"its body is {body.content[0].name}, not JSON")
            return draft
        value = self._body(media_type, rng, optional, examples)
        sent = "application/json" if "*" in media_type.name else media_type.name
        return replace(draft, media_type=sent).holding(value)

    def refused(self, schema_key: str | None, name: str, number: int) -> tuple[Json, ...]:
        """So many values that a schema refuses, drawn; fewer where it refuses little."""
        if schema_key is None:
            return ()
        schemas, found = self.api.requests, []
        opposite = negate(schemas.roots[schema_key])
        for index in range(number):
            try:
                rng = self._random(name, str(index))
                found.append(Generator(schemas.definitions).generate(opposite, rng))
            except Ungeneratable:
                break
        return tuple(found)

    def request(self, draft: Draft) -> Request:
        """What is sent of a draft."""
        path, headers = self.operation.path, list[tuple[str, str]]()
        texts: dict[str, list[str]] = {"query": [], "cookie": []}
        for judged in self.parameters:
            location, name = key = key_of(judged)
            if key not in draft.parameters:
                continue
            text = encode(draft.parameters[key], judged.style)
            if location == "path":
                path = path.replace(f"{{{name}}}", text)
            elif location == "header":
                headers.append((name.lower(), text))
            elif text:
                texts[location].append(text)
        if texts["cookie"]:
            headers.append(("cookie", "; ".join(texts["cookie"])))
        if draft.media_type:
            headers.append(("content-type", draft.media_type))
        query = "&".join(texts["query"])
        return Request(self.operation.method, path, query, tuple(headers), draft.body)

    def is_valid(self, draft: Draft) -> bool:
        """Whether the document allows a draft."""
        raw = {
            judged.parameter.name: encode(draft.parameters[key_of(judged)], judged.style)
            for judged in self._plan.parameters.path
            if key_of(judged) in draft.parameters
        }
        request = self.request(draft)
        if not all(raw.values()) or "{" in request.path:
            return False  # not a path of this operation
        return isinstance(validate_request(self._plan, request, raw, ANYONE), ValidRequest)

    def _random(self, *name: str) -> Random:
        return chance_of(str(self.seed), self.operation.key, *name).random()

    def _parameter(self, judged: CompiledParameter, rng: Random, examples: bool) -> Json:
        parameter = judged.parameter
        if parameter.name in self.known:
            return self.known[parameter.name]
        for example in _examples(parameter.raw) if examples else ():
            if judged.schema_key is None or self._accepts(judged.schema_key, example):
                return example
        return self._value(parameter.schema_key, rng, f"{parameter.location} {parameter.name}")

    def _body(self, media_type: MediaType, rng: Random, optional: bool, examples: bool) -> Json:
        key = media_type.schema_key
        for example in media_type.examples if examples and optional else ():
            if key is None or self._accepts(key, example.value):
                return example.value
        return self._value(key, rng, "body", optional)

    def _value(self, key: str | None, rng: Random, what: str, optional: bool = True) -> Json:
        if key is None:
            return "text"
        schemas = self.api.requests
        try:
            return Generator(schemas.definitions).generate(
                schemas.roots[key],
                rng,
                is_valid=lambda value: schemas.is_valid(key, value),
                optional=optional,
            )
        except Ungeneratable as error:
            raise UnmakeableError(f"no value for its {what} was found") from error

    def _accepts(self, key: str, value: Json) -> bool:
        return self.api.requests.is_valid(key, value)


def key_of(judged: CompiledParameter) -> Key:
    """Where a parameter stands, and its name."""
    return (judged.parameter.location, judged.parameter.name)


def _examples(raw: Mapping[str, Json]) -> Iterator[Json]:
    if "example" in raw:
        yield raw["example"]
    examples = raw.get("examples")
    for each in examples.values() if isinstance(examples, Mapping) else ():
        if isinstance(each, Mapping) and "value" in each:
            yield each["value"]
