"""The road of a request, on one screen: every stage in order, pure and synchronous."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from emulator.errors import RenderError
from emulator.faults.base import Answer, Fault
from emulator.fixtures.load import Fixtures
from emulator.fixtures.templates.context import TemplateValues
from emulator.http.messages import EventStream, Request, Response, Violation
from emulator.http.problems import Problem, problem
from emulator.mock.decide import Decision, decide, refuse
from emulator.mock.exchange import Asked, Endpoint, Outcome, Sequel, Site, Trace
from emulator.mock.handlers import Behaviour, Call, behave
from emulator.mock.inject import Met, altered, effects_of, find_strikes, overruled
from emulator.mock.preferences import NOTHING, Preferences, read_preferences
from emulator.mock.render import render
from emulator.mock.replayed import replayed
from emulator.mock.state.metering import Reading, read_limits
from emulator.mock.state.store import Memory, Snapshot
from emulator.mock.stubbed import answer_breaches, delay_of, stubbed
from emulator.openapi.routing.router import Match, NoMethod
from emulator.openapi.security.check import check_auth
from emulator.openapi.validate.request import ValidRequest, validate_request
from emulator.schema.chance import Chance, chance_of
from emulator.schema.generate.generator import Ungeneratable


def handle(site: Site, memory: Memory, request: Request, now: datetime) -> Outcome:
    """Answer one request; never raises for anything a client can send."""
    found = _route(site, request)
    if not isinstance(found, Match):
        return _unrouted(site, memory, found, request, now)
    endpoint = found.target
    service, operation = endpoint.service, endpoint.operation
    preferences = read_preferences(request)
    snapshot = memory.service(service.api.name)
    stage: ValidRequest | Problem | Decision
    stage, reading = _admit(endpoint, found.path, snapshot, request, now)
    if isinstance(preferences, Problem):
        stage, preferences = preferences, NOTHING
    chance = _chance(preferences.seed or site.seed, operation.key, preferences.code, request)
    valid = stage if isinstance(stage, ValidRequest) else request
    values = TemplateValues(valid, found.path, chance, now, reading.told)
    if memory.stubs is not None or site.replay is not None:
        asked = Asked(site, memory, values, service, endpoint, preferences)
        refusal = stage if isinstance(stage, Problem) else None
        instead = stubbed(asked, refusal) or replayed(asked, refusal)
        if instead is not None:
            return _finish(asked, instead)
    if isinstance(stage, ValidRequest):
        call = Call(stage, service.fixtures, snapshot, values, service.targets)
        stage = _choose(endpoint, call, endpoint.behaviour, preferences)
    if isinstance(stage, Problem):
        stage = refuse(service.fixtures, endpoint.answers, stage)
    asked = Asked(site, memory, values, service, endpoint, preferences, reading.effects)
    return _finish(asked, stage)


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
    limits, usages = endpoint.service.fixtures.state.limits, snapshot.usages
    principal = check_auth(endpoint.guard, request, endpoint.service.policy, now.timestamp())
    if isinstance(principal, Problem):
        return principal, read_limits(limits, usages, None, now)
    counted_by = {"credential": principal.credential, "operation": endpoint.operation.id}
    reading = read_limits(limits, usages, counted_by, now)
    if reading.refusal is not None:
        return reading.refusal, reading
    return validate_request(endpoint.plan, request, path, principal), reading


def _choose(
    endpoint: Endpoint, call: Call, behaviour: Behaviour | None, preferences: Preferences
) -> Decision | Problem:
    """Behave, then decide."""
    said, service = None, endpoint.service
    if behaviour is not None:
        try:
            said = behave(behaviour, service.events, call)
        except RenderError as error:
            return problem("response-not-generated", str(error))
    return decide(endpoint.answers, call.request, said, preferences)


def _unrouted(
    site: Site, memory: Memory, found: NoMethod | None, request: Request, now: datetime
) -> Outcome:
    """A stub's or a recorded answer, 404, 405 with Allow, or that to OPTIONS (RFC 9110, 9.3.7)."""
    service, answers = site.service_for(request.path), None
    if memory.stubs is not None or site.replay is not None:
        wishes = read_preferences(request)
        preferences = NOTHING if isinstance(wishes, Problem) else wishes
        values = TemplateValues(request, {}, _chance(site.seed, "", None, request), now)
        asked = Asked(site, memory, values, service, None, preferences)
        instead = stubbed(asked, None) or replayed(asked, None)
        if instead is not None:
            return _finish(asked, instead)
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
    fixtures, reading = service.fixtures if service else Fixtures(), Reading()
    if service is not None:
        usages = memory.service(service.api.name).usages
        reading = read_limits(fixtures.state.limits, usages, None, now)
    decision = refuse(fixtures, answers, refusal)
    chance = _chance(site.seed, "", None, request)
    values = TemplateValues(request, {}, chance, now, reading.told)
    return _finish(Asked(site, memory, values, service, None), decision)


