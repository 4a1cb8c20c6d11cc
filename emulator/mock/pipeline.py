"""The road of a request, on one screen: every stage in order, pure and synchronous."""

from datetime import datetime

from msgspec.structs import replace

from emulator.errors import RenderError
from emulator.faults.base import Fault
from emulator.http.messages import AnyResponse, EventStream, Request, Response
from emulator.http.problems import problem
from emulator.mock.admission import UNJUDGED, Judged, admit_at_once, key_for, open_exchange
from emulator.mock.examples import may_be_fitted
from emulator.mock.exchange import Endpoint, Exchange
from emulator.mock.fault_rules.book import NO_SELECTION, Selection
from emulator.mock.inject import Injected, inject, select, with_status
from emulator.mock.logical_call import logical_call
from emulator.mock.outcome import Outcome, Pending, Ready, Trace
from emulator.mock.plan import Continuation, Plan
from emulator.mock.preferences import NOTHING, is_plain
from emulator.mock.render import render, render_refused
from emulator.mock.responses import Refusal
from emulator.mock.site import Site
from emulator.mock.sources import choose
from emulator.mock.state.scope_state import CallAttempted, FaultsInjected
from emulator.mock.state.store import Memory, Snapshot
from emulator.mock.stored import PreparedResponse
from emulator.mock.trace import IN_FRONT, trace_of
from emulator.openapi.validate.request import ValidRequest
from emulator.schema.generate.generator import Ungeneratable


def handle(
    site: Site, memory: Memory, request: Request, now: datetime, judged: Judged = UNJUDGED
) -> Outcome:
    """Answer one request; never raises for anything a client can send."""
    routed = judged.routed or site.router.lookup(request.method, request.path)
    admitted = judged.admitted
    if judged is UNJUDGED and routed is not None and is_plain(request):
        admitted = admit_at_once(routed, request)
        ready = routed[0].ready
        if ready and isinstance(admitted, ValidRequest) and site.replay is None and memory.plain:
            found = ready.get(request.fields.get("accept"))
            if found is not None:
                return _of_ready(found, routed[0], memory, admitted)
    exchange = open_exchange(site, memory, request, now, routed, admitted, judged)
    plan = choose(exchange)
    selection = NO_SELECTION
    book = memory.faults
    if book.rules or book.replay is not None or plan.faults or exchange.preferences is not NOTHING:
        selection = select(exchange, plan)
        if selection.faults:
            return _with_faults(exchange, plan, selection)
    try:
        response = render(exchange, plan)
    except (RenderError, Ungeneratable) as error:
        plan, response = _not_rendered(exchange, error)
    outcome = _outcome(exchange, plan, response, selection, None)
    if exchange.handler is None:
        _keep(exchange, plan, response, outcome.trace)
    return outcome


def _of_ready(ready: Ready, endpoint: Endpoint, memory: Memory, valid: ValidRequest) -> Outcome:
    """The outcome of a request whose response was ready before it came."""
    request = valid.request
    key = key_for(endpoint, request)
    call = logical_call(request, valid)
    effects = (CallAttempted(endpoint.operation.id, call),) if call else ()
    turn = memory.seen.get(key, 0)
    response, trace = ready.response, ready.trace
    return Outcome(response, trace, effects, (), 0, None, key, turn, endpoint.key, None, ready)


def _keep(exchange: Exchange, plan: Plan, response: AnyResponse, trace: Trace) -> None:
    """Have the response ready for the next request, where that gets the same whoever asks."""
    endpoint, body = exchange.endpoint, plan.body
    accept = exchange.request.fields.get("accept")
    if (
        isinstance(body, PreparedResponse)
        and isinstance(response, Response)
        and body.headers is response.headers
        and body.content is response.body
        and endpoint is not None
        and endpoint.plans.get(accept) is plan
        and endpoint.responses.triggers is None
        and not endpoint.responses.pairs
        and not endpoint.service.fixtures.state.limits
        and exchange.preferences is NOTHING
        and not (endpoint.service.remembers and may_be_fitted(endpoint.operation, body))
    ):
        endpoint.ready[accept] = Ready(response, trace)


