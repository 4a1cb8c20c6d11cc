"""Why a request was answered as it was, in the words of the trace."""

from emulator.http.media_types import base_type, is_json
from emulator.http.messages import AnyResponse, Violation
from emulator.mock.exchange import Exchange, Service
from emulator.mock.inject import Injected
from emulator.mock.outcome import Trace
from emulator.mock.plan import Plan
from emulator.mock.preferences import NOTHING
from emulator.mock.responses import Refusal
from emulator.mock.stored import PreparedResponse
from emulator.openapi.validate.response import validate_response

_NEAR = Violation("body", "", "schema", "no value of its schema was found; this comes near")
#: Who answers in front of the service: it spends none of its limits, and may break the document.
IN_FRONT = ("stub", "replay")

#: The traces that say nothing of one request alone, for the first so many.
_KNOWN: dict[tuple[str, str, str, str, str], Trace] = {}
_KNOWN_LIMIT = 10_000


def trace_of(
    exchange: Exchange, plan: Plan, plain: AnyResponse, injected: Injected | None
) -> Trace:
    """The trace of an exchange; `plain` is its response before faults altered it."""
    body, endpoint = plan.body, exchange.endpoint
    if (
        endpoint is None
        or injected is not None
        or plan.chosen_by
        or isinstance(body, Refusal)
        or exchange.preferences is not NOTHING
        or plan.rule in IN_FRONT
        or endpoint.service.generator.strayed
    ):
        return _trace(exchange, plan, plain, injected)
    fixture = body.fixture.id if type(body) is PreparedResponse else ""
    api, operation = endpoint.service.api.name, endpoint.operation.id
    key = (api, operation, plan.rule, plan.source, fixture)
    known = _KNOWN.get(key)
    if known is None:
        known = Trace(api, operation, plan.rule, plan.source, fixture=fixture)
        if len(_KNOWN) < _KNOWN_LIMIT:
            _KNOWN[key] = known
    return known


def _trace(exchange: Exchange, plan: Plan, plain: AnyResponse, injected: Injected | None) -> Trace:
    stored = plan.stored
    in_front = plan.rule in IN_FRONT
    is_stub, refusal = plan.rule == "stub", plan.problem
    wrong = refusal or (exchange.refusal if in_front else None)
    applied = injected.applied if injected is not None else ()
    skipped = injected.skipped if injected is not None else {}
    endpoint = exchange.endpoint
    preferred = endpoint is not None and exchange.preferences.forced
    # A response that was not made here may break the document, and one that only comes near does.
    may_break = in_front and bool(plan.status)
    if not in_front and endpoint is not None and endpoint.service.generator.strayed:
        may_break = _strays(endpoint.service, plan)
    return Trace(
        api=exchange.api,
        operation=exchange.operation,
        rule=plan.rule,
        source=plan.source,
        problem=refusal.type.name if refusal else "",
        fault=", ".join([fault.name for fault in applied]),
        skipped="; ".join([f"{name}: {reason}" for name, reason in skipped.items()]),
        # Somebody chose the response, so that it proves nothing about the service.
        forced=preferred or bool(applied) or is_stub,
        violations=wrong.violations if wrong else (),
        stub=plan.chosen_by if is_stub else "",
        # A cassette may hold no response at all, but what went wrong instead.
        breaches=_breaches(exchange, plain, in_front) if may_break else (),
        fixture=stored.fixture.id if stored is not None and not is_stub else "",
        trigger=plan.chosen_by if plan.rule == "trigger" else "",
        mapping=plan.mapping,
    )


def _strays(service: Service, plan: Plan) -> bool:
    """Whether a response is of a kind that only comes near to what is documented."""
    body = plan.body
    response = None if isinstance(body, AnyResponse) else body.response
    content = () if response is None else response.content
    return any(id(each) in service.generator.strayed for each in content)


def _breaches(exchange: Exchange, response: AnyResponse, in_front: bool) -> tuple[Violation, ...]:
    """In what a response breaks the document of its operation."""
    endpoint = exchange.endpoint
    if endpoint is None:
        return ()
    found = validate_response(endpoint.service.api, endpoint.operation, response)
    if found or in_front:
        return found
    # What is no JSON is not judged: it may break what it only comes near to.
    kinds = [value for name, value in response.headers if name == "content-type"]
    return () if any(is_json(base_type(each)) for each in kinds) else (_NEAR,)
