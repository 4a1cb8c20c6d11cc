"""MCP servers: which tools they offer, and to whom. The servers themselves are not emulated."""

import uuid
from collections.abc import Iterable
from urllib.parse import urlencode

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Remove
from emulator.services.composio.accounts import COLLECTION as ACCOUNTS
from emulator.services.composio.accounts import accounts
from emulator.services.composio.pages import Page, contains, cut_at, filtered, fits, ordered, words
from emulator.services.composio.records import (
    Record,
    base_url,
    changed,
    now,
    on_record,
    put,
    record,
    records,
    respond_with,
)

COLLECTION = "mcp_servers"
INSTANCES = "mcp_instances"

#: What a caller may change.
_FIELDS = ("name", "toolkits", "allowed_tools", "managed_auth_via_composio", "auth_config_ids")

_on_server = on_record(COLLECTION, "404.mcp-server-not-found", path="server_id")


def list_servers(exchange: Exchange) -> Plan:
    """The servers that every filter lets through, of one toolkit where the path names it."""
    filters = {name: name for name in ("toolkits", "auth_config_ids")}
    found = [
        server
        for server in filtered(exchange, records(exchange, COLLECTION), filters)
        if contains(server, ("name",), exchange.query("name"))
        and fits(server.get("toolkits"), words(exchange.path("app_key")))
    ]
    page = _page(exchange, found)
    items = [_show(exchange, server) for server in page.records]
    position = {"total_pages": page.pages, "current_page": page.number}
    return respond_with(exchange, {"items": items, **position})


def create(exchange: Exchange) -> Plan:
    """A server over the toolkits of auth configs, and over toolkits that need none."""
    body = exchange.body
    return _create(exchange, body.get("no_auth_apps") or (), body.get("allowed_tools"))


def create_custom(exchange: Exchange) -> Plan:
    """A server over any toolkits."""
    body = exchange.body
    tools = body.get("allowed_tools") or body.get("custom_tools")
    return _create(exchange, body.get("toolkits") or (), tools)


@_on_server
def get(exchange: Exchange, server: Record) -> Plan:
    """One server."""
    return _respond(exchange, server)


@_on_server
def update(exchange: Exchange, server: Record) -> Plan:
    """Another name, other tools, toolkits or auth configs."""
    body = exchange.body
    server = changed(exchange, server, {name: body[name] for name in _FIELDS if name in body})
    return _respond(exchange, server, put(COLLECTION, server))


@_on_server
def delete(exchange: Exchange, server: Record) -> Plan:
    """The server is gone, and its users' instances with it."""
    gone = [Remove(INSTANCES, each["id"]) for each in _instances(exchange, server)]
    result = {"id": server["id"], "deleted": True}
    return respond_with(exchange, result, Remove(COLLECTION, server["id"]), *gone)


@on_record(COLLECTION, "404.mcp-server-not-found", body="mcp_server_id")
def generate_url(exchange: Exchange, server: Record) -> Plan:
    """Addresses for users and for connected accounts."""
    body, url = exchange.body, _url(exchange, server)

    def each(name: str, ids: Iterable[str]) -> list[str]:
        return [f"{url}?{urlencode({name: id_}, errors='replace')}" for id_ in ids]

    account_ids = body.get("connected_account_ids") or ()
    urls = {
        "mcp_url": url,
        "user_ids_url": each("user_id", body.get("user_ids") or ()),
        "connected_account_urls": each("connected_account_id", account_ids),
    }
    return respond_with(exchange, urls)


@_on_server
def list_instances(exchange: Exchange, server: Record) -> Plan:
    """The server's users."""
    found = _instances(exchange, server)
    search = exchange.query("search")
    page = _page(exchange, [each for each in found if contains(each, ("user", "id"), search)])
    result = {
        "instances": [exchange.shaped("mcp_instance", instance=each) for each in page.records],
        "server_id": server["id"],
        "server_name": server.get("name"),
        "total_pages": page.pages,
        "current_page": page.number,
    }
    return respond_with(exchange, result)


@_on_server
def create_instance(exchange: Exchange, server: Record) -> Plan:
    """The user's instance: a new one, or the one there is."""
    user = exchange.body["user_id"]
    known = _instance(exchange, server, user)
    instance: Record = known or {
        "id": _uuid(exchange),
        "server": server["id"],
        "user": user,
        "created_at": now(exchange),
    }
    effects = () if known else (put(INSTANCES, instance),)
    result = exchange.shaped("mcp_instance", instance=instance)
    return respond_with(exchange, result, *effects, status=201)


@_on_server
def delete_instance(exchange: Exchange, server: Record) -> Plan:
    """The user's instance is gone, and the user's accounts of the server's auth configs."""
    user = exchange.path("instance_id")
    instance = _instance(exchange, server, user)
    if instance is None:
        return exchange.respond("404.mcp-instance-not-found", {"id": user})
    configs = server.get("auth_config_ids", ())
    gone = [
        Remove(ACCOUNTS, account["id"])
        for account in accounts(exchange, user_id=user)
        if account.get("auth_config") in configs
    ]
    effects = (Remove(INSTANCES, instance["id"]), *gone)
    return exchange.respond("200.deleted", {"accounts": len(gone)}, effects)


def _create(exchange: Exchange, toolkits: Iterable[str], tools: Json) -> Plan:
    body = exchange.body
    ids = list(body.get("auth_config_ids") or ())
    configs = {id_: record(exchange, "auth_configs", id_) for id_ in ids}
    for id_, config in configs.items():
        if config is None:
            return exchange.respond("404.auth-config-not-found", {"id": id_})
    own = [str(config.get("toolkit")) for config in configs.values() if config]
    server: Record = {
        "id": _uuid(exchange),
        "name": body["name"],
        "auth_config_ids": ids,
        "toolkits": list(dict.fromkeys([*own, *toolkits])),
        "allowed_tools": list(tools or ()),
        "managed_auth_via_composio": bool(body.get("managed_auth_via_composio")),
        "created_at": now(exchange),
    }
    return respond_with(exchange, _show(exchange, server), put(COLLECTION, server), status=201)


def _respond(exchange: Exchange, server: Record, *effects: Effect) -> Plan:
    return respond_with(exchange, {**_show(exchange, server), "deleted": False}, *effects)


def _show(exchange: Exchange, server: Record) -> Json:
    return exchange.shaped(
        "mcp_server",
        server=server,
        url=_url(exchange, server),
        instances=len(_instances(exchange, server)),
        icons={each: exchange.shaped("toolkit_icon", toolkit=each) for each in server["toolkits"]},
    )


def _page(exchange: Exchange, found: Iterable[Record]) -> Page:
    return cut_at(ordered(exchange, found), exchange.query("page_no"), exchange.query("limit"))


def _url(exchange: Exchange, server: Record) -> str:
    return f"{base_url(exchange)}/mcp/{server['id']}"


def _instances(exchange: Exchange, server: Record) -> list[Record]:
    return [each for each in records(exchange, INSTANCES) if each.get("server") == server["id"]]


def _instance(exchange: Exchange, server: Record, user: str) -> Record | None:
    return next((each for each in _instances(exchange, server) if each.get("user") == user), None)


def _uuid(exchange: Exchange) -> str:
    return str(uuid.UUID(exchange.fresh_id("", 32), version=4))
