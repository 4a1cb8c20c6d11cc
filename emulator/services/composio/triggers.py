"""Triggers: events at providers, and who wants to hear of them."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.accounts import active_account, find_account
from emulator.services.composio.catalogue import toolkit_of
from emulator.services.composio.pages import fits, page, words
from emulator.services.composio.records import Record, now, record, records, with_record

COLLECTION = "triggers"

_with = with_record("trigger_id", COLLECTION, "404.trigger-not-found")

_FILTERS = {
    "user_ids": "user_id",
    "connected_account_ids": "account",
    "trigger_ids": "id",
    "trigger_names": "type",
}


def list_types(exchange: Exchange) -> Plan:
    """The trigger types of the toolkits asked for."""
    wanted = words(exchange.query("toolkit_slugs"))
    found = [
        each for each in records(exchange, "trigger_types") if fits(each.get("toolkit"), wanted)
    ]
    return page(exchange, found, lambda each: _show_type(exchange, each))


def get_type(exchange: Exchange) -> Plan:
    """One trigger type."""
    slug = exchange.path("trigger_slug")
    found = record(exchange, "trigger_types", slug)
    if found is None:
        return exchange.respond("404.trigger-type-not-found", {"id": slug})
    return exchange.respond("200.record", {"record": _show_type(exchange, found)})


def list_slugs(exchange: Exchange) -> Plan:
    """The slugs of all trigger types."""
    return exchange.respond(
        "200.record", {"record": list(exchange.snapshot.records("trigger_types"))}
    )


def list_active(exchange: Exchange) -> Plan:
    """The triggers that every filter lets through; disabled ones only if asked for."""
    wanted = {field: words(exchange.query(name)) for name, field in _FILTERS.items()}
    found = [
        each
        for each in records(exchange, COLLECTION)
        if all(fits(each.get(field), values) for field, values in wanted.items())
        and (each.get("status") == "enabled" or exchange.query("show_disabled") is True)
    ]
    return page(exchange, found, lambda each: _show(exchange, each))


def upsert(exchange: Exchange) -> Plan:
    """The trigger of this type and account: a new one, or the one there is with this config."""
    slug, body = exchange.path("trigger_slug"), exchange.body
    kind = record(exchange, "trigger_types", slug)
    if kind is None:
        return exchange.respond("404.trigger-type-not-found", {"id": slug})
    id_ = body.get("connected_account_id")
    if id_ is not None:
        account = find_account(exchange, id_)
    else:
        account = active_account(exchange, str(body.get("user_id")), str(kind.get("toolkit")))
    if account is None:
        return exchange.respond("404.account-gone", {"id": id_ or body.get("user_id") or ""})
    same = (
        each["id"]
        for each in records(exchange, COLLECTION)
        if (each.get("type"), each.get("account")) == (slug, account["id"])
    )
    trigger: Record = {
        "id": next(same, None) or exchange.fresh_id("ti_"),
        "type": slug,
        "account": account["id"],
        "user_id": account["user_id"],
        "config": body.get("trigger_config") or {},
        "status": "enabled",
        "updated_at": now(exchange),
    }
    return exchange.respond(
        "200.id", {"id": trigger["id"]}, (Put(COLLECTION, trigger["id"], trigger),)
    )


def update(exchange: Exchange) -> Plan:
    """Enabled or disabled."""
    status = f"{exchange.body['status']}d"

    def answer(trigger: Record) -> Plan:
        changed = {**trigger, "status": status, "updated_at": now(exchange)}
        return exchange.respond("200.updated", {}, (Put(COLLECTION, trigger["id"], changed),))

    return _with(exchange, answer)


def delete(exchange: Exchange) -> Plan:
    """The trigger is gone."""
    return _with(
        exchange,
        lambda t: exchange.respond("200.id", {"id": t["id"]}, (Remove(COLLECTION, t["id"]),)),
    )


def _show_type(exchange: Exchange, kind: Record) -> Json:
    toolkit = toolkit_of(exchange, str(kind.get("toolkit") or ""))
    return exchange.shaped("trigger_type", kind=kind, toolkit=toolkit)


def _show(exchange: Exchange, trigger: Record) -> Json:
    kind = record(exchange, "trigger_types", trigger.get("type")) or {}
    return exchange.shaped("trigger", trigger=trigger, kind=kind)


HANDLERS: dict[str, Handler] = {
    "listTriggerTypes": list_types,
    "getTriggerType": get_type,
    "listTriggerSlugs": list_slugs,
    "listTriggers": list_active,
    "upsertTrigger": upsert,
    "updateTrigger": update,
    "deleteTrigger": delete,
}
