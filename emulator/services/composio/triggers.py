"""Triggers: events at providers, and who wants to hear of them."""

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
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


def list_types(call: Call) -> Answer:
    """The trigger types of the toolkits asked for."""
    wanted = words(call.query("toolkit_slugs"))
    found = [each for each in records(call, "trigger_types") if fits(each.get("toolkit"), wanted)]
    return page(call, found, lambda each: _show_type(call, each))


def get_type(call: Call) -> Answer:
    """One trigger type."""
    slug = call.path("trigger_slug")
    found = record(call, "trigger_types", slug)
    if found is None:
        return Answer("404.trigger-type-not-found", {"id": slug})
    return Answer("200.record", {"record": _show_type(call, found)})


def list_slugs(call: Call) -> Answer:
    """The slugs of all trigger types."""
    return Answer("200.record", {"record": list(call.snapshot.records("trigger_types"))})


def list_active(call: Call) -> Answer:
    """The triggers that every filter lets through; disabled ones only if asked for."""
    wanted = {field: words(call.query(name)) for name, field in _FILTERS.items()}
    found = [
        each
        for each in records(call, COLLECTION)
        if all(fits(each.get(field), values) for field, values in wanted.items())
        and (each.get("status") == "enabled" or call.query("show_disabled") is True)
    ]
    return page(call, found, lambda each: _show(call, each))


def upsert(call: Call) -> Answer:
    """The trigger of this type and account: a new one, or the one there is with this config."""
    slug, body = call.path("trigger_slug"), call.request.body
    kind = record(call, "trigger_types", slug)
    if kind is None:
        return Answer("404.trigger-type-not-found", {"id": slug})
    id_ = body.get("connected_account_id")
    if id_ is not None:
        account = find_account(call, id_)
    else:
        account = active_account(call, str(body.get("user_id")), str(kind.get("toolkit")))
    if account is None:
        return Answer("404.account-gone", {"id": id_ or body.get("user_id") or ""})
    same = (
        each["id"]
        for each in records(call, COLLECTION)
        if (each.get("type"), each.get("account")) == (slug, account["id"])
    )
    trigger: Record = {
        "id": next(same, None) or call.fresh_id("ti_"),
        "type": slug,
        "account": account["id"],
        "user_id": account["user_id"],
        "config": body.get("trigger_config") or {},
        "status": "enabled",
        "updated_at": now(call),
    }
    return Answer("200.id", {"id": trigger["id"]}, (Put(COLLECTION, trigger["id"], trigger),))


def update(call: Call) -> Answer:
    """Enabled or disabled."""
    status = f"{call.request.body['status']}d"

    def answer(trigger: Record) -> Answer:
        changed = {**trigger, "status": status, "updated_at": now(call)}
        return Answer("200.updated", {}, (Put(COLLECTION, trigger["id"], changed),))

    return _with(call, answer)


def delete(call: Call) -> Answer:
    """The trigger is gone."""
    return _with(call, lambda t: Answer("200.id", {"id": t["id"]}, (Remove(COLLECTION, t["id"]),)))


def _show_type(call: Call, kind: Record) -> Json:
    toolkit = toolkit_of(call, str(kind.get("toolkit") or ""))
    return call.shaped("trigger_type", kind=kind, toolkit=toolkit)


def _show(call: Call, trigger: Record) -> Json:
    kind = record(call, "trigger_types", trigger.get("type")) or {}
    return call.shaped("trigger", trigger=trigger, kind=kind)


BEHAVIOURS: dict[str, Behaviour] = {
    "listTriggerTypes": list_types,
    "getTriggerType": get_type,
    "listTriggerSlugs": list_slugs,
    "listTriggers": list_active,
    "upsertTrigger": upsert,
    "updateTrigger": update,
    "deleteTrigger": delete,
}
