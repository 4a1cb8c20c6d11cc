"""Valid requests for an operation: of the document's examples, else drawn from its schemas."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, MediaType, Operation, Parameter
from emulator.openapi.requests.parts import RequestParts
from emulator.openapi.requests.read_only import without_read_only
from emulator.openapi.validate.request import RequestPlan, compile_request
from emulator.openapi.write.bodies import concrete
from emulator.schema.chance import chance_of
from emulator.schema.draws import Word
from emulator.schema.generate.generator import Generator, Ungeneratable

#: Documented media types of a body that are tried.
_MOST_TYPES = 3
#: How often a request that is not valid as a whole is drawn anew.
_ATTEMPTS = 5
#: What stands where the document says nothing of a value.
_ANYTHING = "text"


class UnmakeableError(Exception):
    """No valid request can be made for an operation; the message says why."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What a request has beside what its operation requires.

    `parameters`: the optional ones. `body`: an optional body, and the optional members of any.
    Parameters have the first of their valid examples, a body the one with number `example`; where
    that is None, or there is none, values are drawn. Examples may hold what is optional: without
    `body`, those of bodies are not used.
    """

    parameters: bool = False
    body: bool = True
    example: int | None = 0


USUAL = Extent()


@dataclass(frozen=True, slots=True)
class RequestMaker:
    """Makes valid requests for one operation; equal seeds and names make equal ones.

    What is drawn has no members that are `readOnly`, where it is valid without.
    `known` are values of parameters by name. They stand as they are, allowed or not.
    """

    api: Api
    operation: Operation
    seed: int = 0
    known: Mapping[str, Json] = field(default_factory=dict)
    _plan: RequestPlan = field(init=False, repr=False, compare=False)
    _generator: Generator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_plan", compile_request(self.api, self.operation))
        object.__setattr__(self, "_generator", Generator(self.api.requests.definitions))

    def make(self, name: str, extent: Extent = USUAL) -> RequestParts:
        """A valid request, different for another name if it can be; raises UnmakeableError."""
        return next(self.alternatives(name, extent))

    def alternatives(self, name: str, extent: Extent) -> Iterator[RequestParts]:
        """A valid request for each media type of the body, JSON first, and one without a body.

        Raises UnmakeableError where there is none.
        """
        word = chance_of(str(self.seed), self.operation.key, name).words()
        reasons: list[UnmakeableError] = []
        bodies = self._bodies(extent)
        for media_type in bodies:
            try:
                parts = self._valid(word, media_type, extent)
            except UnmakeableError as error:
                reasons.append(error)
            else:
                yield parts
        if len(reasons) == len(bodies):
            raise reasons[0]

    def _bodies(self, extent: Extent) -> list[MediaType | None]:
        body = self.operation.request_body
        if body is None or not body.content:
            return [None]
        content = sorted(body.content, key=lambda each: not is_json(concrete(each.name)))
        bodies: list[MediaType | None] = [*content[:_MOST_TYPES]]
        if body.required:
            return bodies
        return [*bodies, None] if extent.body else [None, *bodies]

    def _valid(self, word: Word, media_type: MediaType | None, extent: Extent) -> RequestParts:
        for _ in range(_ATTEMPTS):
            parts = self._required(word, media_type, extent)
            if parts.is_valid or any(name in self.known for _, name in parts.parameters):
                return self._with_optional(parts, word, extent) if extent.parameters else parts
            # Examples are the same every time; some forms have no way to write an empty array,
            # others none for objects in arrays, which are mostly optional.
            extent = replace(extent, example=None, body=not extent.body)
        raise UnmakeableError("no valid request was found")

    def _required(self, word: Word, media_type: MediaType | None, extent: Extent) -> RequestParts:
        parts = RequestParts(self.operation, self._plan)
        for parameter in self.operation.parameters:
            if parameter.required:
                value = self._parameter(parameter, word, parts, extent)
                parts = parts.with_parameter(parameter.location, parameter.name, value)
        if media_type is None:
            return parts
        return parts.with_body(self._body(media_type, word, extent), concrete(media_type.name))

    def _with_optional(self, parts: RequestParts, word: Word, extent: Extent) -> RequestParts:
        """The request with each optional parameter that leaves it valid."""
        for parameter in self.operation.parameters:
            if not parameter.required:
                with suppress(UnmakeableError):
                    value = self._parameter(parameter, word, parts, extent)
                    more = parts.with_parameter(parameter.location, parameter.name, value)
                    parts = more if more.is_valid or parameter.name in self.known else parts
        return parts

    def _parameter(
        self, parameter: Parameter, word: Word, parts: RequestParts, extent: Extent
    ) -> Json:
        def fits(value: Json) -> bool:
            return self._allows(key, value) and _is_sendable(
                location, parts.with_parameter(location, name, value).text(location, name)
            )

        location, name, key = parameter.location, parameter.name, parameter.schema_key
        if name in self.known:
            return self.known[name]
        for example in examples_of(parameter) if extent.example is not None else ():
            if fits(example):
                return example
        return self._value(key, word, f"{location} {name}", fits)

    def _body(self, media_type: MediaType, word: Word, extent: Extent) -> Json:
        key = media_type.sequence_key or media_type.schema_key or media_type.item_key
        if extent.example is not None and extent.body:
            allowed = [each.value for each in media_type.examples if self._allows(key, each.value)]
            if extent.example < len(allowed):
                return allowed[extent.example]
        drawn = self._value(key, word, "body", lambda v: self._allows(key, v), extent.body)
        schemas = self.api.requests
        sent = without_read_only(drawn, schemas.roots.get(key or "", True), schemas.definitions)
        return sent if self._allows(key, sent) else drawn

    def _allows(self, key: str | None, value: Json) -> bool:
        return key is None or self.api.requests.is_valid(key, value)

    def _value(
        self,
        key: str | None,
        word: Word,
        what: str,
        fits: Callable[[Json], bool],
        optional: bool = True,
    ) -> Json:
        if key is None:
            return _ANYTHING
        schema = self.api.requests.roots[key]
        try:
            return self._generator.generate(schema, word, is_valid=fits, optional=optional)
        except Ungeneratable as error:
            raise UnmakeableError(f"no value for its {what} was found") from error


def examples_of(parameter: Parameter) -> Iterator[Json]:
    """The documented examples of a parameter, or of its content."""
    for place in (parameter.raw, *(parameter.raw.get("content") or {}).values()):
        if "example" in place:
            yield place["example"]
        examples = place.get("examples")
        for each in examples.values() if isinstance(examples, Mapping) else ():
            if isinstance(each, Mapping) and "value" in each:
                yield each["value"]


def _is_sendable(location: str, text: str) -> bool:
    """Whether it stands there, and can be sent: header fields and cookies are plain text."""
    if location in ("header", "cookie"):
        return text.isascii() and text.isprintable() and text == text.strip()
    return bool(text)
