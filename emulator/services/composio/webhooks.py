"""Webhook subscriptions: where a project wants its events delivered, one for each project."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.events import Withdraw
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.events import subscriptions
from emulator.services.composio.pages import page
from emulator.services.composio.records import Record, masked, now, records, with_record

COLLECTION = "webhook_subscriptions"

_with = with_record("id", COLLECTION, "404.subscription-not-found")

#: What the caller may set.
_FIELDS = ("webhook_url", "enabled_events", "version")


def list_subscriptions(exchange: Exchange) -> Plan:
    """The project's subscription, if it has one."""
    return page(exchange, list(subscriptions(exchange)), lambda each: _show(exchange, each))


def list_event_types(exchange: Exchange) -> Plan:
    """What can be subscribed to."""
    kinds = records(exchange, "webhook_event_types")
    items = [exchange.shaped("webhook_event_type", kind=kind) for kind in kinds]
    return exchange.respond("200.record", {"record": {"items": items}})


def create(exchange: Exchange) -> Plan:
    """The project's one subscription; its secret is in the answer."""
    refused = _refuse_target(exchange)
    if refused is not None:
        return refused
    if any(subscriptions(exchange)):
        return exchange.respond("409.default")
    asked = {name: exchange.body.get(name) for name in _FIELDS}
    made: Record = {
        "id": exchange.fresh_id("ws_"),
        **asked,
        "version": asked["version"] or "V3",
        "secret": _fresh_secret(exchange),
        "created_at": now(exchange),
        "updated_at": now(exchange),
    }
    shown = exchange.shaped("webhook_subscription", subscription=made)
    return exchange.respond("201.record", {"record": shown}, (Put(COLLECTION, made["id"], made),))


def get(exchange: Exchange) -> Plan:
    """One subscription."""
    return _with(exchange, lambda s: exchange.respond("200.record", {"record": _show(exchange, s)}))


def update(exchange: Exchange) -> Plan:
    """Another URL, other events or another version; messages under way stay as they are."""
    refused = _refuse_target(exchange)
    body = exchange.body
    changes = {name: body[name] for name in _FIELDS if name in body}

    def answer(subscription: Record) -> Plan:
        changed = {**subscription, **changes, "updated_at": now(exchange)}
        effects = (Put(COLLECTION, changed["id"], changed),)
        return refused or exchange.respond(
            "200.record", {"record": _show(exchange, changed)}, effects
        )

    return _with(exchange, answer)


def delete(exchange: Exchange) -> Plan:
    """The subscription is gone, and nothing more is delivered to it."""

    def answer(subscription: Record) -> Plan:
        id_ = subscription["id"]
        return exchange.respond("200.success", {}, (Remove(COLLECTION, id_), Withdraw(id_)))

    return _with(exchange, answer)


def rotate(exchange: Exchange) -> Plan:
    """A new secret, which signs every event from now on."""

    def answer(subscription: Record) -> Plan:
        id_, secret = subscription["id"], _fresh_secret(exchange)
        changed = {**subscription, "secret": secret, "updated_at": now(exchange)}
        effects = (Put(COLLECTION, id_, changed),)
        return exchange.respond("200.record", {"record": {"id": id_, "secret": secret}}, effects)

    return _with(exchange, answer)


def _fresh_secret(exchange: Exchange) -> str:
    return exchange.fresh_id(length=64)


def _refuse_target(exchange: Exchange) -> Plan | None:
    """Why the body's URL can't be delivered to, None if it can or there is none."""
    url = exchange.body.get("webhook_url")
    reason = None if url is None else exchange.targets.refusal(url)
    return exchange.respond("400.webhook-target-refused", {"reason": reason}) if reason else None


def _show(exchange: Exchange, subscription: Record) -> Json:
    """A subscription; under the older prefix its secret is masked."""
    older = exchange.request.path.startswith("/api/v3/")
    shown = masked(dict(subscription)) if older else subscription
    return exchange.shaped("webhook_subscription", subscription=shown)


HANDLERS: dict[str, Handler] = {
    "listWebhookSubscriptions": list_subscriptions,
    "createWebhookSubscription": create,
    "listWebhookEventTypes": list_event_types,
    "getWebhookSubscription": get,
    "updateWebhookSubscription": update,
    "deleteWebhookSubscription": delete,
    "rotateWebhookSecret": rotate,
}
