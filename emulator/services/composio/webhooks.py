"""Webhook subscriptions: where a project wants its events delivered, one for each project."""

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.events import Withdraw
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.events import subscriptions
from emulator.services.composio.pages import page
from emulator.services.composio.records import Record, masked, now, records, with_record

COLLECTION = "webhook_subscriptions"

_with = with_record("id", COLLECTION, "404.subscription-not-found")

#: What the caller may set.
_FIELDS = ("webhook_url", "enabled_events", "version")


def list_subscriptions(call: Call) -> Answer:
    """The project's subscription, if it has one."""
    return page(call, list(subscriptions(call)), lambda each: _show(call, each))


def list_event_types(call: Call) -> Answer:
    """What can be subscribed to."""
    kinds = records(call, "webhook_event_types")
    items = [call.shaped("webhook_event_type", kind=kind) for kind in kinds]
    return Answer("200.record", {"record": {"items": items}})


def create(call: Call) -> Answer:
    """The project's one subscription; its secret is in the answer."""
    refused = _refuse_target(call)
    if refused is not None:
        return refused
    if any(subscriptions(call)):
        return Answer("409.default")
    asked = {name: call.request.body.get(name) for name in _FIELDS}
    made: Record = {
        "id": call.fresh_id("ws_"),
        **asked,
        "version": asked["version"] or "V3",
        "secret": _fresh_secret(call),
        "created_at": now(call),
        "updated_at": now(call),
    }
    shown = call.shaped("webhook_subscription", subscription=made)
    return Answer("201.record", {"record": shown}, (Put(COLLECTION, made["id"], made),))


def get(call: Call) -> Answer:
    """One subscription."""
    return _with(call, lambda s: Answer("200.record", {"record": _show(call, s)}))


def update(call: Call) -> Answer:
    """Another URL, other events or another version; messages under way stay as they are."""
    refused = _refuse_target(call)
    body = call.request.body
    changes = {name: body[name] for name in _FIELDS if name in body}

    def answer(subscription: Record) -> Answer:
        changed = {**subscription, **changes, "updated_at": now(call)}
        effects = (Put(COLLECTION, changed["id"], changed),)
        return refused or Answer("200.record", {"record": _show(call, changed)}, effects)

    return _with(call, answer)


def delete(call: Call) -> Answer:
    """The subscription is gone, and nothing more is delivered to it."""

    def answer(subscription: Record) -> Answer:
        id_ = subscription["id"]
        return Answer("200.success", {}, (Remove(COLLECTION, id_), Withdraw(id_)))

    return _with(call, answer)


def rotate(call: Call) -> Answer:
    """A new secret, which signs every event from now on."""

    def answer(subscription: Record) -> Answer:
        id_, secret = subscription["id"], _fresh_secret(call)
        changed = {**subscription, "secret": secret, "updated_at": now(call)}
        effects = (Put(COLLECTION, id_, changed),)
        return Answer("200.record", {"record": {"id": id_, "secret": secret}}, effects)

    return _with(call, answer)


def _fresh_secret(call: Call) -> str:
    return call.fresh_id(length=64)


def _refuse_target(call: Call) -> Answer | None:
    """Why the body's URL can't be delivered to, None if it can or there is none."""
    url = call.request.body.get("webhook_url")
    reason = None if url is None else call.targets.refusal(url)
    return Answer("400.webhook-target-refused", {"reason": reason}) if reason else None


def _show(call: Call, subscription: Record) -> Json:
    """A subscription; under the older prefix its secret is masked."""
    older = call.request.request.path.startswith("/api/v3/")
    shown = masked(dict(subscription)) if older else subscription
    return call.shaped("webhook_subscription", subscription=shown)


BEHAVIOURS: dict[str, Behaviour] = {
    "listWebhookSubscriptions": list_subscriptions,
    "createWebhookSubscription": create,
    "listWebhookEventTypes": list_event_types,
    "getWebhookSubscription": get,
    "updateWebhookSubscription": update,
    "deleteWebhookSubscription": delete,
    "rotateWebhookSecret": rotate,
}
