"""What was delivered to webhooks, and events on demand: `/__admin/deliveries`, `/__admin/webhooks`.

An event that is posted happens as if the service had seen it: whoever subscribed to it is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from emulator.errors import RenderError
from emulator.fixtures.templates.context import TemplateValues
from emulator.http.messages import Json, Request
from emulator.http.times import moment
from emulator.mock.exchange import Service
from emulator.mock.handlers import Call, with_consequences
from emulator.mock.state.events import Deliver, Emit
from emulator.mock.state.store import Snapshot, Store
from emulator.openapi.security.check import ANYONE
from emulator.openapi.validate.request import ValidRequest
from emulator.schema.chance import chance_of
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import AdminCall, Route, answered, invalid, refused
from emulator.server.webhooks.deliverer import Deliverer, Delivery


@dataclass(frozen=True, slots=True)
class WebhookRoutes:
    """The routes of webhooks."""

    services: Mapping[str, Service]
    store: Store
    deliverer: Deliverer

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("GET", "/deliveries", self.deliveries),
            Route("POST", "/webhooks/{name}", self.emit),
        ]

    async def deliveries(self, call: AdminCall) -> Response:
        """The scope's deliveries; with `settled=true` when none is under way any more."""
        if call.query.get("settled"):
            await self.deliverer.settled(call.scope)
        found = self.deliverer.deliveries(call.scope)
        return answered({"deliveries": [_line(delivery) for delivery in found]})

    def emit(self, call: AdminCall) -> Response:
        """Let an event happen."""
        name = call.path["name"]
        service = self.services.get(name)
        if service is None or service.events is None:
            having = ", ".join(sorted(n for n, each in self.services.items() if each.events))
            return refused(
                404, f"no API with events is called {name!r}; {having or 'none'} has any"
            )
        event = Emit(call.body["type"], call.body.get("data", {}), call.body.get("metadata"))
        now = self.deliverer.clocks.now(call.scope)
        snapshot = self.store.memory(call.scope).service(name)
        happening = _happening(service, snapshot, now)
        known = service.events.types(happening)
        if event.type not in known:
            said = f"there is no event {event.type!r}: {', '.join(known)}"
            return invalid([FieldError("/type", said)])
        try:
            effects = with_consequences(service.events, happening, (event,))
        except RenderError as error:
            return invalid([FieldError("/data", str(error))])
        self.store.apply(call.scope, name, effects, now)
        self.deliverer.apply(call.scope, name, effects)
        sent = [_head(effect) for effect in effects if isinstance(effect, Deliver)]
        return answered({"deliveries": sent}, 202)


def _happening(service: Service, snapshot: Snapshot, now: datetime) -> Call:
    """A call that nobody sent, for what happens without one."""
    request = ValidRequest(Request("POST", "/"), ANYONE, {"path": {}, "query": {}})
    values = TemplateValues(request, {}, chance_of("event", str(snapshot.sequence)), now)
    return Call(request, service.fixtures, snapshot, values, service.targets)


def _head(message: Deliver | Delivery) -> dict[str, Json]:
    return {
        "id": message.id,
        "type": message.type,
        "subscription": message.subscription,
        "url": message.url,
    }


def _line(delivery: Delivery) -> dict[str, Json]:
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
