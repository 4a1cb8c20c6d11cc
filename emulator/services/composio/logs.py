"""Logs: executed tools, and what triggers received."""

import operator
from collections.abc import Callable, Iterable
from datetime import timedelta

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import toolkit_of
from emulator.services.composio.pages import contains, cursor_page, numbered_page, respond_with
from emulator.services.composio.records import (
    TOOL_LOGS,
    TRIGGER_LOGS,
    Collection,
    Record,
    milliseconds,
)

_on_log, _on_trigger_log = TOOL_LOGS.on(path="log_id"), TRIGGER_LOGS.on(path="log_id")

#: A filter: the field of a log, an operator, and the text it compares with.
_Filter = tuple[str, str, str]
#: Two times in milliseconds; None is no bound.
_Span = tuple[Json, Json]

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
    """List the executions that pass every filter, the newest first."""
    body = exchange.body or {}
    times = body.get("time_range") or {}
    span = times.get("from"), times.get("to")
    filters = [(each["field"], each["operator"], each["value"]) for each in body.get("filters", ())]
    found = _newest(exchange, TOOL_LOGS, span, filters, exact=True)
    page = cursor_page(found, body)
    logs = [exchange.shaped("tool_log", log=each) for each in page.records]
    return respond_with(exchange, {"logs": logs, "next_cursor": page.cursor})


@_on_log
def get_tool_log(exchange: Exchange, log: Record) -> Plan:
    """Get one execution, with arguments and result."""
    return respond_with(exchange, _show(exchange, log, "tool_log_details"))


def list_action_logs(exchange: Exchange) -> Plan:
    """List executions for the dashboard; the cursor is the number of a page."""
    body = exchange.body or {}
    span, exact = (body.get("from"), body.get("to")), body.get("case_sensitive") is True
    found = _newest(exchange, TOOL_LOGS, span, _dashboard_filters(body), exact)
    page = numbered_page(found, body.get("cursor"), body.get("limit"))
    data = [_show(exchange, each, "action_log") for each in page.records]
    return respond_with(exchange, {"data": data, "nextCursor": page.next})


@_on_log
def get_action_log(exchange: Exchange, log: Record) -> Plan:
    """Get one execution for the dashboard."""
    return respond_with(exchange, _show(exchange, log, "action_log_details"))


def list_trigger_logs(exchange: Exchange) -> Plan:
    """List what triggers received, the newest first."""
    body = exchange.body or {}
    users = {body[name] for name in ("entityId", "userId") if body.get(name)}
    status, span = body.get("status") or "all", _SPANS.get(str(body.get("time")))
    start = (exchange.now - span).timestamp() * 1000 if span else body.get("from")
    filters = _dashboard_filters(body)
    found = [
        log
        for log in _newest(exchange, TRIGGER_LOGS, (start, body.get("to")), filters, exact=True)
        if (not users or log.get("user_id") in users)
        and status in ("all", log.get("status"))
        and contains(log, ("id", "trigger_name", "toolkit", "user_id"), body.get("search"))
    ]
    page, whole = cursor_page(found, body), body.get("include_payload", True)
    data = [exchange.shaped("trigger_log", log=each, whole=whole) for each in page.records]
    return respond_with(exchange, {"data": data, "nextCursor": page.cursor})


@_on_trigger_log
def get_trigger_log(exchange: Exchange, log: Record) -> Plan:
    """Get one thing that a trigger received."""
    return respond_with(exchange, {"log": exchange.shaped("trigger_log", log=log, whole=True)})


def _show(exchange: Exchange, log: Record, shape: str) -> Json:
    toolkit = toolkit_of(exchange, str(log.get("toolkit") or ""))
    started = milliseconds(log.get("at"))
    return exchange.shaped(shape, log=log, toolkit=toolkit, started=started)


def _newest(
    exchange: Exchange, collection: Collection, span: _Span, filters: Iterable[_Filter], exact: bool
) -> list[Record]:
    """The logs that pass every filter, the newest first."""
    found, (start, end) = [], span
    for log in collection.all(exchange):
        at = milliseconds(log.get("at"))
        within = (start is None or at >= start) and (end is None or at <= end)
        if within and all(_matches(log, each, exact) for each in filters):
            found.append(log)
    return found[::-1]


def _matches(log: Record, condition: _Filter, exact: bool) -> bool:
    """Whether a filter lets a log through; an unknown operator means equality."""
    field, name, expected = condition
    text = str(log.get(_FIELDS.get(field, field)) or "")
    if not exact:
        text, expected = text.lower(), expected.lower()
    return _OPERATORS.get(name, _OPERATORS["=="])(text, expected)


def _dashboard_filters(body: Record) -> list[_Filter]:
    """The dashboard's search as filters, without incomplete ones."""
    given = (
        [each.get(name) for name in ("field", "operation", "value")]
        for each in body.get("search_params") or ()
    )
    return [(str(f), str(o or "=="), str(v)) for f, o, v in given if f and v is not None]
