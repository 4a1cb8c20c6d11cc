"""The requests of a comparison: valid ones, and ones with one thing wrong, by seed.

The emulator's own validation says which is which: a request that is not what it was made to be is
dropped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from emulator.auth.check import ANYONE
from emulator.chance import chance_of
from emulator.contract.promises import Tools
from emulator.encode import dump
from emulator.generation.generator import Generator, Ungeneratable
from emulator.generation.negation import negate
from emulator.media_types import is_json
from emulator.messages import Json, Request
from emulator.spec.model import Api, MediaType, Operation
from emulator.spec.pointers import escape, parts_of
from emulator.validation.parameters import Judged
from emulator.validation.request import RequestPlan, ValidRequest, compile_request, validate_request
from emulator.validation.style_encoding import encode

#: Values of each type, tried in the place of right ones.
_WRONG: tuple[Json, ...] = (None, "text", -1, 1.5, True, [], {})
#: How often a request of one kind is drawn before it is given up.
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Case:
    """One request of a comparison, below the base path and without credentials.

    `name` says what it is meant to be; `valid` whether it keeps the document. An `anonymous` one is
    sent without credentials; one that `reads` is known to change nothing, whatever its method.
    """

    operation: Operation
    name: str
    valid: bool
    request: Request
    anonymous: bool = False
    reads: bool = False


class UnmakeableError(Exception):
    """No valid request can be made for an operation; the message says why."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A request in values: parameters by location and name, and a body as bytes."""

    parameters: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    body: bytes = b""
    media_type: str = ""
    value: Json = None

    def without(self, key: tuple[str, str]) -> "_Draft":
        return replace(self, parameters={k: v for k, v in self.parameters.items() if k != key})

    def having(self, key: tuple[str, str], value: Json) -> "_Draft":
        return replace(self, parameters={**self.parameters, key: value})

    def holding(self, value: Json) -> "_Draft":
        return replace(self, body=dump(value), value=value)


@dataclass(frozen=True, slots=True)
class CaseMaker:
    """Makes the cases of one API's operations; equal seeds make equal ones.

    `known` are values of parameters by name, which stand in every request that is not about the
    parameter being wrong. `drawn` is how many requests are drawn, valid and invalid each, beside
    those that every operation gets.
    """

    api: Api
    seed: int
    drawn: int = 3
    known: Mapping[str, Json] = field(default_factory=dict)

    def cases(self, operation: Operation) -> tuple[Case, ...]:
        """The operation's cases, valid ones first; raises UnmakeableError where there is none."""
        maker = _Maker(self, operation, compile_request(self.api, operation))
        found: dict[Request, Case] = {}
        for name, valid, draft in (*maker.valid(), *maker.invalid()):
            request = maker.request(draft)
            if maker.is_valid(draft, request) == valid:
                found.setdefault(request, Case(operation, name, valid, request))
        valid_ones = [case for case in found.values() if case.valid]
        if not valid_ones:
            raise UnmakeableError("no valid request was found")
        cases = (*valid_ones, *(case for case in found.values() if not case.valid))
        if operation.security and () not in operation.security:
            first = valid_ones[0]
            cases += (replace(first, name="no credentials", valid=False, anonymous=True),)
        return cases

    def tool_case(self, promise: Tools, slug: str, arguments: Mapping[str, Json]) -> Case | None:
        """A run of a tool that only reads; None where the operation can't be asked for it."""
        operation = self.api.operation(promise.operation)
        if operation is None:
            return None
        maker = _Maker(self, operation, compile_request(self.api, operation))
        try:
            draft = maker.tool(promise, slug, arguments)
        except UnmakeableError:
            return None
        request = maker.request(draft)
        valid = maker.is_valid(draft, request)
        return Case(operation, f"tool {slug}", True, request, reads=True) if valid else None


