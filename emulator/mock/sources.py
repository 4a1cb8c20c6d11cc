"""The sources of a response, in the order of choice: see `choose`.

A source gives a plan, or None where it leaves the exchange to those after it. Known and unknown
paths take the same road: for an unknown path `admission` has the last word.
"""

import traceback
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from emulator.errors import RenderError
from emulator.fixtures.cassettes.recorded import Recorded, faults_of
from emulator.http.messages import Response
from emulator.http.nearest import did_you_mean
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Endpoint, Events, Exchange
from emulator.mock.pairs import paired
from emulator.mock.plan import Plan
from emulator.mock.preferences import NOTHING, Preferences
from emulator.mock.responses import Responses
from emulator.mock.state.events import Emit
from emulator.mock.state.scope_state import RequestSeen
from emulator.mock.state.store import Effect, Enter
from emulator.mock.stored import PreparedResponse, prepare
from emulator.openapi.security.check import credentials_shown
from emulator.schema.chance import chance_of
from emulator.stubs.book import StubBook
from emulator.stubs.matching.subject import Subject
from emulator.stubs.near import near_stub

#: Accept headers whose plan is kept for each operation, and how long they may be.
_PLANS_LIMIT, _ACCEPT_LIMIT = 20, 200
#: Names of examples that a message lists.
_NAMES_SHOWN = 20


def choose(exchange: Exchange) -> Plan:
    """The plan of the first source that has one; the last always has."""
    if exchange.preferences is not NOTHING and (plan := preference(exchange)) is not None:
        return plan
    if exchange.memory.stubs is not None and (plan := stub(exchange)) is not None:
        return plan
    if exchange.replay is not None and (plan := recording(exchange)) is not None:
        return plan
    endpoint = exchange.endpoint
    if exchange.refusal is not None or endpoint is None:
        if exchange.nearest is not None:
            _tell_what_was_meant(exchange, exchange.nearest, exchange.memory.stubs)
        return admission(exchange)
    if endpoint.responses.triggers is not None and (plan := trigger(exchange)) is not None:
        return plan
    if exchange.handler is not None and (plan := service(exchange)) is not None:
        return plan
    return documented(exchange, endpoint)


def _tell_what_was_meant(
    exchange: Exchange, nearest: Callable[[str], str], book: StubBook | None
) -> None:
    """Name the path, and the stub, that was meant by a path that is nobody's."""
    refusal = exchange.refusal
    if refusal is not None:
        near = nearest(exchange.request.path)
        detail = refusal.detail + (f"; did you mean {near}?" if near else "")
        if book is not None:
            detail += near_stub(book, exchange.subject or Subject(exchange.request))
        exchange.refusal = Problem(
            refusal.type, detail, refusal.violations, refusal.headers, refusal.variables
        )


def preference(exchange: Exchange) -> Plan | None:
    """The response that the request itself asks for: by status, by name, or generated.

    It proves nothing and changes nothing, but is refused like any other request.
    """
    if not exchange.chooses:
        return None
    responses = exchange.responses
    if responses is None:
        return None
    if exchange.refusal is not None:
        return exchange.refuse(exchange.refusal)
    preferences = exchange.preferences
    status = preferences.code or responses.default_status
    options = responses.for_status(status)
    undocumented = options is None or options.response.augmented
    if undocumented and status and (preferences.code or preferences.example is None):
        documented = ", ".join(responses.documented) or "none"
        detail = f"{status} is not documented; there is: {documented}"
        return exchange.refuse(problem("response-not-documented", detail))
    handled = handle_service(exchange)
    variables = handled.variables if isinstance(handled, Plan) else {}
    if preferences.example is not None:
        named = _named(responses, preferences)
        return exchange.plan(named, preferences.code, rule="preference", variables=variables)
    if not preferences.dynamic and isinstance(handled, Plan) and _is_stored(handled, status):
        return replace(handled, effects=(), continuation=None)
    accept = exchange.request.header("accept")
    selected = responses.select(status, accept, dynamic=preferences.dynamic)
    return exchange.plan(selected, status, rule="preference", variables=variables)


