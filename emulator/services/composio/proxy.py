"""Requests forwarded to a provider with an account that can be used.

The state file's `provider_endpoints` hold the provider's responses; `{name}` in a path, and in
strings of a response, is a part of the path, a query parameter or a field of the body.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.accounts import find_account
from emulator.services.composio.catalogue import find_toolkit
from emulator.services.composio.records import PROVIDER_ENDPOINTS, Record
from emulator.services.composio.sessions import account_for, allows, is_on, on_session, refuse
from emulator.services.tools import execution

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

#: Methods that change nothing at the provider.
_SAFE = ("GET", "HEAD")


def send(exchange: Exchange) -> Plan:
    """Send a request with an account, or with credentials given in the request itself."""
    id_ = exchange.body.get("connected_account_id")
    if id_ is None:
        slug = (exchange.body.get("custom_connection_data") or {}).get("toolkitSlug")
        if not slug:
            return exchange.respond("400.proxy-without-account")
        return _forward(exchange, str(slug))
    account = find_account(exchange, id_)
    if account is None:
        return exchange.respond("404.account-gone", {"id": id_})
    if account["status"] != "ACTIVE":
        return exchange.respond("404.account-unfit", {"account": account})
    return _forward(exchange, str(account.get("toolkit")))


@on_session
def send_in_session(exchange: Exchange, session: Record) -> Plan:
    """Send a request as the session's user; the session must allow it."""
    slug = exchange.body["toolkit_slug"]
    toolkit = find_toolkit(exchange, slug)
    if toolkit is None:
        return exchange.respond("404.toolkit-not-found", {"id": slug})
    if not (allows(session, toolkit["id"]) and is_on(session, "proxy_execute", "enable")):
        return refuse(exchange, "toolkit-not-allowed", toolkit)
    if not toolkit.get("no_auth") and account_for(exchange, session, toolkit["id"]) is None:
        return refuse(exchange, "no-connection", toolkit)
    return _forward(exchange, toolkit["id"])


def _forward(exchange: Exchange, slug: str) -> Plan:
    """Wrap the provider's response in a 200; where it has no such endpoint, that is a 404."""
    body = exchange.body
    toolkit = find_toolkit(exchange, slug) or {"id": slug}
    path, values = _split(body["endpoint"], str(toolkit.get("base_url") or ""))
    values |= {str(each["name"]): each["value"] for each in body.get("parameters") or ()}
    if isinstance(body.get("body"), dict):
        values |= body["body"]
    for endpoint in PROVIDER_ENDPOINTS.all(exchange, toolkit=toolkit["id"], method=body["method"]):
        parts = _parts(str(endpoint.get("path")), path)
        if parts is not None:
            data = filled(endpoint.get("data"), {**values, **parts})
            return _proxied(exchange, endpoint.get("status", 200), data)
    return exchange.respond("200.proxied", {"status": 404, "data": {"message": "Not Found"}})


def _proxied(exchange: Exchange, status: Json, data: Json) -> Plan:
    """Respond as an endpoint, with a line in the ledger for what may have changed something."""
    body, variables = exchange.body, {"status": status, "data": data}
    if body["method"] in _SAFE:
        return exchange.respond("200.proxied", variables)
    side_effect = "delete" if body["method"] == "DELETE" else "write"
    sent = {name: body[name] for name in ("method", "endpoint", "body") if name in body}
    executed = execution(exchange, "proxy", side_effect, sent)
    return exchange.respond("200.proxied", variables, [executed])


def _split(endpoint: str, base_url: str) -> tuple[str, dict[str, Json]]:
    """The path below the provider's own address, and the query's parameters.

    An address elsewhere has no such path.
    """
    path, _, query = endpoint.removeprefix(base_url).partition("?")
    elsewhere = path.startswith("//") or "://" in path
    return "" if elsewhere else "/" + path.strip("/"), dict(parse_qsl(query))


def _parts(template: str, path: str) -> dict[str, str] | None:
    """The named parts of a path, None where it does not match."""
    expected, actual = template.strip("/").split("/"), path.strip("/").split("/")
    if len(expected) != len(actual):
        return None
    found = {}
    for name, value in zip(expected, actual, strict=True):
        if _PLACEHOLDER.fullmatch(name):
            found[name[1:-1]] = unquote(value)
        elif name != value:
            return None
    return found


def filled(value: Json, values: Mapping[str, Json]) -> Json:
    """Copy a value with its placeholders filled in; a lone placeholder keeps the value's type."""
    if isinstance(value, dict):
        return {name: filled(each, values) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    if not isinstance(value, str):
        return value
    whole = _PLACEHOLDER.fullmatch(value)
    if whole:
        return values.get(whole[1])
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], "")), value)
