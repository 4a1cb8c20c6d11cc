"""Running the handler of a service, with what follows from the events it emits."""

from collections.abc import Sequence
from dataclasses import replace

from emulator.errors import RenderError
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Events, Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.events import Emit
from emulator.mock.state.store import Effect


def handle_service(exchange: Exchange) -> Plan | Problem | None:
    """What the operation's handler makes of a valid request; None where it leaves the choice."""
    service, handler = exchange.service, exchange.handler
    if service is None or handler is None or exchange.valid is None:
        return None
    try:
        handled = handler(exchange)
        if not isinstance(handled, Plan) or not any(isinstance(e, Emit) for e in handled.effects):
            return handled
        return replace(handled, effects=follow_events(service.events, exchange, handled.effects))
    except RenderError as error:
        return problem("response-not-generated", str(error))


def follow_events(
    events: Events | None, exchange: Exchange, effects: Sequence[Effect]
) -> tuple[Effect, ...]:
    """Replace each event among the effects by the effects its subscribers produce."""
    emitted = [effect for effect in effects if isinstance(effect, Emit)]
    if not emitted:
        return tuple(effects)
    others = tuple(effect for effect in effects if not isinstance(effect, Emit))
    return others if events is None else (*others, *events.follow(exchange, emitted))
