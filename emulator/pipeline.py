"""The road of a request, on one screen: every stage in order, pure and synchronous."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from emulator.apis.behaviour import Behaviour, Call, Rest
from emulator.auth.check import Guard, Policy, check_auth
from emulator.catalogue.load import Catalogue
from emulator.chance import Chance, chance_of
from emulator.decision.answers import Answers
from emulator.decision.decide import Decision, decide, refuse
from emulator.decision.preferences import NOTHING, Preferences, read_preferences
from emulator.errors import RenderError
from emulator.faults.table import Fault
from emulator.generation.generator import Ungeneratable
from emulator.messages import EventStream, Request, Response, Violation
from emulator.problems import Problem, problem
from emulator.rendering.maker import Maker
from emulator.rendering.render import render
from emulator.routing.router import Match, NoMethod, Router
from emulator.spec.model import Api, Operation
from emulator.state.store import Effect, Snapshot
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
class Sequel:
    """How to come by the next part of an answer that waits.

    To be asked when the scope has changed, and at `at`; its outcome may have a sequel again.
    """

    ask: Callable[[Snapshot, datetime], "Outcome"]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: what to send, what goes wrong on the way, and what to remember."""

    answer: Response | EventStream
    trace: Trace
    effects: tuple[Effect, ...] = ()
    fault: Fault | None = None
    delay_ms: int = 0
    sequel: Sequel | None = None


def handle(
    site: Site, remember: Callable[[str], Snapshot], request: Request, now: datetime
) -> Outcome:
    """Answer one request; never raises for anything a client can send.

    `remember` gives what a service, by its name, is like in the request's scope.
    """
    found = _route(site, request)
    if not isinstance(found, Match):
        return _unrouted(site, found, request, now)
    endpoint = found.target
    catalogue, operation = endpoint.service.catalogue, endpoint.operation
    preferences = read_preferences(request)
    stage: ValidRequest | Problem = _admit(endpoint, found.path, request, now)
    if isinstance(preferences, Problem):
        stage, preferences = preferences, NOTHING
    chance = _chance(preferences.seed or site.seed, operation.key, preferences.code, request)
    values = TemplateValues(request, found.path, chance, now)
    if isinstance(stage, ValidRequest):
        values = TemplateValues(stage, found.path, chance, now)
        snapshot = remember(endpoint.service.api.name)
        call = Call(stage, catalogue, snapshot, values)
        return _answer(endpoint, call, endpoint.behaviour, preferences)
    return _finish(
        endpoint.service,
        operation,
        refuse(catalogue, endpoint.answers, stage),
        preferences,
        values,
    )


def _route(site: Site, request: Request) -> Match[Endpoint] | NoMethod | None:
    found = site.router.find(request.method, request.path)
    if request.method == "HEAD" and not isinstance(found, Match):
        # RFC 9110, 9.3.2: whatever answers GET answers HEAD; delivery leaves the body out.
        instead = site.router.find("GET", request.path)
        return instead if isinstance(instead, Match) else found
    return found


def _admit(
    endpoint: Endpoint, path: Mapping[str, str], request: Request, now: datetime
) -> ValidRequest | Problem:
    """Authenticate, then validate: who may not ask learns nothing about the contract."""
    principal = check_auth(endpoint.guard, request, endpoint.service.policy, now.timestamp())
    if isinstance(principal, Problem):
        return principal
    return validate_request(endpoint.plan, request, path, principal)


def _answer(
    endpoint: Endpoint, call: Call, behaviour: Behaviour | None, preferences: Preferences
) -> Outcome:
    """Behave, decide, render; where the service waits, the outcome says how to go on."""
    decision = _choose(endpoint, call, behaviour, preferences)
    if isinstance(decision, Problem):
        decision = refuse(call.catalogue, endpoint.answers, decision)
    outcome = _finish(endpoint.service, endpoint.operation, decision, preferences, call.values)
    if decision.rest is None:
        return outcome
    ask = partial(_go_on, endpoint, call, decision.rest, replace(preferences, delay_ms=0))
    return replace(outcome, sequel=Sequel(ask, decision.rest.at))


def _go_on(
    endpoint: Endpoint,
    call: Call,
    rest: Rest,
    preferences: Preferences,
    snapshot: Snapshot,
    now: datetime,
) -> Outcome:
    later = replace(call, snapshot=snapshot, values=call.values.at(now))
    return _answer(endpoint, later, rest.ask, preferences)


def _choose(
    endpoint: Endpoint, call: Call, behaviour: Behaviour | None, preferences: Preferences
) -> Decision | Problem:
    """Behave, then decide."""
    said = None
    if behaviour is not None:
        try:
            said = behaviour(call)
        except RenderError as error:
            return problem("response-not-generated", str(error))
    return decide(endpoint.answers, call.request, said, preferences)


def _unrouted(site: Site, found: NoMethod | None, request: Request, now: datetime) -> Outcome:
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
    decision = refuse(service.catalogue if service else Catalogue(), answers, refusal)
    values = TemplateValues(request, {}, _chance(site.seed, "", None, request), now)
    return _finish(service, None, decision, NOTHING, values)


def _finish(
    service: Service | None,
    operation: Operation | None,
    decision: Decision,
    preferences: Preferences,
    values: TemplateValues,
) -> Outcome:
    """Render, and say why."""
    try:
        answer = render(decision, values, service.maker if service else None)
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
    return Outcome(answer, trace, decision.effects, preferences.fault, delay_ms)


def _chance(seed: str, operation: str, code: int | None, request: Request) -> Chance:
    """Chance for one answer: the same seed, operation, status wish and request draw the same."""
    target = (request.method, request.path, request.query)
    return chance_of(seed, operation, str(code), *target, body=request.body)