@dataclass(frozen=True, slots=True)
class _Maker:
    """The drafts of one operation."""

    of: CaseMaker
    operation: Operation
    plan: RequestPlan

    def valid(self) -> Iterator[tuple[str, bool, _Draft]]:
        yield "required only", True, self._draft("required", optional=False)
        yield "everything", True, self._draft("everything", optional=True)
        for number in range(1, self.of.drawn + 1):
            yield f"drawn {number}", True, self._draft(f"drawn {number}", True, examples=False)

    def invalid(self) -> Iterator[tuple[str, bool, _Draft]]:
        right = self._draft("required", optional=False)
        for judged in self._judged():
            yield from self._wrong_parameter(judged, right)
        if self.operation.request_body is not None and right.media_type:
            yield from self._wrong_bodies(right)

    def tool(self, promise: Tools, slug: str, arguments: Mapping[str, Json]) -> _Draft:
        """What runs a tool."""
        draft = self._draft("required", optional=False)
        if not isinstance(draft.value, dict):
            return draft
        members: dict[str, Json] = {parts_of(promise.arguments)[0]: dict(arguments)}
        if promise.slug.startswith("/"):
            members[parts_of(promise.slug)[0]] = slug
        else:
            draft = draft.having(("path", promise.slug), slug)
        return draft.holding({**draft.value, **members})

    def request(self, draft: _Draft) -> Request:
        """What is sent of a draft."""
        texts = {
            (judged.parameter.location, judged.parameter.name): encode(value, judged.style)
            for judged in self._judged()
            for value in [draft.parameters.get(_key(judged), _ABSENT)]
            if value is not _ABSENT
        }
        path = self.operation.path
        for (location, name), text in texts.items():
            if location == "path":
                path = path.replace(f"{{{name}}}", text)
        headers = [
            (name.lower(), text) for (place, name), text in texts.items() if place == "header"
        ]
        cookies = [text for (place, _), text in texts.items() if place == "cookie" and text]
        if cookies:
            headers.append(("cookie", "; ".join(cookies)))
        if draft.media_type:
            headers.append(("content-type", draft.media_type))
        query = "&".join(text for (place, _), text in texts.items() if place == "query" and text)
        return Request(self.operation.method, path, query, tuple(headers), draft.body)

    def is_valid(self, draft: _Draft, request: Request) -> bool:
        """Whether the document allows a draft that was made into this request."""
        raw = {
            judged.parameter.name: encode(draft.parameters[_key(judged)], judged.style)
            for judged in self.plan.parameters.path
            if _key(judged) in draft.parameters
        }
        if not all(raw.values()) or "{" in request.path:
            return False  # not a path of this operation
        return isinstance(validate_request(self.plan, request, raw, ANYONE), ValidRequest)

    def _judged(self) -> tuple[Judged, ...]:
        plan = self.plan.parameters
        return (*plan.path, *plan.query, *plan.header, *plan.cookie)

    def _random(self, *name: str) -> Random:
        return chance_of(str(self.of.seed), self.operation.key, *name).random()

    def _draft(self, name: str, optional: bool, examples: bool = True) -> _Draft:
        if self.plan.parameters.whole_query is not None:
            raise UnmakeableError("one parameter is its whole query")
        rng = self._random(name)
        parameters = {
            _key(judged): self._parameter(judged, rng, examples)
            for judged in self._judged()
            if judged.parameter.required or optional
        }
        draft = _Draft(parameters)
        body = self.operation.request_body
        if body is None or not (body.required or optional):
            return draft
        media_type = next((each for each in body.content if is_json(each.name)), None)
        if media_type is None:
            if body.required:
                raise UnmakeableError(f"its body is {body.content[0].name}, not JSON")
            return draft
        value = self._body(media_type, rng, optional, examples)
        sent = "application/json" if "*" in media_type.name else media_type.name
        return replace(draft, media_type=sent).holding(value)

    def _parameter(self, judged: Judged, rng: Random, examples: bool) -> Json:
        parameter = judged.parameter
        if parameter.name in self.of.known:
            return self.of.known[parameter.name]
        if examples:
            for example in _examples(parameter.raw):
                if judged.schema_key is None or self._accepts(judged.schema_key, example):
                    return example
        return self._value(parameter.schema_key, rng, f"{parameter.location} {parameter.name}")

    def _body(self, media_type: MediaType, rng: Random, optional: bool, examples: bool) -> Json:
        key = media_type.schema_key
        if examples and optional:
            for example in media_type.examples:
                if key is None or self._accepts(key, example.value):
                    return example.value
        return self._value(key, rng, "body", optional)

    def _value(self, key: str | None, rng: Random, what: str, optional: bool = True) -> Json:
        if key is None:
            return "text"
        schemas = self.of.api.requests
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
        return self.of.api.requests.is_valid(key, value)

    def _wrong_parameter(self, judged: Judged, right: _Draft) -> Iterator[tuple[str, bool, _Draft]]:
        location, name = key = _key(judged)
        if judged.parameter.required and location != "path":
            yield f"without {location} {name}", False, right.without(key)
        candidates = [*self._negated(judged.schema_key, f"wrong {name}"), *_WRONG]
        for value in candidates:
            draft = right.having(key, value)
            request = self.request(draft)
            if encode(value, judged.style) and not self.is_valid(draft, request):
                yield f"wrong {location} {name}", False, draft
                return

    def _wrong_bodies(self, right: _Draft) -> Iterator[tuple[str, bool, _Draft]]:
        yield "no body", False, replace(right, body=b"", media_type="")
        yield "malformed body", False, replace(right, body=right.body[:-1] + b",")
        yield "body as text", False, replace(right, media_type="text/plain")
        if isinstance(right.value, dict):
            for name, value in right.value.items():
                yield from self._wrong_member(right, name, value)
        media_type = next(m for m in self.operation.request_body.content if is_json(m.name))  # type: ignore[union-attr]
        negated = self._negated(media_type.schema_key, "wrong body")
        for number, value in enumerate(negated[: self.of.drawn], 1):
            yield f"wrong body {number}", False, right.holding(value)

    def _wrong_member(
        self, right: _Draft, name: str, value: Json
    ) -> Iterator[tuple[str, bool, _Draft]]:
        rest = {k: v for k, v in right.value.items() if k != name}
        yield f"body without /{escape(name)}", False, right.holding(rest)
        for wrong in _WRONG:
            draft = right.holding({**rest, name: wrong})
            if type(wrong) is not type(value) and not self.is_valid(draft, self.request(draft)):
                yield f"wrong body /{escape(name)}", False, draft
                return

    def _negated(self, key: str | None, name: str) -> list[Json]:
        """Values the schema refuses, drawn."""
        if key is None:
            return []
        schemas, found = self.of.api.requests, []
        opposite = negate(schemas.roots[key])
        for number in range(max(_ATTEMPTS, self.of.drawn)):
            try:
                rng = self._random(name, str(number))
                found.append(Generator(schemas.definitions).generate(opposite, rng))
            except Ungeneratable:
                break
        return found


_ABSENT = object()


def _key(judged: Judged) -> tuple[str, str]:
    return (judged.parameter.location, judged.parameter.name)


def _examples(raw: Mapping[str, Json]) -> Iterator[Json]:
    if "example" in raw:
        yield raw["example"]
    examples = raw.get("examples")
    for each in examples.values() if isinstance(examples, Mapping) else ():
        if isinstance(each, Mapping) and "value" in each:
            yield each["value"]
