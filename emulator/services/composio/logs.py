"""Logs: what was executed in this scope, and what triggers brought."""

import operator
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import toolkit_of
from emulator.services.composio.journal import COLLECTION
from emulator.services.composio.pages import contains, cut, cut_at
from emulator.services.composio.records import Record, milliseconds, records, with_record

TRIGGERS = "trigger_logs"

#: What a filter's operator asks of a field's text and the filter's.
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "contains": operator.contains,
    "not_contains": lambda text, part: part not in text,
}

#: Name of a field in filters, and in the dashboard's → field of the record.
_FIELDS = {
    "tool_slug": "tool",
    "toolkit_slug": "toolkit",
    "connected_account_id": "account",
    "auth_config_id": "auth_config",
    "session_id": "session",
    "sandbox_id": "sandbox",
    "log_id": "id",
    "actionKey": "tool",
    "appKey": "toolkit",
    "connectedAccountId": "account",
    "entityId": "user_id",
}

_SPANS = {
    "5m": timedelta(minutes=5),
    "30m": timedelta(minutes=30),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
    "1w": timedelta(weeks=1),
    "1month": timedelta(days=30),
    "1y": timedelta(days=365),
}


def list_tool_logs(exchange: Exchange) -> Plan:
    """The executions that every filter lets through, the newest first."""
    body = exchange.body or {}
    span = body.get("time_range") or {}
    filters = [(each["field"], each["operator"], each["value"]) for each in body.get("filters", ())]
    found = [
        each
        for each in _between(_newest(exchange, COLLECTION), span.get("from"), span.get("to"))
        if _fits(each, filters)
    ]
    page = cut(found, body.get("cursor"), body.get("limit"))
    shown = [exchange.shaped("tool_log", log=each) for each in page.records]
    return exchange.respond("200.record", {"record": {"logs": shown, "next_cursor": page.cursor}})


def get_tool_log(exchange: Exchange) -> Plan:
    """One execution, with arguments and result."""
    return _with(
        exchange,
        COLLECTION,
        lambda each: exchange.shaped("tool_log_details", **_seen(exchange, each)),
    )


def list_action_logs(exchange: Exchange) -> Plan:
    """The executions as the dashboard lists them; its cursor is the number of a page."""
    body = exchange.body or {}
    exact = body.get("case_sensitive") is True
    found = [
        each
        for each in _between(_newest(exchange, COLLECTION), body.get("from"), body.get("to"))
        if _fits(each, _searched(body), exact)
    ]
    page = cut_at(found, body.get("cursor"), body.get("limit"))
    shown = [exchange.shaped("action_log", **_seen(exchange, each)) for each in page.records]
    return exchange.respond(
        "200.record", {"record": {"data": shown, "nextCursor": page.next or None}}
    )


def get_action_log(exchange: Exchange) -> Plan:
    """One execution as the dashboard shows it."""
    show = "action_log_details"
    return _with(exchange, COLLECTION, lambda each: exchange.shaped(show, **_seen(exchange, each)))


def list_trigger_logs(exchange: Exchange) -> Plan:
    """What triggers brought, the newest first."""
    body = exchange.body or {}
    users = {body[name] for name in ("entityId", "userId") if body.get(name)}
    status = body.get("status") or "all"
    found = [
        each
        for each in _between(_newest(exchange, TRIGGERS), _since(exchange, body), body.get("to"))
        if _fits(each, _searched(body))
        and (not users or each.get("user_id") in users)
        and status in ("all", each.get("status"))
        and contains(each, ("id", "trigger_name", "toolkit", "user_id"), body.get("search"))
    ]
    page = cut(found, body.get("cursor"), body.get("limit"))
    whole = body.get("include_payload", True)
    shown = [exchange.shaped("trigger_log", log=each, whole=whole) for each in page.records]
    return exchange.respond("200.record", {"record": {"data": shown, "nextCursor": page.cursor}})


def get_trigger_log(exchange: Exchange) -> Plan:
    """One thing that a trigger brought."""
    return _with(
        exchange,
        TRIGGERS,
        lambda each: {"log": exchange.shaped("trigger_log", log=each, whole=True)},
    )


def _seen(exchange: Exchange, each: Record) -> dict[str, Json]:
    """What the templates of an execution see."""
    toolkit = toolkit_of(exchange, str(each.get("toolkit") or ""))
    return {"log": each, "toolkit": toolkit, "started": milliseconds(each.get("at"))}


def _newest(exchange: Exchange, collection: str) -> list[Record]:
    return list(records(exchange, collection))[::-1]


def _between(found: Iterable[Record], start: Json, end: Json) -> Iterator[Record]:
    """The records between two times in milliseconds; None is no bound."""
    for each in found:
        at = milliseconds(each.get("at"))
        if (start is None or at >= start) and (end is None or at <= end):
            yield each


def _since(exchange: Exchange, body: Record) -> Json:
    """Where the time asked for begins: `from`, or so and so long ago."""
    span = _SPANS.get(str(body.get("time")))
    return (exchange.now - span).timestamp() * 1000 if span else body.get("from")


def _searched(body: Record) -> list[tuple[str, str, str]]:
    """The dashboard's search as filters; what is half filled in is left out."""
    asked = (
        [each.get(name) for name in ("field", "operation", "value")]
        for each in body.get("search_params") or ()
    )
    return [(str(f), str(o or "=="), str(v)) for f, o, v in asked if f and v is not None]


def _fits(each: Record, filters: Iterable[tuple[str, str, str]], exact: bool = True) -> bool:
    """Whether all filters hold; an operator that is none means equality."""
    for field, name, wanted in filters:
        text = str(each.get(_FIELDS.get(field, field)) or "")
        if not exact:
            text, wanted = text.lower(), wanted.lower()
        if not _OPERATORS.get(name, _OPERATORS["=="])(text, wanted):
            return False
    return True


def _with(exchange: Exchange, collection: str, show: Callable[[Record], Json]) -> Plan:
    """The path's log as `show` has it; 404 where there is none."""
    answer = with_record("log_id", collection, "404.log-not-found")
    return answer(exchange, lambda each: exchange.respond("200.record", {"record": show(each)}))


HANDLERS: dict[str, Handler] = {
    "listToolLogs": list_tool_logs,
    "getToolLog": get_tool_log,
    "listActionLogs": list_action_logs,
    "getActionLog": get_action_log,
    "listTriggerLogs": list_trigger_logs,
    "getTriggerLog": get_trigger_log,
}
