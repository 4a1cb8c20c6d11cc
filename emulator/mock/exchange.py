"""What an exchange is made of: the site it meets, what was asked, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from emulator.faults.base import Fault
from emulator.fixtures.cassettes.replay import Replay
from emulator.fixtures.load import Fixtures
from emulator.fixtures.templates.context import TemplateValues
from emulator.http.messages import EventStream, Response, Violation
from emulator.http.targets import THIS_MACHINE, Targets
from emulator.mock.generate import Maker
from emulator.mock.handlers import Behaviour, Events
from emulator.mock.preferences import NOTHING, Preferences
from emulator.mock.responses import Answers
from emulator.mock.state.store import Effect, Memory, Snapshot
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.routing.router import Router
from emulator.openapi.security.check import Guard, Policy
from emulator.openapi.validate.request import RequestPlan
from emulator.stubs.load import NO_FOLDER, StubFolder


@dataclass(frozen=True, slots=True)
class Service:
    """One API with everything stored for it, who may use it, and what can happen at it.

    `targets` are where it may deliver webhooks.
    """

    api: Api
    fixtures: Fixtures
    policy: Policy
    maker: Maker
    events: Events | None = None
    targets: Targets = THIS_MACHINE


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation with each stage's part compiled."""

    service: Service
    operation: Operation
    guard: Guard
    plan: RequestPlan
    answers: Answers
    behaviour: Behaviour | None


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that is served: where paths lead, and whose error shape a stray path gets.

    `claims` are path prefixes that belong to one service alone, longest first. `stubs` are those
    that every scope begins with; with `strict`, none may break a document. `replay` is what was
    recorded.
    """

    router: Router[Endpoint]
    claims: tuple[tuple[str, Service], ...]
    seed: str
    stubs: StubFolder = NO_FOLDER
    strict: bool = False
    replay: Replay | None = None

    def service_for(self, path: str) -> Service | None:
        """The service that has this path's neighbours; None where it could be anybody's."""
        for prefix, service in self.claims:
            if path == prefix or path.startswith(prefix + "/"):
                return service
        return None


@dataclass(frozen=True, slots=True)
class Trace:
    """Why an exchange was answered as it was.

    `fault` names those that struck, `missed` those that could not, and why.
    `violations` are what is wrong with the request; `breaches` are the ways in which the answer of
    a stub, whose id is `stub`, breaks the document. `fixture` is the id of the stored response that
    was sent (`404.default`), `trigger` the name of the trigger that chose it.
    """

    api: str = ""
    operation: str = ""
    rule: str = ""
    source: str = ""
    problem: str = ""
    fault: str = ""
    missed: str = ""
    forced: bool = False
    violations: tuple[Violation, ...] = ()
    stub: str = ""
    breaches: tuple[Violation, ...] = ()
    fixture: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Sequel:
    """How to come by the next part of an answer that waits.

    To be asked when the scope has changed, and at `at`; its outcome may have a sequel again.
    """

    ask: Callable[[Snapshot, datetime], "Outcome"]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: what to send, what goes wrong on the way, and what to remember.

    `exchange` names it, the same in every run.
    """

    answer: Response | EventStream
    trace: Trace
    effects: tuple[Effect, ...] = ()
    faults: tuple[Fault, ...] = ()
    delay_ms: int = 0
    exchange: str = ""
    sequel: Sequel | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, in which circumstances, and what the path led to.

    `spent` is what it takes from the service's limits, whatever comes of it.
    """

    site: Site
    memory: Memory
    values: TemplateValues
    service: Service | None
    endpoint: Endpoint | None
    preferences: Preferences = NOTHING
    spent: tuple[Effect, ...] = ()

    @property
    def fixtures(self) -> Fixtures:
        """Everything stored for the service."""
        return self.service.fixtures if self.service else Fixtures()

    @property
    def answers(self) -> Answers | None:
        """The operation's answers."""
        return self.endpoint.answers if self.endpoint else None

    @property
    def api(self) -> str:
        """The service's name, empty where there is none."""
        return self.service.api.name if self.service else ""

    @property
    def operation(self) -> str:
        """The operation's id, empty where there is none."""
        return self.endpoint.operation.id if self.endpoint else ""
