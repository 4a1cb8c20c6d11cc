"""What came in: `Exchange`, and what was compiled for it at start: `Service`, `Endpoint`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from emulator.errors import RenderError
from emulator.fixtures.cassettes.replay import Replay
from emulator.fixtures.load import Fixtures
from emulator.fixtures.templates.context import Circumstances, credential_of, refused_variables
from emulator.fixtures.templates.variables import Variables, made_by
from emulator.http.messages import Json, Request
from emulator.http.nearest import unknown
from emulator.http.problems import OF_WISHES, Problem
from emulator.http.targets import THIS_MACHINE, Targets
from emulator.mock.generate import ResponseGenerator
from emulator.mock.outcome import Ready
from emulator.mock.plan import Continuation, Plan
from emulator.mock.preferences import NOTHING, Preferences
from emulator.mock.responses import Generated, Refusal, Responses
from emulator.mock.state.events import Emit
from emulator.mock.state.store import EMPTY, Effect, Memory, Snapshot, fresh_id
from emulator.mock.stored import PreparedResponse, prepare
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.security.check import ANYONE, Policy, Principal
from emulator.openapi.validate.admit import Admission
from emulator.openapi.validate.request import ValidRequest
from emulator.schema.chance import Chance
from emulator.stubs.matching.subject import Subject


@dataclass(frozen=True, slots=True)
class Events:
    """What can happen at a service, and what follows from it: changes, messages to webhooks.

    `types` gives those known in the state that an exchange sees; one is `heard` if it may matter.
    """

    types: "Callable[[Exchange], Collection[str]]"
    follow: "Callable[[Exchange, Sequence[Emit]], Iterable[Effect]]"
    heard: "Callable[[Exchange, str], bool]" = lambda _exchange, _type: True


@dataclass(frozen=True, slots=True)
class Service:
    """One API with everything stored for it, who may use it, and what can happen at it.

    `targets` are where it may deliver webhooks. With `makes_tools` clients make tools there, with
    `owns_fixtures` its handlers were written for these fixtures; `remembers`: its document's do.
    """

    api: Api
    fixtures: Fixtures
    policy: Policy
    generator: ResponseGenerator
    events: Events | None = None
    targets: Targets = THIS_MACHINE
    makes_tools: bool = False
    owns_fixtures: bool = False
    remembers: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation with the part of each stage compiled.

    `key` is what is remembered of the operation in a scope; `drawn_from` begins what the chance of
    a request follows from, where it prefers nothing else. `plans` are those for the default
    status by Accept header, once they were made; those whose response does not vary are `ready`.
    """

    service: Service
    operation: Operation
    admission: Admission
    responses: Responses
    handler: "Handler | None"
    key: str = ""
    drawn_from: str = ""
    plans: dict[str | None, Plan] = field(default_factory=dict)
    ready: dict[str | None, Ready] = field(default_factory=dict)


_NOTHING: Mapping[str, Json] = MappingProxyType({})


