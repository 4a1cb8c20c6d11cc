"""What was delivered to webhooks, and events on demand: `/__admin/deliveries`, `/__admin/webhooks`.

An event that is posted happens as if the service had seen it: whoever subscribed to it is told.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from emulator.admin.ledger import BAD_SCOPE, refused
from emulator.apis.behaviour import Call, with_consequences
from emulator.auth.check import ANYONE
from emulator.chance import chance_of
from emulator.delivery.dispatcher import scope_name
from emulator.encode import dump
from emulator.errors import RenderError
from emulator.messages import Json
from emulator.messages import Request as PlainRequest
from emulator.pipeline import Service
from emulator.state.store import Deliver, Emit, Snapshot, Store
from emulator.template_values import TemplateValues
from emulator.validation.request import ValidRequest
from emulator.webhooks.deliverer import Deliverer, Delivery

_FIELDS = {"type", "data", "metadata"}


def webhook_routes(
    services: Mapping[str, Service], store: Store, deliverer: Deliverer
) -> list[Route]:
    """The routes of one scope, which the header `Emulator-Scope` names."""

    async def deliveries(request: Request) -> Response:
        scope = scope_name(request.headers.get("emulator-scope"))
        if scope is None:
            return refused(400, BAD_SCOPE)
        if request.query_params.get("settled") == "true":
            await deliverer.settled(scope)
        return _answer(200, [_line(delivery) for delivery in deliverer.deliveries(scope)])

    async def emit(request: Request) -> Response:
        scope = scope_name(request.headers.get("emulator-scope"))
        if scope is None:
            return refused(400, BAD_SCOPE)
        name = request.path_params["name"]
        service = services.get(name)
        if service is None or service.events is None:
            having = ", ".join(sorted(n for n, each in services.items() if each.events)) or "none"
            return refused(404, f"no API with events is called {name!r}; with events: {having}")
        try:
            event = _event(await request.json())
        except ValueError as error:
            return refused(400, f"the body is no event: {error}")
        now = deliverer.clocks.now(scope)
        call = _call(service, store.snapshot(scope, name), now)
        known = service.events.types(call)
        if event.type not in known:
            return refused(400, f"there is no event {event.type!r}: {', '.join(known)}")
        try:
            effects = with_consequences(service.events, call, (event,))
        except RenderError as error:
            return refused(500, str(error))
        store.apply(scope, name, effects, now)
        deliverer.apply(scope, name, effects)
        sent = [effect for effect in effects if isinstance(effect, Deliver)]
        return _answer(202, [_head(message) for message in sent])

    return [Route("/deliveries", deliveries), Route("/webhooks/{name}", emit, methods=["POST"])]


def _event(body: Json) -> Emit:
    """The event in a body; ValueError with what is wrong with it."""
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        raise ValueError('write it like {"type": "…", "data": {…}}')
    for unknown in sorted(set(body) - _FIELDS):
        raise ValueError(f"unknown field {unknown!r}, one of {', '.join(sorted(_FIELDS))}")
    return Emit(body["type"], body.get("data", {}), body.get("metadata"))


def _call(service: Service, snapshot: Snapshot, now: datetime) -> Call:
    """A call that nobody sent, for what happens without one."""
    request = ValidRequest(PlainRequest("POST", "/"), ANYONE, {"path": {}, "query": {}})
    values = TemplateValues(request, {}, chance_of("event", str(snapshot.sequence)), now)
    return Call(request, service.catalogue, snapshot, values, service.targets)


def _answer(status: int, lines: list[dict[str, Json]]) -> Response:
    body = dump({"deliveries": lines})
    return Response(body, status_code=status, media_type="application/json")


def _head(message: Deliver | Delivery) -> dict[str, Json]:
    return {
        "id": message.id,
        "type": message.type,
        "subscription": message.subscription,
        "url": message.url,
    }


def _line(delivery: Delivery) -> dict[str, Json]:
    attempts = [
        {"at": _moment(attempt.at), "status": attempt.status, "error": attempt.error}
        for attempt in delivery.attempts
    ]
    due = delivery.next_try
    return {
        "api": delivery.api,
        **_head(delivery),
        "state": delivery.state,
        "attempts": attempts,
        "next_try": None if due is None else _moment(due),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"
