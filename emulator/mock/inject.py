"""Fault injection: which faults an exchange meets, and what its response becomes by them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http.client import responses as reason_phrases

import msgspec

from emulator.errors import RenderError
from emulator.faults.base import Fault, FaultContext, NotApplicable
from emulator.http.messages import AnyResponse, Json
from emulator.http.problems import PROBLEM_TYPES, Problem
from emulator.mock.exchange import Exchange
from emulator.mock.fault_rules.book import Selection, select_faults
from emulator.mock.fault_rules.rules import RequestFacts
from emulator.mock.logical_call import logical_call
from emulator.mock.plan import Plan
from emulator.schema.chance import chance_of


class Injected(msgspec.Struct, frozen=True):
    """A response with its faults applied; those faults, and why others were skipped, by name."""

    response: AnyResponse
    applied: tuple[Fault, ...] = ()
    skipped: Mapping[str, str] = {}


def select(exchange: Exchange, plan: Plan) -> Selection:
    """The faults of an exchange: its own, those of the rules that match it, those of its stub."""
    memory, preferred = exchange.memory, exchange.preferences.fault
    book = memory.faults
    facts, seed = _facts(exchange, plan), exchange.seed
    selection = select_faults(
        book, preferred, facts, memory.rule_counts, exchange.id, exchange.now, seed
    )
    if not plan.faults or book.replay is not None:
        # The faults of a stub are in the log of an earlier run as well.
        return selection
    chance = chance_of(seed, "stub", exchange.id)
    own = (fault.settled(chance) for fault in plan.faults)
    return replace(selection, faults=(*own, *selection.faults))


def with_status(exchange: Exchange, plan: Plan, faults: Sequence[Fault]) -> Plan:
    """The plan, or another one where a fault has a status of its own; the effects stay."""
    for fault in faults:
        if fault.type.decides is not None:
            status, headers = fault.type.decides(fault.parameters)
            other = _fail_with(exchange, plan, status)
            plan = msgspec.structs.replace(
                other, rule="fault", effects=plan.effects, headers=headers
            )
    return plan


def _fail_with(exchange: Exchange, plan: Plan, status: int) -> Plan:
    """What is stored or documented for a status, else a refusal in the shape of the service."""
    responses = exchange.responses
    options = responses.for_status(status) if responses else None
    if responses is not None and options is not None and not options.response.augmented:
        selected = responses.select(status, exchange.request.header("accept"))
        if not isinstance(selected, Problem):
            return exchange.plan(selected, status, variables=plan.variables)
    kind = replace(PROBLEM_TYPES["fault-injected"], statuses=(status,))
    phrase = reason_phrases.get(status, f"Error {status}")
    variables = {**plan.variables, "phrase": phrase}
    refusal = Problem(kind, f"a fault answers with {status}", variables=variables)
    return exchange.refuse(refusal)


def inject(
    exchange: Exchange, plan: Plan, response: AnyResponse, faults: Sequence[Fault], before: int = 0
) -> Injected:
    """The response with its faults applied.

    `before` counts the events that were sent already, of a response that goes on.
    """
    if not faults:
        return Injected(response)
    context = _context(exchange, plan, before)
    applied: list[Fault] = []
    skipped: dict[str, str] = {}
    for fault in faults:
        try:
            after = fault.alter(response, context)
        except RenderError as error:
            after = NotApplicable(" ".join(str(error).split()))
        if isinstance(after, NotApplicable):
            skipped[fault.name] = after.reason
        else:
            response = after
            applied.append(fault)
    return Injected(response, tuple(applied), skipped)


def _context(exchange: Exchange, plan: Plan, before: int) -> FaultContext:
    def shape(name: str, more: Mapping[str, Json]) -> Json:
        template = exchange.fixtures.shapes.get(name)
        return template(exchange.variables({**plan.variables, **more})) if template else None

    return FaultContext(
        request=exchange.request,
        chance=exchange.chance,
        response=plan.documented,
        schemas=exchange.service.api.responses if exchange.service else None,
        earlier=exchange.memory.responses.get(exchange.operation_key),
        before=before,
        goes_on=plan.continuation is not None,
        shape=shape,
    )


def _facts(exchange: Exchange, plan: Plan) -> RequestFacts:
    tool, claims = plan.variables.get("tool"), exchange.principal.claims or {}
    return RequestFacts(
        request=exchange.request,
        api=exchange.api,
        operation=exchange.operation,
        tool=str(tool.get("slug", "")) if isinstance(tool, dict) else "",
        caller=(exchange.credential, str(claims.get("sub", ""))),
        call=logical_call(exchange.request, exchange.valid) or exchange.digest,
        subject=exchange.subject,
    )
