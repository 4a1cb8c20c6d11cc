"""The road of a request, on one screen: every stage in order, pure and synchronous."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from emulator.errors import RenderError
from emulator.faults.base import Fault
from emulator.http.messages import AnyResponse, EventStream, Request, Violation
from emulator.http.problems import problem
from emulator.mock.admission import open_exchange
from emulator.mock.exchange import Exchange
from emulator.mock.fault_rules.book import Selection
from emulator.mock.inject import inject, select, with_status
from emulator.mock.outcome import Outcome, Pending, Trace
from emulator.mock.plan import Plan
from emulator.mock.render import render, render_problem
from emulator.mock.responses import Refusal
from emulator.mock.site import Site
from emulator.mock.sources import choose
from emulator.mock.state.scope_state import CallAttempted, FaultsInjected, Responded
from emulator.mock.state.store import Effect, Memory, Snapshot
from emulator.openapi.validate.response import validate_response
from emulator.schema.generate.generator import Ungeneratable

#: Who answers in front of the service spends none of its limits.
_IN_FRONT = ("stub", "replay")


def handle(site: Site, memory: Memory, request: Request, now: datetime) -> Outcome:
    """Answer one request; never raises for anything a client can send."""
    exchange = open_exchange(site, memory, request, now)
    plan = choose(exchange)
    selection = select(exchange, plan)
    plan, plain = _render(exchange, with_status(exchange, plan, selection.faults))
    response, applied, skipped = inject(exchange, plan, plain, selection.faults)
    preferred = exchange.preferences.fault
    if preferred is not None and preferred.name in skipped and plan.problem is None:
        detail = f"{preferred.name}: {skipped[preferred.name]}"
        refused = exchange.refuse(problem("preference-invalid", detail))
        plan, plain = _render(exchange, refused)
        others = [fault for fault in selection.faults if fault.name != preferred.name]
        response, applied, skipped = inject(exchange, plan, plain, others)
    executes = all(fault.after_execution for fault in applied)
    return Outcome(
        response=response,
        trace=_trace(exchange, plan, plain, applied, skipped),
        effects=(
            *_counted(exchange, plan, selection),
            *(plan.effects if executes else ()),
            *_remembered(exchange, plan, plain, selection, skipped),
        ),
        faults=applied,
        delay_ms=max(exchange.preferences.delay_ms, _delay_ms(exchange, plan)),
        exchange=exchange.id,
        pending=_pending(exchange, plan, applied, _count(plain)) if executes else None,
    )


def _render(exchange: Exchange, plan: Plan) -> tuple[Plan, AnyResponse]:
    """The response, or the refusal of one that can't be rendered; and what was planned then."""
    try:
        return plan, render(exchange, plan)
    except (RenderError, Ungeneratable) as error:
        refusal = problem("response-not-generated", str(error))
        status = refusal.type.status
        failed = Plan(status, "refusal", "generated", Refusal(refusal))
        return failed, render_problem(refusal, status)


def _pending(
    exchange: Exchange, plan: Plan, faults: tuple[Fault, ...], before: int
) -> Pending | None:
    """How a response goes on that waits, after so many events; its faults apply to the whole."""
    continuation = plan.continuation
    if continuation is None:
        return None

    def ask(snapshot: Snapshot, now: datetime) -> Outcome:
        later = replace(
            exchange, snapshot=snapshot, now=now, limit={}, handler=continuation.handler
        )
        part, plain = _render(later, choose(later))
        response, _, _ = inject(later, part, plain, faults, before)
        return Outcome(
            response=response,
            trace=_trace(later, part, plain, faults, {}),
            effects=part.effects,
            delay_ms=part.delay_ms,
            exchange=exchange.id,
            pending=_pending(later, part, faults, before + _count(plain)),
        )

    return Pending(ask, continuation.at)


def _count(part: AnyResponse) -> int:
    return len(part.events) if isinstance(part, EventStream) else 0


def _counted(exchange: Exchange, plan: Plan, selection: Selection) -> Iterator[Effect]:
    """What counts whatever comes of the exchange: limits, attempts of a call, turns of rules."""
    if plan.rule not in _IN_FRONT:
        yield from exchange.spent
    call = exchange.logical_call if exchange.endpoint is not None else ""
    if call:
        yield CallAttempted(exchange.operation, call)
    yield from selection.tried


def _remembered(
    exchange: Exchange,
    plan: Plan,
    plain: AnyResponse,
    selection: Selection,
    skipped: Mapping[str, str],
) -> Iterator[Effect]:
    """What later exchanges need: the response before faults altered it, and the faults."""
    operation = exchange.operation_key if plan.rule != "fault" else ""
    yield Responded(exchange.digest, operation, plain)
    if selection.faults:
        target = f"{exchange.request.method} {exchange.request.target}"
        yield FaultsInjected(exchange.id, target, selection.faults, skipped)


def _delay_ms(exchange: Exchange, plan: Plan) -> int:
    """How late a response comes; the delay of the scope holds for all but those of stubs."""
    stubs = exchange.memory.stubs
    if stubs is None or plan.rule == "stub":
        return plan.delay_ms
    return plan.delay_ms + stubs.settings.delay.draw_ms(exchange.chance)


def _trace(
    exchange: Exchange,
    plan: Plan,
    plain: AnyResponse,
    applied: Sequence[Fault],
    skipped: Mapping[str, str],
) -> Trace:
    in_front = plan.rule in _IN_FRONT
    is_stub, refusal = plan.rule == "stub", plan.problem
    wrong = refusal or (exchange.refusal if in_front else None)
    return Trace(
        api=exchange.api,
        operation=exchange.operation,
        rule=plan.rule,
        source=plan.source,
        problem=refusal.type.name if refusal else "",
        fault=", ".join(fault.name for fault in applied),
        skipped="; ".join(f"{name}: {reason}" for name, reason in skipped.items()),
        forced=_is_forced(exchange, plan, applied),
        violations=wrong.violations if wrong else (),
        stub=plan.chosen_by if is_stub else "",
        # A cassette may hold no response at all, but what went wrong instead.
        breaches=_breaches(exchange, plain) if in_front and plan.status else (),
        fixture=plan.stored.fixture.id if plan.stored and not is_stub else "",
        trigger=plan.chosen_by if plan.rule == "trigger" else "",
    )


def _is_forced(exchange: Exchange, plan: Plan, applied: Sequence[Fault]) -> bool:
    """Whether somebody chose the response, so that it proves nothing about the service."""
    preferred = exchange.endpoint is not None and exchange.preferences.forced
    return preferred or bool(applied) or plan.rule == "stub"


def _breaches(exchange: Exchange, response: AnyResponse) -> tuple[Violation, ...]:
    """In what a response breaks the document of its operation."""
    endpoint = exchange.endpoint
    if endpoint is None:
        return ()
    return validate_response(endpoint.service.api, endpoint.operation, response)