class Exchange(msgspec.Struct):
    """One request and its circumstances: all that sources, handlers and templates may know.

    `endpoint` is None for a path or method that no document has; then `neighbour` is an operation
    of the same path, if there is one. `path_parameters` are raw text. `valid` is the request
    decoded, unless `refusal` says why it is rejected. `spent` is what it takes from the limits of
    the service, `limit` what templates say of them. `handler` is the operation's; `nearest` finds
    the path that was meant, where it leads nowhere. `subject` is the request as patterns see it.
    """

    request: Request
    service: Service | None
    chance: Chance
    now: datetime
    snapshot: Snapshot = msgspec.field(default_factory=lambda: EMPTY)
    seed: str = ""
    replay: Replay | None = None
    memory: Memory = msgspec.field(default_factory=Memory)
    endpoint: Endpoint | None = None
    neighbour: Endpoint | None = None
    path_parameters: Mapping[str, str] = _NOTHING
    preferences: Preferences = NOTHING
    valid: ValidRequest | None = None
    refusal: Problem | None = None
    limit: Mapping[str, Json] = _NOTHING
    spent: tuple[Effect, ...] = ()
    handler: "Handler | None" = None
    nearest: Callable[[str], str] | None = None
    subject: Subject | None = None
    _circumstances: Circumstances | None = None

    @property
    def api(self) -> str:
        """The service's name, empty where there is none."""
        return self.service.api.name if self.service else ""

    @property
    def operation(self) -> str:
        """The operation's id, empty where there is none."""
        return self.endpoint.operation.id if self.endpoint else ""

    @property
    def operation_key(self) -> str:
        """What is remembered of the operation is kept under this; empty where there is none."""
        return self.endpoint.key if self.endpoint else ""

    @property
    def fixtures(self) -> Fixtures:
        """Everything stored for the service."""
        return self.service.fixtures if self.service else Fixtures()

    @property
    def responses(self) -> Responses | None:
        """The responses of the operation, or of its neighbour."""
        endpoint = self.endpoint or self.neighbour
        return endpoint.responses if endpoint else None

    @property
    def targets(self) -> Targets:
        """Where the service may deliver webhooks."""
        return self.service.targets if self.service else THIS_MACHINE

    @property
    def chooses(self) -> bool:
        """Whether the request says which response of its operation it wants."""
        return self.endpoint is not None and self.preferences.chooses

    @property
    def digest(self) -> str:
        """The same for equal requests of one seed."""
        return self.chance.digest.hex()[:16]

    @property
    def id(self) -> str:
        """The exchange's name, the same in every run: scope, request, how often it came before."""
        before = self.memory.seen.get(self.chance.key, 0)
        return f"{self.memory.scope}/{self.digest}/{before}"

    @property
    def principal(self) -> Principal:
        """Who is asking."""
        return self.valid.principal if self.valid else ANYONE

    @property
    def credential(self) -> str:
        """What the client showed, also where it was not accepted."""
        return credential_of(self.request, self.valid)

    @property
    def body(self) -> Json:
        """The decoded body, None where there is none."""
        return self.valid.body if self.valid else None

    @property
    def query_parameters(self) -> Mapping[str, Json]:
        """The decoded query parameters by name."""
        return self.valid.parameters["query"] if self.valid else {}

    def path(self, name: str) -> str:
        """A path parameter as text."""
        return str(self.valid.parameters["path"].get(name, "")) if self.valid else ""

    def query(self, name: str) -> Json:
        """A query parameter's value, None where it was not sent."""
        return self.query_parameters.get(name)

    def fresh_id(self, prefix: str = "", length: int = 12) -> str:
        """An id that no record of this scope has: the same at the same point of every run."""
        return fresh_id(prefix, self.snapshot.sequence, length)

    @property
    def circumstances(self) -> Circumstances:
        """What makes the variables that templates have of every exchange."""
        made = self._circumstances
        if made is None:
            made = self._circumstances = Circumstances(
                self.request, self.chance, self.now, self.valid, self.path_parameters, self.limit
            )
        return made

    def variables(self, more: Mapping[str, Json], refusal: Problem | None = None) -> Variables:
        """The variables of a template: those of the exchange, `more` over them, the refusal's."""
        circumstances = self._circumstances or self.circumstances
        if refusal is not None:
            return refused_variables(more, circumstances, refusal)
        if type(more) is Variables and more.source is circumstances:
            return more
        return made_by(circumstances, more)

    def shaped(self, shape: str, **variables: Json) -> Json:
        """A record as the stored shape with this name has it; RenderError where there is none."""
        if (template := self.fixtures.shapes.get(shape)) is None:
            raise RenderError("fixtures", unknown("shape", shape, self.fixtures.shapes))
        return template.make(self.variables(variables))

    def respond(
        self,
        fixture: str,
        variables: Mapping[str, Json] | None = None,
        effects: Iterable[Effect] = (),
        *,
        delay_ms: int = 0,
        continuation: Continuation | None = None,
    ) -> Plan:
        """Plan the stored response with this id, and what happens beside it: for handlers.

        Where it is not stored, the best there is for the status that the id begins with, or, if the
        fixtures are the service's own, a LookupError. With a `continuation` a stream goes on with
        the events of the next part, while any other response waits and is the last part's.
        """
        endpoint, variables, effects = self.endpoint, variables or {}, tuple(effects)
        responses = endpoint.responses if endpoint is not None else self._own_responses()
        if (stored := responses.by_id.get(fixture)) is not None:
            status, source = stored.fixture.status, stored.fixture.source
            status = status or responses.status_of(stored)
            plan = Plan(status, "behaviour", source, stored, variables, (), effects, (), delay_ms)
            return replace(plan, continuation=continuation) if continuation else plan
        if self.service is not None and self.service.owns_fixtures:
            raise LookupError(unknown("stored response", fixture, responses.by_id))
        key = fixture.partition(".")[0]
        status = int(key) if key.isdigit() else responses.default_status
        selected = responses.select(status, self.request.header("accept"))
        plan = self.plan(selected, status, variables=variables)
        more = {"effects": effects, "delay_ms": delay_ms, "continuation": continuation}
        return plan if plan.problem is not None else replace(plan, **more)

    def refuse(self, refusal: Problem) -> Plan:
        """Reject the request: in the words of the service, or in the shape of the document.

        What is wrong with a preference is told in the service's words for it alone. The status is
        the first of the problem's that the operation documents by number, else the first of all:
        then a range or `default` describes it, or nothing.
        """
        responses, statuses = self.responses, refusal.type.statuses
        documented = responses.by_key if responses else {}
        status = next((each for each in statuses if str(each) in documented), statuses[0])
        fixture = self.fixtures.problems.get(refusal.type.name)
        if fixture is not None:
            status = fixture.status or status
        shaped = responses is not None and refusal.type.name not in OF_WISHES
        options = responses.for_status(status) if responses and shaped else None
        stored = prepare(fixture, fixture.media_type or "application/json") if fixture else None
        source = fixture.source if fixture else "generated"
        return Plan(status, "refusal", source, Refusal(refusal, options, stored), refusal.variables)

    def plan(
        self,
        selected: PreparedResponse | Generated | Problem,
        status: int | None = None,
        rule: str = "",
        variables: Mapping[str, Json] | None = None,
        chosen_by: str = "",
    ) -> Plan:
        """The plan for what was selected, by `rule` or by the one that what is stored is under."""
        if isinstance(selected, Problem):
            return self.refuse(selected)
        if isinstance(selected, Generated):
            status = status or self._own_responses().default_status
            return Plan(status, rule or "generated", "generated", selected, variables or {})
        source, rule = selected.fixture.source, rule or selected.rule
        status = self._own_responses().status_of(selected, status)
        return Plan(status, rule, source, selected, variables or {}, chosen_by=chosen_by)

    def _own_responses(self) -> Responses:
        assert self.responses is not None, "nobody chooses among responses where there are none"
        return self.responses


#: Answers the requests of one operation as its service would; None leaves it to the document.
Handler: TypeAlias = Callable[[Exchange], Plan | Problem | None]
