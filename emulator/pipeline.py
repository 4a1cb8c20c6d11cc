"""The road of a request, on one screen: every stage in order, pure and synchronous."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from emulator.apis.behaviour import Behaviour, Call
from emulator.auth.check import Guard, Policy, check_auth
from emulator.catalogue.load import Catalogue
from emulator.chance import Chance, chance_of
from emulator.decision.answers import Answers
from emulator.decision.decide import Decision, decide, refuse
from emulator.decision.preferences import NOTHING, Preferences, read_preferences
from emulator.errors import RenderError
from emulator.faults.table import Fault
from emulator.generation.generator import Ungeneratable
from emulator.messages import EventStream, Json, Request, Response, Violation
from emulator.problems import Problem, problem
from emulator.rendering.maker import Maker
from emulator.rendering.render import render
from emulator.routing.router import Match, NoMethod, Router
from emulator.spec.model import Api, Operation
from emulator.state.metering import Reading, read_limits
from emulator.state.store import Ask, Effect, Snapshot
from emulator.template_values import TemplateValues
from emulator.validation.request import RequestPlan, ValidRequest, validate_request


@dataclass(frozen=True, slots=True)
class Service:
    """One API with everything stored for it and who may use it."""

    api: Api
    catalogue: Catalogue
    policy: Policy
    maker: Maker


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

    `claims` are path prefixes that belong to one service alone, longest first.
    """

    router: Router[Endpoint]
    claims: tuple[tuple[str, Service], ...]
    seed: str

    def service_for(self, path: str) -> Service | None:
        """The service that has this path's neighbours; None where it could be anybody's."""
        for prefix, service in self.claims:
            if path == prefix or path.startswith(prefix + "/"):
                return service
        return None