def _finish(asked: Asked, decision: Decision) -> Outcome:
    """Let faults strike, render, and say why."""
    strikes = find_strikes(asked, decision)
    decision, plain = _rendered(asked, overruled(asked, decision, strikes.faults))
    # A cassette may hold no answer at all, but what went wrong instead.
    judged = decision.stub or (decision.rule == "replay" and decision.status)
    breaches = answer_breaches(asked, decision, plain) if judged else ()
    met = altered(asked, decision, plain, strikes.faults)
    wished = asked.preferences.fault
    if wished is not None and wished.name in met.missed and decision.problem is None:
        wrong = problem("preference-invalid", f"{wished.name}: {met.missed[wished.name]}")
        decision, plain = _rendered(asked, refuse(asked.fixtures, asked.answers, wrong))
        others = [fault for fault in strikes.faults if fault.name != wished.name]
        met = altered(asked, decision, plain, others)
    effects = effects_of(asked, decision, plain, strikes, met)
    late_ms = decision.delay_ms if asked.memory.stubs is None else delay_of(asked, decision)
    delay_ms = max(asked.preferences.delay_ms, late_ms)
    exchange = str(strikes.exchange)
    return Outcome(
        answer=met.answer,
        trace=_trace(asked, decision, met, breaches),
        effects=effects,
        faults=met.struck,
        delay_ms=delay_ms,
        exchange=exchange,
        sequel=_sequel(asked, decision, met.struck, exchange, _count(plain))
        if met.happens
        else None,
    )


def _sequel(
    asked: Asked, decision: Decision, faults: tuple[Fault, ...], exchange: str, before: int
) -> Sequel | None:
    """How an answer goes on that waits, after so many events; its faults strike it as a whole."""
    endpoint, valid, rest = asked.endpoint, asked.values.request, decision.rest
    if endpoint is None or rest is None or not isinstance(valid, ValidRequest):
        return None

    def ask(snapshot: Snapshot, now: datetime) -> Outcome:
        later = replace(asked, values=asked.values.at(now))
        call = Call(valid, asked.fixtures, snapshot, later.values)
        stage = _choose(endpoint, call, rest.ask, NOTHING)
        if isinstance(stage, Problem):
            stage = refuse(asked.fixtures, asked.answers, stage)
        part, plain = _rendered(later, stage)
        answer = altered(later, part, plain, faults, before).answer
        return Outcome(
            answer=answer,
            trace=_trace(later, part, Met(answer, faults)),
            effects=part.effects,
            delay_ms=part.delay_ms,
            exchange=exchange,
            sequel=_sequel(later, part, faults, exchange, before + _count(plain)),
        )

    return Sequel(ask, rest.at)


def _count(part: Answer) -> int:
    return len(part.events) if isinstance(part, EventStream) else 0


def _trace(
    asked: Asked, decision: Decision, met: Met, breaches: tuple[Violation, ...] = ()
) -> Trace:
    refusal = decision.problem
    return Trace(
        api=asked.api,
        operation=asked.operation,
        rule=decision.rule,
        source=decision.source,
        problem=refusal.type.name if refusal else "",
        fault=", ".join(fault.name for fault in met.struck),
        missed="; ".join(f"{name}: {reason}" for name, reason in met.missed.items()),
        forced=asked.preferences.forced or bool(met.struck or decision.stub),
        violations=refusal.violations if refusal else decision.violations,
        stub=decision.stub,
        breaches=breaches,
        fixture="" if decision.stub or not decision.stored else decision.stored.fixture.id,
        trigger=decision.trigger,
    )


def _rendered(asked: Asked, decision: Decision) -> tuple[Decision, Answer]:
    """The answer, or the refusal of one that can't be rendered; and what was decided then."""
    maker = asked.service.maker if asked.service else None
    try:
        return decision, render(decision, asked.values, maker, asked.fixtures.headers)
    except (RenderError, Ungeneratable) as error:
        failed = refuse(Fixtures(), None, problem("response-not-generated", str(error)))
        return failed, render(failed, asked.values, None)


def _chance(seed: str, operation: str, code: int | None, request: Request) -> Chance:
    """Chance for one answer: the same seed, operation, status wish and request draw the same."""
    target = (request.method, request.path, request.query)
    return chance_of(seed, operation, str(code), *target, body=request.body)