def _with_faults(exchange: Exchange, plan: Plan, selection: Selection) -> Outcome:
    """The outcome of an exchange that meets faults: of rules, a preference or a stub."""
    plan, plain = _render(exchange, with_status(exchange, plan, selection.faults))
    injected = inject(exchange, plan, plain, selection.faults)
    preferred = exchange.preferences.fault
    if preferred is not None and preferred.name in injected.skipped and plan.problem is None:
        detail = f"{preferred.name}: {injected.skipped[preferred.name]}"
        refused = exchange.refuse(problem("preference-invalid", detail))
        plan, plain = _render(exchange, refused)
        others = [fault for fault in selection.faults if fault.name != preferred.name]
        injected = inject(exchange, plan, plain, others)
    return _outcome(exchange, plan, plain, selection, injected)


def _render(exchange: Exchange, plan: Plan) -> tuple[Plan, AnyResponse]:
    """The response, or the refusal of one that can't be rendered; and what was planned then."""
    try:
        return plan, render(exchange, plan)
    except (RenderError, Ungeneratable) as error:
        return _not_rendered(exchange, error)


def _not_rendered(exchange: Exchange, error: Exception) -> tuple[Plan, AnyResponse]:
    refusal = Refusal(problem("response-not-generated", str(error)))
    failed = Plan(refusal.problem.type.status, "refusal", "generated", refusal)
    return failed, render_refused(exchange, failed, refusal)


def _outcome(
    exchange: Exchange,
    plan: Plan,
    plain: AnyResponse,
    selection: Selection,
    injected: Injected | None,
) -> Outcome:
    """What an exchange came to; `plain` is the response before faults, where there are any."""
    applied = injected.applied if injected is not None else ()
    executes = not applied or all(fault.after_execution for fault in applied)
    endpoint, memory, preferences = exchange.endpoint, exchange.memory, exchange.preferences
    effects = exchange.spent if plan.rule not in IN_FRONT else ()
    call = logical_call(exchange.request, exchange.valid) if endpoint is not None else ""
    if call:
        effects += (CallAttempted(exchange.operation, call),)
    effects += selection.tried
    if executes:
        effects += plan.effects
    if selection.faults and injected is not None:
        target = f"{exchange.request.method} {exchange.request.target}"
        skipped = injected.skipped
        effects += (FaultsInjected(exchange.id, target, selection.faults, skipped),)
    pending = None
    if executes and plan.continuation is not None:
        pending = _pending(exchange, plan.continuation, applied, _count(plain))
    delay_ms = plan.delay_ms
    if memory.stubs is not None and plan.rule != "stub":
        # The delay of the scope holds for all responses but those of stubs.
        delay_ms += memory.stubs.settings.delay.draw_ms(exchange.chance)
    if delay_ms < preferences.delay_ms:
        delay_ms = preferences.delay_ms
    key = exchange.chance.key
    return Outcome(
        plain if injected is None else injected.response,
        trace_of(exchange, plan, plain, injected),
        effects,
        applied,
        delay_ms,
        pending,
        key,
        memory.seen.get(key, 0),
        endpoint.key if endpoint is not None and plan.rule != "fault" else "",
        plain if applied else None,
    )


def _pending(
    exchange: Exchange, continuation: Continuation, faults: tuple[Fault, ...], before: int
) -> Pending:
    """How a response goes on that waits, after so many events; its faults apply to the whole."""

    def ask(snapshot: Snapshot, now: datetime) -> Outcome:
        later = replace(
            exchange,
            snapshot=snapshot,
            now=now,
            limit={},
            handler=continuation.handler,
            _circumstances=None,
        )
        part, plain = _render(later, choose(later))
        injected = inject(later, part, plain, faults, before)
        pending, sent = None, before + _count(plain)
        if part.continuation is not None:
            pending = _pending(later, part.continuation, faults, sent)
        told = replace(injected, applied=faults, skipped={})
        return Outcome(
            response=injected.response,
            trace=trace_of(later, part, plain, told),
            effects=part.effects,
            delay_ms=part.delay_ms,
            pending=pending,
        )

    return Pending(ask, continuation.at)


def _count(part: AnyResponse) -> int:
    return len(part.events) if isinstance(part, EventStream) else 0
