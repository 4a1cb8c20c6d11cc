"""Events at the service: what changes because of them, and which webhooks receive messages.

An event of a trigger's type is a message for every trigger of that type that is enabled. Messages
go to the project's webhook subscription, in the shape of the version it asked for.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.mock.exchange import Events, Exchange
from emulator.mock.state.events import Deliver, Emit
from emulator.mock.state.store import Effect, Put
from emulator.schema.chance import chance_of
from emulator.services.composio.accounts import find_account, show_account
from emulator.services.composio.records import (
    CONNECTED_ACCOUNTS,
    EVENT_TYPES,
    SUBSCRIPTIONS,
    TRIGGER_TYPES,
    TRIGGERS,
    Record,
    changed,
    setting,
)

TRIGGER_MESSAGE = "composio.trigger.message"
TRIGGER_DISABLED = "composio.trigger.disabled"
ACCOUNT_EXPIRED = "composio.connected_account.expired"


def types(exchange: Exchange) -> Collection[str]:
    """The event types of webhooks and of triggers."""
    known = (*EVENT_TYPES.all(exchange), *TRIGGER_TYPES.all(exchange))
    return [each["id"] for each in known]


def follow(exchange: Exchange, events: Sequence[Emit]) -> list[Effect]:
    """Replace events by their effects: changes, and messages to subscribed webhooks."""
    followed: list[Effect] = []
    number = 0
    for event in events:
        for effect in _consequences(exchange, event):
            if type(effect) is Emit:
                number += 1
                followed += _deliveries(exchange, effect, number)
            else:
                followed.append(effect)
    return followed


def heard(exchange: Exchange, event: str) -> bool:
    """Whether anything follows from events of a type; of a trigger's, only for subscriptions."""
    collections = exchange.snapshot.collections
    if event not in collections.get(TRIGGER_TYPES.name, ()):
        return True
    for record in collections.get(SUBSCRIPTIONS.name, {}).values():
        if not record.get("example"):
            return True
    return False


def subscriptions(exchange: Exchange) -> list[Record]:
    """The project's webhook subscriptions, without examples."""
    found = exchange.snapshot.records(SUBSCRIPTIONS.name)
    return [{"id": id_, **each} for id_, each in found.items() if not each.get("example")]


def _consequences(exchange: Exchange, event: Emit) -> Iterable[Emit | Put]:
    """The changes and webhook messages that follow from an event."""
    if event.type in exchange.snapshot.records(TRIGGER_TYPES.name):
        return _triggered(exchange, event) if heard(exchange, event.type) else ()
    data = event.data if isinstance(event.data, dict) else {}
    account = find_account(exchange, data.get("id")) if event.type == ACCOUNT_EXPIRED else None
    if account is not None:
        return _expired(exchange, account, data.get("status_reason"))
    return (event,)


def _triggered(exchange: Exchange, event: Emit) -> Iterator[Emit]:
    """A message for each enabled trigger whose account is ACTIVE."""
    for trigger in TRIGGERS.all(exchange, status="enabled", type=event.type):
        account = find_account(exchange, trigger.get("account"))
        active = account is not None and account["status"] == "ACTIVE"
        if active and _matches(trigger.get("config"), event.data):
            shown = exchange.shaped("webhook_trigger", trigger=trigger, account=account)
            yield Emit(TRIGGER_MESSAGE, event.data, shown)


def _expired(exchange: Exchange, account: Record, reason: Json) -> Iterator[Emit | Put]:
    """Expire the account and disable its triggers."""
    reason = reason or "Max auth failures reached"
    expired = changed(exchange, account, status="EXPIRED", status_reason=reason)
    yield CONNECTED_ACCOUNTS.put(expired)
    project = {"project_id": setting(exchange, "project_id"), "org_id": setting(exchange, "org_id")}
    yield Emit(ACCOUNT_EXPIRED, show_account(exchange, expired), project)
    for trigger in TRIGGERS.all(exchange, status="enabled", account=account["id"]):
        disabled = changed(exchange, trigger, status="disabled")
        yield TRIGGERS.put(disabled)
        shown = exchange.shaped("webhook_disabled", trigger=disabled)
        yield Emit(TRIGGER_DISABLED, shown, {"project_id": project["project_id"]})


def _deliveries(exchange: Exchange, message: Emit, number: int) -> Iterator[Deliver]:
    """Deliver a message to each subscription to its type, in a version that supports it."""
    known = EVENT_TYPES.find(exchange, message.type) or {}
    for each in subscriptions(exchange):
        version = str(each.get("version"))
        enabled = message.type in (each.get("enabled_events") or ())
        if enabled and version in known.get("supported_versions", ()):
            sequence = exchange.snapshot.sequence
            chance = chance_of("webhook", message.type, str(sequence), str(number))
            id_, log_id = f"msg_{chance.uuid()}", chance.new_id("log_")
            yield Deliver(
                subscription=each["id"],
                url=str(each.get("webhook_url")),
                type=message.type,
                id=id_,
                body=dump(_body(exchange, message, version, id_, log_id)),
                secret=str(each.get("secret")).encode(),
                headers=(("x-composio-webhook-version", version),),
                attempt_header="x-composio-delivery-attempt",
            )


def _body(exchange: Exchange, message: Emit, version: str, id_: str, log_id: str) -> Json:
    metadata = message.metadata if isinstance(message.metadata, dict) else {}
    if message.type == TRIGGER_MESSAGE:
        metadata = {"log_id": log_id, **metadata}
    variables = {"id": id_, "type": message.type, "data": message.data, "metadata": metadata}
    shaped = exchange.shaped(f"webhook_{version.lower()}", **variables)
    if version == "V2" and isinstance(message.data, dict):
        # The oldest but one has the ids among the data.
        shaped["data"] |= message.data
    return shaped


def _matches(config: Json, data: Json) -> bool:
    """Whether an event agrees with the configuration of a trigger."""
    if not (isinstance(config, dict) and isinstance(data, dict)):
        return True
    return all(data[name] == value for name, value in config.items() if name in data)


EVENTS = Events(types, follow, heard)
