"""The response of an operation to a request about a record."""

from urllib.parse import quote

from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.backgrounds import background_of
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Composed, Plan
from emulator.mock.relations.pages import asks_for_page, is_page
from emulator.mock.relations.relate import related_to_request
from emulator.mock.remember.bodies import with_record
from emulator.mock.remember.fitting import Record
from emulator.mock.remember.kinds import RecordKind
from emulator.mock.remember.shapes import ResponseShape, record_shape
from emulator.mock.state.store import Effect
from emulator.mock.stored import PreparedResponse
from emulator.schema.instances import copied


def own_shape(
    kind: RecordKind, exchange: Exchange, status: int | None = None
) -> ResponseShape | None:
    """The shape of the operation's usual response, or of one with another status.

    Those of actions and of other statuses are found when they are asked for.
    """
    name = exchange.operation if status is None else f"{exchange.operation} {status}"
    if name not in kind.own and exchange.responses is not None:
        kind.own[name] = record_shape(
            kind.generator, exchange.responses, kind.wrappers, status, kind.resource.record
        )
    return kind.own.get(name)


def status_of_put(exchange: Exchange, *, made: bool) -> int | None:
    """What PUT answers where it made the record, or replaced one; None is the usual status."""
    by_key = exchange.responses.by_key if exchange.responses is not None else {}
    statuses = (201,) if made else (200, 204)
    return next((status for status in statuses if str(status) in by_key), None)


def answer_with(
    kind: RecordKind,
    exchange: Exchange,
    record: Record,
    effects: tuple[Effect, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    status: int | None = None,
    id: Json = None,
) -> Plan | None:
    """The operation's own response with this record in it, or without a body.

    It has its usual status unless another is given. `id` is what a new record is kept under.
    """
    shape = own_shape(kind, exchange, status)
    if shape is not None:
        whole = with_record(kind, shape, record, id)
        if whole is not None:
            whole = whole if effects else _on_page(exchange, shape, whole)
            body = Composed(shape.options.response, shape.media_type, whole)
            return Plan(
                shape.status, "resource", "generated", body, headers=headers, effects=effects
            )
    return usual_answer(exchange, effects, headers, status)


def usual_answer(
    exchange: Exchange,
    effects: tuple[Effect, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    status: int | None = None,
) -> Plan | None:
    """The operation's stored or generated response, whatever is remembered, with these effects."""
    endpoint = exchange.endpoint
    if endpoint is None:
        return None
    status = status or endpoint.responses.default_status
    selected = endpoint.responses.select(status, exchange.request.header("accept"))
    if isinstance(selected, Problem):
        return exchange.refuse(selected)
    plan = exchange.plan(selected, status)
    source = plan.source if isinstance(selected, PreparedResponse) else "generated"
    return Plan(plan.status, "resource", source, plan.body, headers=headers, effects=effects)


def _on_page(exchange: Exchange, shape: ResponseShape, whole: Json) -> Json:
    """A record that has a list, on the page that is asked for."""
    if not asks_for_page(exchange.query_parameters) or not is_page(whole):
        return whole
    return related_to_request(copied(whole), background_of(exchange), shape.is_valid)


def location_of(kind: RecordKind, exchange: Exchange, id: Json) -> tuple[tuple[str, str], ...]:
    """The Location of a new record, where the document speaks of one."""
    shape = own_shape(kind, exchange)
    endpoint = exchange.endpoint
    options = shape.options if shape else None
    if options is None and endpoint is not None:
        options = endpoint.responses.for_status(endpoint.responses.default_status)
    named = options and any(h.name.lower() == "location" for h in options.response.headers)
    if not named or not kind.resource.parameter:
        return ()
    path = exchange.request.path.rstrip("/")
    return (("location", f"{path}/{quote(str(id), safe='')}"),)
