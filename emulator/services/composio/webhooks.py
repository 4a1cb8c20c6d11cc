"""Webhook subscriptions: where a project wants its events delivered, one for each project."""

from emulator.http.messages import Json
from emulator.http.targets import url_mistake
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.events import Withdraw
from emulator.services.composio.events import subscriptions
from emulator.services.composio.pages import respond_page, respond_with
from emulator.services.composio.records import (
    EVENT_TYPES,
    SUBSCRIPTIONS,
    Record,
    changed,
    is_older,
    masked,
    now,
    sent,
)

_on_subscription = SUBSCRIPTIONS.on(path="id")

#: What the caller may set.
_FIELDS = ("webhook_url", "enabled_events", "version")


def list_subscriptions(exchange: Exchange) -> Plan:
    """List the project's subscription, if it has one."""
    return respond_page(exchange, list(subscriptions(exchange)), _show)


def list_event_types(exchange: Exchange) -> Plan:
    """List what can be subscribed to."""
    kinds = EVENT_TYPES.all(exchange)
    items = [exchange.shaped("webhook_event_type", kind=kind) for kind in kinds]
    return respond_with(exchange, {"items": items})


def create(exchange: Exchange) -> Plan:
    """Create the project's one subscription; its secret is in the response."""
    refusal = _refuse_target(exchange)
    if refusal is not None:
        return refusal
    if any(subscriptions(exchange)):
        return exchange.respond("409.default")
    fields = {name: exchange.body.get(name) for name in _FIELDS}
    subscription: Record = {
        "id": exchange.fresh_id("ws_"),
        **fields,
        "version": fields["version"] or "V3",
        "secret": exchange.fresh_id(length=64),
        "created_at": now(exchange),
        "updated_at": now(exchange),
    }
    shown = exchange.shaped("webhook_subscription", subscription=subscription)
    return respond_with(exchange, shown, SUBSCRIPTIONS.put(subscription), status=201)


@_on_subscription
def get(exchange: Exchange, subscription: Record) -> Plan:
    """Get one subscription."""
    return respond_with(exchange, _show(exchange, subscription))


@_on_subscription
def update(exchange: Exchange, subscription: Record) -> Plan:
    """Change URL, events or version; messages under way stay as they are."""
    subscription = changed(exchange, subscription, **sent(exchange, _FIELDS))
    effect = SUBSCRIPTIONS.put(subscription)
    updated = respond_with(exchange, _show(exchange, subscription), effect)
    return _refuse_target(exchange) or updated


@_on_subscription
def delete(exchange: Exchange, subscription: Record) -> Plan:
    """Delete the subscription, and withdraw what is not yet delivered to it."""
    effects = SUBSCRIPTIONS.remove(subscription), Withdraw(subscription["id"])
    return exchange.respond("200.success", {}, effects)


@_on_subscription
def rotate(exchange: Exchange, subscription: Record) -> Plan:
    """Replace the secret that signs every event from now on."""
    subscription = changed(exchange, subscription, secret=exchange.fresh_id(length=64))
    result = {name: subscription[name] for name in ("id", "secret")}
    return respond_with(exchange, result, SUBSCRIPTIONS.put(subscription))


def _refuse_target(exchange: Exchange) -> Plan | None:
    """Reject what is no URL; what may not be delivered to a host is recorded as withheld."""
    url = exchange.body.get("webhook_url")
    reason = None if url is None else url_mistake(url)
    return exchange.respond("400.webhook-target-refused", {"reason": reason}) if reason else None


def _show(exchange: Exchange, subscription: Record) -> Json:
    """A subscription; the older API masks its secret."""
    shown = masked(dict(subscription)) if is_older(exchange) else subscription
    return exchange.shaped("webhook_subscription", subscription=shown)
