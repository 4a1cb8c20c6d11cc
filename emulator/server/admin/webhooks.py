"""Deliveries to webhooks, and events on demand: `/__admin/deliveries`, `/__admin/webhooks`.

A posted event is handled like one of the service's own: its subscribers are notified.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from emulator.errors import RenderError
from emulator.http.messages import Json, Request
from emulator.http.times import moment
from emulator.mock.exchange import Exchange, Service
from emulator.mock.sources import follow_events
from emulator.mock.state.events import Deliver, Emit
from emulator.mock.state.store import Snapshot, Store
from emulator.schema.chance import chance_of
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import AdminCall, invalid_body, json_response, rejection
from emulator.server.webhooks.deliverer import Deliverer, WebhookDelivery


@dataclass(frozen=True, slots=True)
class WebhookHandlers:
    """The handlers of webhooks."""

    services: Mapping[str, Service]
    store: Store
    deliverer: Deliverer

    async def deliveries(self, call: AdminCall) -> Response:
        """The scope's deliveries; with `settled=true` once none is in progress."""
        if call.query.get("settled"):
            await self.deliverer.settled(call.scope)
        found = self.deliverer.deliveries(call.scope)
        return json_response({"deliveries": [_delivery(delivery) for delivery in found]})

    def emit(self, call: AdminCall) -> Response:
        """Emit an event."""
        name = call.path["name"]
        service = self.services.get(name)
        if service is None or service.events is None:
            having = ", ".join(sorted(n for n, each in self.services.items() if each.events))
            return rejection(
                404, f"no API with events is called {name!r}; {having or 'none'} has any"
            )
        event = Emit(call.body["type"], call.body.get("data", {}), call.body.get("metadata"))
        now = self.deliverer.clocks.now(call.scope)
        snapshot = self.store.memory(call.scope).service(name)
        exchange = _without_request(service, snapshot, now)
        known = service.events.types(exchange)
        if event.type not in known:
            message = f"there is no event {event.type!r}: {', '.join(known)}"
            return invalid_body([FieldError("/type", message)])
        try:
            effects = follow_events(service.events, exchange, (event,))
        except RenderError as error:
            return invalid_body([FieldError("/data", str(error))])
        self.store.apply(call.scope, name, effects, now)
        self.deliverer.apply(call.scope, name, effects)
        sent = [_head(effect) for effect in effects if isinstance(effect, Deliver)]
        return json_response({"deliveries": sent}, 202)


def _without_request(service: Service, snapshot: Snapshot, now: datetime) -> Exchange:
    """An exchange without a request, for events from outside."""
    chance = chance_of("event", str(snapshot.sequence))
    return Exchange(Request("POST", "/"), service, chance, now, snapshot)


def _head(message: Deliver | WebhookDelivery) -> dict[str, Json]:
    return {
        "id": message.id,
        "type": message.type,
        "subscription": message.subscription,
        "url": message.url,
    }


def _delivery(delivery: WebhookDelivery) -> dict[str, Json]:
    attempts = [
        {"at": moment(attempt.at), "status": attempt.status, "error": attempt.error}
        for attempt in delivery.attempts
    ]
    due = delivery.next_try
    return {
        "api": delivery.api,
        **_head(delivery),
        "state": delivery.state,
        "attempts": attempts,
        "next_try": None if due is None else moment(due),
    }
