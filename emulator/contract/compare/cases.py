"""The requests of a comparison: valid ones, and ones with one thing wrong, by seed.

The emulator's own validation says which is which: a request that is not what it was made to be is
dropped.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from emulator.contract.check.promises import Tools
from emulator.contract.compare.drafts import Draft, Drafter, UnmakeableError, key_of
from emulator.http.messages import Json, Request
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.validate.parameters import CompiledParameter
from emulator.openapi.validate.style_encoding import encode
from emulator.schema.pointers import escape, parts_of

__all__ = ["Case", "CaseMaker", "UnmakeableError"]

#: Values of each type, tried in the place of right ones.
_WRONG: tuple[Json, ...] = (None, "text", -1, 1.5, True, [], {})
#: How often a wrong value of a parameter is drawn before others are tried.
_ATTEMPTS = 4

#: A draft with its name.
_Named = tuple[str, Draft]


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
        drafter = Drafter(self.api, operation, self.seed, self.known)
        found: dict[Request, Case] = {}
        for valid, drafts in ((True, self._valid(drafter)), (False, self._invalid(drafter))):
            for name, draft in drafts:
                request = drafter.request(draft)
                if drafter.is_valid(draft) == valid:
                    found.setdefault(request, Case(operation, name, valid, request))
            if not found:
                raise UnmakeableError("no valid request was found")
        cases = tuple(found.values())
        if operation.security and () not in operation.security:
            cases += (replace(cases[0], name="no credentials", valid=False, anonymous=True),)
        return cases

    def tool_case(self, promise: Tools, slug: str, arguments: Mapping[str, Json]) -> Case | None:
        """A run of a tool that only reads; None where the operation can't be asked for it."""
        operation = self.api.operation(promise.operation)
        if operation is None:
            return None
        drafter = Drafter(self.api, operation, self.seed, self.known)
        try:
            draft = drafter.draft("required", optional=False)
        except UnmakeableError:
            return None
        if isinstance(draft.value, dict):
            members: dict[str, Json] = {parts_of(promise.arguments)[0]: dict(arguments)}
            if promise.slug.startswith("/"):
                members[parts_of(promise.slug)[0]] = slug
            else:
                draft = draft.having(("path", promise.slug), slug)
            draft = draft.holding({**draft.value, **members})
        if not drafter.is_valid(draft):
            return None
        return Case(operation, f"tool {slug}", True, drafter.request(draft), reads=True)

    def _valid(self, drafter: Drafter) -> Iterator[_Named]:
        yield "required only", drafter.draft("required", optional=False)
        names = ("everything", *(f"drawn {number}" for number in range(1, self.drawn + 1)))
        for name in names:
            # What is optional may have no value.
            with suppress(UnmakeableError):
                yield name, drafter.draft(name, optional=True, examples=name == names[0])

    def _invalid(self, drafter: Drafter) -> Iterator[_Named]:
        right = drafter.draft("required", optional=False)
        for judged in drafter.parameters:
            yield from _wrong_parameter(drafter, right, judged)
        if right.media_type:
            yield from _wrong_bodies(drafter, right)
            key = drafter.json_body.schema_key if drafter.json_body else None
            for number, value in enumerate(drafter.refused(key, "wrong body", self.drawn), 1):
                yield f"wrong body {number}", right.holding(value)


def _wrong_parameter(drafter: Drafter, right: Draft, judged: CompiledParameter) -> Iterator[_Named]:
    location, name = key = key_of(judged)
    if judged.parameter.required and location != "path":
        yield f"without {location} {name}", right.without(key)
    drawn = drafter.refused(judged.schema_key, f"wrong {name}", _ATTEMPTS)
    for value in (*drawn, *_WRONG):
        draft = right.having(key, value)
        if encode(value, judged.style) and not drafter.is_valid(draft):
            yield f"wrong {location} {name}", draft
            return


def _wrong_bodies(drafter: Drafter, right: Draft) -> Iterator[_Named]:
    yield "no body", replace(right, body=b"", media_type="")
    yield "malformed body", replace(right, body=right.body[:-1] + b",")
    yield "body as text", replace(right, media_type="text/plain")
    for name, value in right.value.items() if isinstance(right.value, dict) else ():
        rest = {k: v for k, v in right.value.items() if k != name}
        yield f"body without /{escape(name)}", right.holding(rest)
        wrong = (each for each in _WRONG if type(each) is not type(value))
        drafts = (right.holding({**rest, name: each}) for each in wrong)
        for draft in drafts:
            if not drafter.is_valid(draft):
                yield f"wrong body /{escape(name)}", draft
                break
