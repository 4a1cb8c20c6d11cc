"""Faults in an exchange: which ones strike, what is decided then, and what the answer becomes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from emulator.errors import RenderError
from emulator.faults.base import Answer, Fault, FaultContext, NotApplicable
from emulator.fixtures.templates.context import TemplateValues
from emulator.http.messages import Json
from emulator.mock.decide import Decision, overrule
from emulator.mock.exchange import Asked
from emulator.mock.fault_rules.book import Exchange, Strikes, strike
from emulator.mock.fault_rules.rules import Place
from emulator.mock.state.scope_state import Answered, Ask, Seen, Struck
from emulator.mock.state.store import Effect
from emulator.openapi.validate.request import ValidRequest
from emulator.schema.chance import chance_of


def find_strikes(asked: Asked, decision: Decision) -> Strikes:
    """The faults for this exchange, which they and their log know by its name."""
    memory, values = asked.memory, asked.values
    digest = values.chance.digest.hex()[:16]
    exchange = Exchange(memory.scope, digest, memory.seen.get(digest, 0))
    book, wished = memory.faults, asked.preferences.fault
    if not (book.rules or book.replay is not None or wished or decision.faults):
        return Strikes(exchange)
    place = _place(asked, decision, _logical_call(values) or digest)
    seed = asked.site.seed
    struck = strike(book, wished, place, memory.tries, exchange, values.now, seed)
    if not decision.faults or book.replay is not None:
        # The faults of a stub are in the log of an earlier run as well.
        return struck
    chance = chance_of(seed, "stub", str(exchange))
    own = (fault.settled(chance) for fault in decision.faults)
    return replace(struck, faults=(*own, *struck.faults))


def overruled(asked: Asked, decision: Decision, faults: Sequence[Fault]) -> Decision:
    """What is decided where a fault has its own status."""
    for fault in faults:
        if fault.type.decides is not None:
            status, headers = fault.type.decides(fault.parameters)
            accept = asked.values.plain.header("accept")
            decision = overrule(asked.fixtures, asked.answers, decision, status, accept)
            decision = replace(decision, headers=headers)
    return decision


@dataclass(frozen=True, slots=True)
class Met:
    """An answer as its faults leave it: which struck, and why others could not, by name."""

    answer: Answer
    struck: tuple[Fault, ...] = ()
    missed: Mapping[str, str] = field(default_factory=dict)

    @property
    def happens(self) -> bool:
        """Whether what was asked for happens all the same."""
        return all(fault.after_execution for fault in self.struck)


def altered(
    asked: Asked, decision: Decision, answer: Answer, faults: Sequence[Fault], before: int = 0
) -> Met:
    """What becomes of an answer; a fault that can't strike it leaves it as it is.

    `before` counts the events that were sent already, of an answer that goes on.
    """
    if not faults:
        return Met(answer)
    context = _context(asked, decision, before)
    struck: list[Fault] = []
    missed: dict[str, str] = {}
    for fault in faults:
        try:
            after = fault.alter(answer, context)
        except RenderError as error:
            after = NotApplicable(" ".join(str(error).split()))
        if isinstance(after, NotApplicable):
            missed[fault.name] = after.reason
        else:
            answer = after
            struck.append(fault)
    return Met(answer, tuple(struck), missed)


def effects_of(
    asked: Asked, decision: Decision, plain: Answer, strikes: Strikes, met: Met
) -> tuple[Effect, ...]:
    """What to remember: what was counted, what happened, what was answered, which faults struck.

    `plain` is the answer before faults altered it.
    """
    effects: list[Effect] = [*asked.spent, *_attempt(asked)]
    effects += (Seen(strikes.exchange.digest), *strikes.tried)
    if met.happens:
        effects += decision.effects
    if asked.endpoint is not None and decision.rule != "fault":
        effects.append(Answered(_operation(asked), plain))
    if strikes.faults:
        request = asked.values.plain
        target, exchange = f"{request.method} {request.target}", str(strikes.exchange)
        effects.append(Struck(exchange, target, strikes.faults, met.missed))
    return tuple(effects)


def _operation(asked: Asked) -> str:
    return f"{asked.api} {asked.endpoint.operation.key}" if asked.endpoint else ""


def _context(asked: Asked, decision: Decision, before: int) -> FaultContext:
    def shape(name: str, more: Mapping[str, Json]) -> Json:
        template = asked.fixtures.shapes.get(name)
        return template(asked.values.all({**decision.variables, **more})) if template else None

    return FaultContext(
        request=asked.values.plain,
        chance=asked.values.chance,
        response=decision.response,
        schemas=asked.service.api.responses if asked.service else None,
        earlier=asked.memory.answers.get(_operation(asked)),
        before=before,
        goes_on=decision.rest is not None,
        shape=shape,
    )


def _place(asked: Asked, decision: Decision, call: str) -> Place:
    values, tool = asked.values, decision.variables.get("tool")
    claims = values.request.principal.claims if isinstance(values.request, ValidRequest) else None
    return Place(
        request=values.plain,
        api=asked.api,
        operation=asked.operation,
        tool=str(tool.get("slug", "")) if isinstance(tool, dict) else "",
        caller=(values.credential, str((claims or {}).get("sub", ""))),
        call=call,
    )


def _attempt(asked: Asked) -> Iterator[Effect]:
    """One more attempt of the logical call, where the request names it."""
    call = _logical_call(asked.values)
    if call and asked.endpoint is not None:
        yield Ask(asked.operation, call)


def _logical_call(values: TemplateValues) -> str:
    """What the client means to happen once, where the request names it."""
    named = values.plain.header("x-request-id") or values.plain.header("idempotency-key")
    if not named and isinstance(values.request, ValidRequest):
        body = values.request.body
        named = body.get("idempotency_key") if isinstance(body, dict) else None
    return named if isinstance(named, str) else ""
