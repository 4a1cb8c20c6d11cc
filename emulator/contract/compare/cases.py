"""The requests of a comparison: valid ones, and ones with one thing wrong, by seed.

The emulator's own validation decides: a request that is not what it should be is dropped.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from emulator.http.messages import Json, Request
from emulator.openapi.document.model import Api, Operation, Parameter
from emulator.openapi.promises.model import Tools
from emulator.openapi.requests.make import Extent, RequestMaker, UnmakeableError
from emulator.openapi.requests.parts import RequestParts
from emulator.schema.chance import chance_of
from emulator.schema.flatten.negation import negate
from emulator.schema.generate.generator import Generator, Ungeneratable
from emulator.schema.pointers import escape

#: Values of each type, tried in the place of right ones.
_WRONG: tuple[Json, ...] = (None, "text", -1, 1.5, True, [], {})
#: How often a wrong value of a parameter is drawn before others are tried.
_ATTEMPTS = 4

_REQUIRED = Extent(body=False)
_EVERYTHING = Extent(parameters=True)
_DRAWN = Extent(parameters=True, example=None)

#: A request with its name.
_Named = tuple[str, RequestParts]


@dataclass(frozen=True, slots=True)
class Case:
    """One request of a comparison, below the base path and without credentials.

    `name` describes it; `valid` is whether it matches the document. An `anonymous` one is
    sent without credentials; one that `reads` is known to change nothing, whatever its method.
    """

    operation: Operation
    name: str
    valid: bool
    request: Request
    anonymous: bool = False
    reads: bool = False


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
        maker = self._maker(operation)
        right = maker.make("required", _REQUIRED)
        found: dict[Request, Case] = {}
        for valid, made in ((True, self._valid(maker, right)), (False, self._invalid(right))):
            for name, parts in made:
                if parts.is_valid == valid:
                    request = parts.request()
                    found.setdefault(request, Case(operation, name, valid, request))
            if not found:
                raise UnmakeableError("no valid request was found")
        cases = tuple(found.values())
        if operation.security and () not in operation.security:
            cases += (replace(cases[0], name="no credentials", valid=False, anonymous=True),)
        return cases

    def tool_case(self, promise: Tools, slug: str, arguments: Mapping[str, Json]) -> Case | None:
        """A run of a tool that only reads; None where no request can be made."""
        operation = self.api.operation(promise.operation)
        if operation is None:
            return None
        try:
            right = self._maker(operation).make("required", _REQUIRED)
        except UnmakeableError:
            return None
        parts = promise.run(right, slug, arguments)
        if not parts.is_valid:
            return None
        return Case(operation, f"tool {slug}", True, parts.request(), reads=True)

    def _maker(self, operation: Operation) -> RequestMaker:
        return RequestMaker(self.api, operation, self.seed, self.known)

    def _valid(self, maker: RequestMaker, right: RequestParts) -> Iterator[_Named]:
        yield "required only", right
        wanted = [("everything", _EVERYTHING)]
        wanted += [(f"drawn {number}", _DRAWN) for number in range(1, self.drawn + 1)]
        for name, extent in wanted:
            # What is optional may have no value.
            with suppress(UnmakeableError):
                yield name, maker.make(name, extent)

    def _invalid(self, right: RequestParts) -> Iterator[_Named]:
        for parameter in right.operation.parameters:
            yield from self._wrong_parameter(right, parameter)
        if right.media_type:
            yield from _wrong_bodies(right)
            key = right.described.schema_key if right.described else None
            for number, value in enumerate(self._refused(right, key, "body", self.drawn), 1):
                yield f"wrong body {number}", right.with_body(value)

    def _wrong_parameter(self, right: RequestParts, parameter: Parameter) -> Iterator[_Named]:
        location, name = place = (parameter.location, parameter.name)
        if parameter.required and location != "path":
            yield f"without {location} {name}", right.without_parameter(*place)
        for value in (*self._refused(right, parameter.schema_key, name, _ATTEMPTS), *_WRONG):
            parts = right.with_parameter(*place, value)
            if parts.text(*place) and not parts.is_valid:
                yield f"wrong {location} {name}", parts
                return

    def _refused(
        self, right: RequestParts, key: str | None, name: str, number: int
    ) -> Iterator[Json]:
        """Up to so many generated values that a schema rejects."""
        if key is None:
            return
        schemas = self.api.requests
        opposite = negate(schemas.roots[key])
        for index in range(number):
            seed = (str(self.seed), right.operation.key, f"wrong {name}", str(index))
            try:
                yield Generator(schemas.definitions).generate(opposite, chance_of(*seed).words())
            except Ungeneratable:
                return


def _wrong_bodies(right: RequestParts) -> Iterator[_Named]:
    yield "no body", right.without_body()
    yield "malformed body", replace(right, content=right.content[:-1] + b",")
    yield "body as text", replace(right, media_type="text/plain")
    for name, value in right.body.items() if isinstance(right.body, dict) else ():
        rest = {k: v for k, v in right.body.items() if k != name}
        yield f"body without /{escape(name)}", right.with_body(rest)
        wrong = (each for each in _WRONG if type(each) is not type(value))
        changed = (right.with_body({**rest, name: each}) for each in wrong)
        for parts in changed:
            if not parts.is_valid:
                yield f"wrong body /{escape(name)}", parts
                break
