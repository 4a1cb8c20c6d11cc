"""A stub mapping, compiled: which requests it matches, its response, and its scenario."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import unquote

import jsonschema_rs
import msgspec

from emulator.errors import RenderError
from emulator.fixtures.templates.context import base_variables
from emulator.http.encode import dump
from emulator.http.messages import Json, Request
from emulator.schema.chance import chance_of
from emulator.schema.field_errors import FieldError, field_errors
from emulator.stubs.matching.matchers import Matcher
from emulator.stubs.matching.notices import pattern_notices
from emulator.stubs.matching.pattern import RequestPattern, compile_pattern
from emulator.stubs.matching.subject import Subject, Value
from emulator.stubs.response import BodyFiles, StubResponse, compile_response, no_files
from emulator.stubs.schema import STUB_SCHEMA

#: The priority of a stub that has none.
PRIORITY = 5

#: The state of a scenario in which nothing has happened.
STARTED = "Started"

_VALIDATOR = jsonschema_rs.Draft202012Validator(STUB_SCHEMA)


class Stub(msgspec.Struct, frozen=True, gc=False):
    """One stub. `raw` is how it was written, with its id; `size_bytes` is how long that is.

    `path` is the only path it can match, None where there may be several. It matches in the state
    `required` of its scenario, None for any; its response leads to the state `new`.
    """

    id: str
    name: str
    priority: int
    pattern: RequestPattern
    response: StubResponse
    path: str | None
    scenario: str | None
    required: str | None
    new: str | None
    raw: Mapping[str, Json]
    size_bytes: int = 0

    @property
    def notices(self) -> tuple[FieldError, ...]:
        """What of it is likely to be a mistake, with pointers."""
        return (
            *_below("/request", pattern_notices(self.pattern.raw)),
            *_below("/response", self.response.notices),
        )

    def has_metadata(self, matcher: Matcher) -> bool:
        """Whether its metadata match."""
        return matcher.accepts([Value(dump(self.raw.get("metadata", {})))])

    def path_parameters(self, subject: Subject) -> Mapping[str, str]:
        """The parameters of the path, decoded, where the pattern names any."""
        read = self.pattern.template
        found = (read(subject.request.path) if read else None) or {}
        return {name: unquote(value) for name, value in found.items()}


def parse_stub(raw: Json, id_: str, files: BodyFiles = no_files) -> Stub | tuple[FieldError, ...]:
    """The stub as written, or all that is wrong with it; `id_` is for one that has no id."""
    errors = field_errors(_VALIDATOR, raw, STUB_SCHEMA)
    if errors:
        return errors
    id_ = raw.get("id") or raw.get("uuid") or id_
    pattern = compile_pattern(raw.get("request", {}))
    response = compile_response(raw.get("response", {}), id_, files)
    errors = (*_below("/request", pattern), *_below("/response", response))
    if errors or isinstance(pattern, tuple) or isinstance(response, tuple):
        return errors
    url: str | None = pattern.raw.get("url", pattern.raw.get("urlPath"))
    raw = {**raw, "id": id_, "uuid": id_}
    stub = Stub(
        id=id_,
        name=raw.get("name", ""),
        priority=raw.get("priority", PRIORITY),
        pattern=pattern,
        response=response,
        path=None if url is None else url.partition("?")[0],
        scenario=raw.get("scenarioName"),
        required=raw.get("requiredScenarioState"),
        new=raw.get("newScenarioState"),
        raw=raw,
        size_bytes=len(dump(raw)),
    )
    return _hopeless(stub) or stub


def _below(pointer: str, compiled: object) -> tuple[FieldError, ...]:
    errors = compiled if isinstance(compiled, tuple) else ()
    return tuple(FieldError(pointer + each.pointer, each.message) for each in errors)


def _hopeless(stub: Stub) -> tuple[FieldError, ...]:
    """The error of a template that does too much, or asks what no filter does, of whatever request.

    Other failures may be due to the request; a loop is mostly the template's own, as is what Jinja2
    asserts of the arguments of its filters. That is better reported now than in every response.
    """
    fixture = stub.response.fixture
    if fixture.constant:
        return ()
    request = Request("GET", stub.path or "/")
    chance, now = chance_of("trial"), datetime.fromtimestamp(0, UTC)
    from emulator.fixtures.templates.sandbox import EffortSpentError  # late, as Jinja2 is
    from emulator.stubs.values import stub_values

    own = stub_values(Subject(request), chance, now, {}, stub.response.parameters)
    variables = base_variables(request, chance, now) | own
    for template in (fixture.body, fixture.text, *(value for _, value in fixture.headers)):
        try:
            if template is not None:
                template(variables)
        except RenderError as error:
            if isinstance(error.__cause__, EffortSpentError | AssertionError):
                return (FieldError(f"/response{error.pointer}", error.message),)
    return ()