def stub(exchange: Exchange) -> Plan | None:
    """The response of a stub that matches, also for a request that would be rejected."""
    book = exchange.memory.stubs
    if book is None:
        return None
    subject = exchange.subject = exchange.subject or Subject(exchange.request)
    found = book.find(subject)
    if found is None:
        return None
    response, variables, chance = found.response, {}, exchange.chance
    delay = response.delay.over(book.settings.delay)
    if not response.fixture.constant or delay.distribution is not None:
        # What is drawn differs from one request to the next, also where they are equal.
        turn = exchange.memory.seen.get(chance.key, 0)
        chance = chance_of(chance.text, str(turn), body=chance.body) if turn else chance
    if not response.fixture.constant:
        from emulator.stubs.values import stub_values  # late, as Jinja2 is

        path = found.path_parameters(subject)
        variables = stub_values(subject, chance, exchange.now, path, response.parameters)
    moves = found.scenario is not None and found.new is not None
    return Plan(
        status=response.status,
        rule="stub",
        source="stub",
        body=prepare(response.fixture, response.fixture.media_type),
        variables=variables,
        effects=(Enter(found.scenario or "", found.new or ""),) if moves else (),
        faults=response.faults,
        delay_ms=delay.draw_ms(chance),
        chosen_by=found.id,
        mapping=found,
    )


def recording(exchange: Exchange) -> Plan | None:
    """The recorded response, also for a request that would be rejected.

    Where nothing was recorded, None, or the refusal of a cassette that is strict.
    """
    replay, request, endpoint = exchange.replay, exchange.request, exchange.endpoint
    if replay is None or request.oversize is not None:
        return None
    refusal = exchange.refusal
    admitted = refusal is None or not refusal.type.name.startswith("credentials-")
    credentials = credentials_shown(endpoint.admission.guard, request) if endpoint else ()
    for track in replay.tracks_for(exchange.api):
        counter, found = track.find(request, credentials, admitted=admitted)
        if found:
            turn = exchange.memory.seen.get(counter, 0)
            return _recorded(found[min(turn, len(found) - 1)], counter)
    if replay.strict and admitted and replay.tracks_for(exchange.api):
        detail = f"{request.method} {request.target} was not recorded in {replay.folder}"
        return exchange.refuse(problem("exchange-not-recorded", detail))
    return None


def admission(exchange: Exchange) -> Plan:
    """The refusal of a request that is not let in; OPTIONS is answered by the path's methods."""
    refusal = exchange.refusal
    assert refusal is not None, "whatever leads to no operation is refused"
    if refusal.type.name == "method-not-allowed" and exchange.request.method == "OPTIONS":
        # RFC 9110, 9.3.7.
        return Plan(204, "options", "", Response(204, refusal.headers))
    return exchange.refuse(refusal)


def trigger(exchange: Exchange) -> Plan | None:
    """The response that a value in an ordinary request chooses."""
    endpoint, valid = exchange.endpoint, exchange.valid
    if endpoint is None or valid is None or endpoint.responses.triggers is None:
        return None
    found = endpoint.responses.triggers.find(valid)
    stored = endpoint.responses.by_id.get(found.answer) if found is not None else None
    if found is None or stored is None:
        return None
    handled = handle_service(exchange)
    variables = handled.variables if isinstance(handled, Plan) else {}
    return exchange.plan(stored, rule="trigger", variables=variables, chosen_by=found.name)


def service(exchange: Exchange) -> Plan | None:
    """What the service's own handler makes of the request."""
    handled = handle_service(exchange)
    return exchange.refuse(handled) if isinstance(handled, Problem) else handled