@dataclass(frozen=True, slots=True)
class Trace:
    """Why an exchange was answered as it was."""

    api: str = ""
    operation: str = ""
    rule: str = ""
    source: str = ""
    problem: str = ""
    fault: str = ""
    forced: bool = False
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: what to send, what goes wrong on the way, and what to remember."""

    answer: Response | EventStream
    trace: Trace
    effects: tuple[Effect, ...] = ()
    fault: Fault | None = None
    delay_ms: int = 0


def handle(
    site: Site, remember: Callable[[str], Snapshot], request: Request, now: datetime
) -> Outcome:
    """Answer one request; never raises for anything a client can send.

    `remember` gives what a service, by its name, is like in the request's scope.
    """
    found = _route(site, request)
    if not isinstance(found, Match):
        return _unrouted(site, found, remember, request, now)
    endpoint = found.target
    service, operation = endpoint.service, endpoint.operation
    preferences = read_preferences(request)
    snapshot = remember(service.api.name)
    stage: ValidRequest | Problem | Decision
    stage, reading = _admit(endpoint, found.path, snapshot, request, now)
    counted: tuple[Effect, ...] = (*reading.effects, *_asked(operation, request, stage))
    if isinstance(preferences, Problem):
        stage, preferences = preferences, NOTHING
    chance = _chance(preferences.seed or site.seed, operation.key, preferences.code, request)
    valid = stage if isinstance(stage, ValidRequest) else request
    values = TemplateValues(valid, found.path, chance, now, reading.told)
    if isinstance(stage, ValidRequest):
        stage = _choose(endpoint, stage, snapshot, preferences, values)
    if isinstance(stage, Problem):
        stage = refuse(service.catalogue, endpoint.answers, stage)
    return _finish(service, operation, stage, preferences, values, counted)


def _route(site: Site, request: Request) -> Match[Endpoint] | NoMethod | None:
    found = site.router.find(request.method, request.path)
    if request.method == "HEAD" and not isinstance(found, Match):
        # RFC 9110, 9.3.2: whatever answers GET answers HEAD; delivery leaves the body out.
        instead = site.router.find("GET", request.path)
        return instead if isinstance(instead, Match) else found
    return found


def _admit(
    endpoint: Endpoint,
    path: Mapping[str, str],
    snapshot: Snapshot,
    request: Request,
    now: datetime,
) -> tuple[ValidRequest | Problem, Reading]:
    """Authenticate, count, then validate: who may not ask learns nothing about the contract."""
    limits, usages = endpoint.service.catalogue.state.limits, snapshot.usages
    principal = check_auth(endpoint.guard, request, endpoint.service.policy, now.timestamp())
    if isinstance(principal, Problem):
        return principal, read_limits(limits, usages, None, now)
    counted_by = {"credential": principal.credential, "operation": endpoint.operation.id}
    reading = read_limits(limits, usages, counted_by, now)
    if reading.refusal is not None:
        return reading.refusal, reading
    return validate_request(endpoint.plan, request, path, principal), reading


def _asked(operation: Operation, request: Request, stage: ValidRequest | Problem) -> Iterator[Ask]:
    """The logical call that was asked for, where the request names it."""
    named: Json = request.header("x-request-id")
    if not named and isinstance(stage, ValidRequest) and isinstance(stage.body, dict):
        named = stage.body.get("idempotency_key")
    if named and isinstance(named, str):
        yield Ask(operation.id, named)


def _choose(
    endpoint: Endpoint,
    valid: ValidRequest,
    snapshot: Snapshot,
    preferences: Preferences,
    values: TemplateValues,
) -> Decision | Problem:
    """Behave, then decide."""
    said = None
    if endpoint.behaviour is not None:
        try:
            said = endpoint.behaviour(Call(valid, endpoint.service.catalogue, snapshot, values))
        except RenderError as error:
            return problem("response-not-generated", str(error))
    return decide(endpoint.answers, valid, said, preferences)


def _unrouted(
    site: Site,
    found: NoMethod | None,
    remember: Callable[[str], Snapshot],
    request: Request,
    now: datetime,
) -> Outcome:
    """404, 405 with Allow, or the answer to OPTIONS (RFC 9110, 9.3.7 and 15.5.6)."""
    service, answers = site.service_for(request.path), None
    if isinstance(found, NoMethod):
        if isinstance(found.target, Endpoint):
            service, answers = found.target.service, found.target.answers
        allow = ("allow", ", ".join(sorted({*found.allowed, "OPTIONS"})))
        if request.method == "OPTIONS":
            trace = Trace(api=service.api.name if service else "", rule="options")
            return Outcome(Response(204, (allow,)), trace)
        detail = f"{request.method} is not a method of this path; {allow[1]} are"
        refusal = problem("method-not-allowed", detail, headers=(allow,))
    else:
        refusal = problem("path-not-found", f"no operation has the path {request.path}")
    catalogue = service.catalogue if service else Catalogue()
    decision = refuse(catalogue, answers, refusal)
    reading = Reading()
    if service is not None:
        usages = remember(service.api.name).usages
        reading = read_limits(catalogue.state.limits, usages, None, now)
    chance = _chance(site.seed, "", None, request)
    values = TemplateValues(request, {}, chance, now, reading.told)
    return _finish(service, None, decision, NOTHING, values)


def _finish(
    service: Service | None,
    operation: Operation | None,
    decision: Decision,
    preferences: Preferences,
    values: TemplateValues,
    counted: tuple[Effect, ...] = (),
) -> Outcome:
    """Render, and say why. `counted` happens whatever is answered."""
    try:
        maker, shared = (service.maker, service.catalogue.headers) if service else (None, ())
        answer = render(decision, values, maker, shared)
    except (RenderError, Ungeneratable) as error:
        failed = problem("response-not-generated", str(error))
        decision = refuse(Catalogue(), None, failed)
        answer = render(decision, values, None)
    refusal = decision.problem
    trace = Trace(
        api=service.api.name if service else "",
        operation=operation.id if operation else "",
        rule=decision.rule,
        source=decision.source,
        problem=refusal.type.name if refusal else "",
        fault=preferences.fault.type.name if preferences.fault else "",
        forced=preferences.forced,
        violations=refusal.violations if refusal else (),
    )
    delay_ms = max(preferences.delay_ms, decision.delay_ms)
    effects = (*counted, *decision.effects)
    return Outcome(answer, trace, effects, preferences.fault, delay_ms)


def _chance(seed: str, operation: str, code: int | None, request: Request) -> Chance:
    """Chance for one answer: the same seed, operation, status wish and request draw the same."""
    target = (request.method, request.path, request.query)
    return chance_of(seed, operation, str(code), *target, body=request.body)
