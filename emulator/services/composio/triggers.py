"""Triggers: which events at providers a user wants messages about."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.accounts import active_account, find_account
from emulator.services.composio.catalogue import toolkit_of
from emulator.services.composio.pages import filtered, respond_page, respond_with
from emulator.services.composio.records import TRIGGER_TYPES, TRIGGERS, Record, changed, now

_on_trigger, _on_type = TRIGGERS.on(path="trigger_id"), TRIGGER_TYPES.on(path="trigger_slug")

#: Query parameter → field of a trigger.
_FILTERS = {
    "user_ids": "user_id",
    "connected_account_ids": "account",
    "trigger_ids": "id",
    "trigger_names": "type",
}


def list_types(exchange: Exchange) -> Plan:
    """List the trigger types, by toolkit on request."""
    found = filtered(exchange, TRIGGER_TYPES.all(exchange), {"toolkit_slugs": "toolkit"})
    return respond_page(exchange, found, _show_type)


@_on_type
def get_type(exchange: Exchange, kind: Record) -> Plan:
    """Get one trigger type."""
    return respond_with(exchange, _show_type(exchange, kind))


def list_slugs(exchange: Exchange) -> Plan:
    """List the slugs of all trigger types."""
    return respond_with(exchange, list(exchange.snapshot.records(TRIGGER_TYPES.name)))


def list_active(exchange: Exchange) -> Plan:
    """List the triggers that pass every filter; disabled ones only on request."""
    every = exchange.query("show_disabled") is True
    found = filtered(exchange, TRIGGERS.all(exchange), _FILTERS)
    shown = [each for each in found if every or each.get("status") == "enabled"]
    return respond_page(exchange, shown, _show)


@_on_type
def upsert(exchange: Exchange, kind: Record) -> Plan:
    """Create the trigger of this type and account, or replace its configuration."""
    body, id_ = exchange.body, exchange.body.get("connected_account_id")
    if id_ is not None:
        account = find_account(exchange, id_)
    else:
        account = active_account(exchange, str(body.get("user_id")), str(kind.get("toolkit")))
    if account is None:
        return exchange.respond("404.account-gone", {"id": id_ or body.get("user_id") or ""})
    same = next(TRIGGERS.all(exchange, type=kind["id"], account=account["id"]), None)
    trigger: Record = {
        "id": same["id"] if same else exchange.fresh_id("ti_"),
        "type": kind["id"],
        "account": account["id"],
        "user_id": account["user_id"],
        "config": body.get("trigger_config") or {},
        "status": "enabled",
        "updated_at": now(exchange),
    }
    return exchange.respond("200.id", {"id": trigger["id"]}, [TRIGGERS.put(trigger)])


@_on_trigger
def update(exchange: Exchange, trigger: Record) -> Plan:
    """Enable or disable a trigger."""
    trigger = changed(exchange, trigger, status=f"{exchange.body['status']}d")
    return exchange.respond("200.updated", {}, [TRIGGERS.put(trigger)])


@_on_trigger
def delete(exchange: Exchange, trigger: Record) -> Plan:
    """Delete a trigger."""
    return exchange.respond("200.id", {"id": trigger["id"]}, [TRIGGERS.remove(trigger)])


def _show_type(exchange: Exchange, kind: Record) -> Json:
    toolkit = toolkit_of(exchange, str(kind.get("toolkit") or ""))
    return exchange.shaped("trigger_type", kind=kind, toolkit=toolkit)


def _show(exchange: Exchange, trigger: Record) -> Json:
    kind = TRIGGER_TYPES.find(exchange, trigger.get("type")) or {}
    return exchange.shaped("trigger", trigger=trigger, kind=kind)