def documented(exchange: Exchange, endpoint: Endpoint) -> Plan:
    """The best there is for the default status: a fixture, an example, or a generated response.

    It is the same for every request with the same Accept; one that accepts none is rejected.
    """
    if endpoint.responses.pairs and (plan := pair(exchange, endpoint.responses)) is not None:
        return plan
    accept = exchange.request.fields.get("accept")
    plan = endpoint.plans.get(accept)
    if plan is None:
        status = endpoint.responses.default_status
        plan = exchange.plan(endpoint.responses.select(status, accept), status)
        short = accept is None or len(accept) <= _ACCEPT_LIMIT
        if short and plan.problem is None and len(endpoint.plans) < _PLANS_LIMIT:
            endpoint.plans[accept] = plan
    return plan


def pair(exchange: Exchange, responses: Responses) -> Plan | None:
    """The example of a response that has the name of the example which was sent."""
    name = paired(responses.pairs, exchange.valid) if exchange.valid is not None else None
    named = _named(responses, Preferences(example=name)) if name is not None else None
    accepted = isinstance(named, PreparedResponse) and named.valid
    if not accepted or named is None:
        return None
    return exchange.plan(named, chosen_by=name or "")


def handle_service(exchange: Exchange) -> Plan | Problem | None:
    """What the operation's handler makes of a valid request; None where it leaves the choice."""
    service, handler = exchange.service, exchange.handler
    if service is None or handler is None or exchange.valid is None:
        return None
    try:
        handled = handler(exchange)
        if isinstance(handled, Plan):
            effects = follow_events(service.events, exchange, handled.effects)
            return handled if effects is handled.effects else replace(handled, effects=effects)
    except RenderError as error:
        return problem("response-not-generated", str(error))
    except Exception as error:  # a handler may be somebody else's, and is not the client's mistake
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
        return _handler_failed(exchange, f"raised {reason}")
    if handled is None or isinstance(handled, Problem):
        return handled
    return _handler_failed(exchange, f"returned {type(handled).__name__}, which is no Plan")


def _handler_failed(exchange: Exchange, reason: str) -> Problem:
    return problem("handler-failed", f"the handler of {exchange.operation} {reason}")


def follow_events(
    events: Events | None, exchange: Exchange, effects: tuple[Effect, ...]
) -> tuple[Effect, ...]:
    """Replace each event among the effects by the effects its subscribers produce."""
    for effect in effects:
        if type(effect) is Emit:
            break
    else:
        return effects
    emitted = [effect for effect in effects if type(effect) is Emit]
    others: list[Effect] = [effect for effect in effects if type(effect) is not Emit]
    if events is not None:
        others += events.follow(exchange, emitted)
    return tuple(others)


def _named(responses: Responses, preferences: Preferences) -> PreparedResponse | Problem:
    """The preferred example: of the preferred status, or else the first by that name of any."""
    name, code = preferences.example or "", preferences.code
    usual = responses.for_status(code or responses.default_status)
    places = (usual,) if code else (usual, *responses.by_key.values())
    for options in places:
        found = options.named(name) if options is not None else None
        if found is not None:
            return found
    every = (s for o in places if o for each in o.stored.values() for s in each)
    names = list(dict.fromkeys(stored.fixture.name for stored in every))
    listed = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
    place = f"{code} has" if code else "the operation has"
    detail = f"{place} no example {name!r}; there is: {listed or 'none'}"
    return problem("response-not-documented", detail + did_you_mean(name, names))


def _is_stored(handled: Plan, status: int) -> bool:
    """Whether a handler chose a stored response of its own for this status."""
    stored = handled.stored if handled.rule == "behaviour" else None
    return stored is not None and stored.fixture.status == status


def _recorded(recorded: Recorded, counter: str) -> Plan:
    return Plan(
        status=recorded.status,
        rule="replay",
        source="recorded",
        body=recorded.answer or Response(0),
        faults=faults_of(recorded),
        effects=(RequestSeen(counter),),
    )
