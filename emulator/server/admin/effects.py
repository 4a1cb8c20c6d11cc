"""What requests caused in a scope: tool executions, events, deliveries to webhooks.

A posted event is handled like one of the service's own: its subscribers are notified.
"""

from collections import Counter
from datetime import datetime

from starlette.responses import Response

from emulator.errors import RenderError
from emulator.http.encode import dump, moment
from emulator.http.messages import Json, Request
from emulator.http.nearest import unknown
from emulator.mock.exchange import Exchange, Service
from emulator.mock.sources import follow_events
from emulator.mock.state.events import Deliver, Emit
from emulator.mock.state.store import Execute, Snapshot
from emulator.schema.chance import chance_of
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import AdminCall, existing, invalid_body, json_response
from emulator.server.admin.long import json_array, listing
from emulator.server.webhooks.deliverer import WebhookDelivery


def executions(call: AdminCall) -> Response:
    """The tool executions, and how often each logical call was requested and executed."""
    entries = call.store.executions(call.scope)
    executed = Counter((each.api, each.call) for each in entries)
    calls = [
        {
            "api": each.api,
            "operation": each.operation,
            "call": each.call,
            "attempts": each.attempts,
            "executions": executed[each.api, each.call],
        }
        for each in call.store.calls(call.scope)
    ]
    after = b"," + dump({"calls": calls})[1:]
    each_one = (dump(_execution(each)) for each in entries)
    return listing(entries, json_array(b'{"executions":', each_one, after))


async def deliveries(call: AdminCall) -> Response:
    """The scope's deliveries; with `settled=true` once none is in progress."""
    deliverer = call.server.dispatcher.deliverer
    if call.query.get("settled"):
        await deliverer.settled(call.scope)
    found = deliverer.deliveries(call.scope)
    return json_response({"deliveries": [_delivery(delivery) for delivery in found]})


def emit(call: AdminCall) -> Response:
    """Emit an event."""
    name, services = call.path["name"], call.server.services
    having = sorted(n for n, each in services.items() if each.events)
    missing = unknown("API with events", name, having)
    service = existing(services.get(name), missing)
    known = existing(service.events, missing)
    event = Emit(call.body["type"], call.body.get("data", {}), call.body.get("metadata"))
    now = call.server.dispatcher.clocks.now(call.scope)
    exchange = _without_request(service, call.store.memory(call.scope).service(name), now)
    types = known.types(exchange)
    if event.type not in types:
        raise invalid_body([FieldError("/type", unknown("event", event.type, types))])
    try:
        effects = follow_events(known, exchange, (event,))
    except RenderError as error:
        raise invalid_body([FieldError("/data", str(error))]) from error
    call.store.apply(call.scope, name, effects, now)
    call.server.dispatcher.deliverer.apply(call.scope, name, effects)
    sent = [_head(effect) for effect in effects if isinstance(effect, Deliver)]
    return json_response({"deliveries": sent}, 202)


def _without_request(service: Service, snapshot: Snapshot, now: datetime) -> Exchange:
    """An exchange without a request, for events from outside."""
    chance = chance_of("event", str(snapshot.sequence))
    return Exchange(Request("POST", "/"), service, chance, now, snapshot)


def _execution(execution: Execute) -> dict[str, Json]:
    return {
        "api": execution.api,
        "tool": execution.tool,
        "side_effect": execution.side_effect,
        "arguments": execution.arguments,
        "caller": execution.caller,
        "call": execution.call,
        "at": moment(execution.at),
    }


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
