"""MCP servers: which tools they offer, and to whom. The servers themselves are not emulated."""

import uuid
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect
from emulator.services.composio.accounts import accounts
from emulator.services.composio.pages import (
    contains,
    filtered,
    numbered_page,
    ordered,
    respond_with,
)
from emulator.services.composio.records import (
    AUTH_CONFIGS,
    CONNECTED_ACCOUNTS,
    MCP_INSTANCES,
    MCP_SERVERS,
    Record,
    base_url,
    changed,
    now,
    sent,
)

#: Parameter → field of a server.
_FILTERS = {"toolkits": "toolkits", "app_key": "toolkits", "auth_config_ids": "auth_config_ids"}

#: What a caller may change.
_FIELDS = ("name", "toolkits", "allowed_tools", "managed_auth_via_composio", "auth_config_ids")

_on_server = MCP_SERVERS.on(path="server_id")


def list_servers(exchange: Exchange) -> Plan:
    """List the servers that pass every filter, of one toolkit where the path names it."""
    named, servers = exchange.query("name"), MCP_SERVERS.all(exchange)
    found = [each for each in servers if contains(each, ("name",), named)]
    shown, position = _page(exchange, filtered(exchange, found, _FILTERS))
    items = [_show(exchange, server) for server in shown]
    return respond_with(exchange, {"items": items, **position})


def create(exchange: Exchange) -> Plan:
    """Create a server for the toolkits of auth configs, and for toolkits that need none."""
    body = exchange.body
    return _create(exchange, body.get("no_auth_apps") or (), body.get("allowed_tools"))


def create_custom(exchange: Exchange) -> Plan:
    """Create a server for any toolkits."""
    body = exchange.body
    tools = body.get("allowed_tools") or body.get("custom_tools")
    return _create(exchange, body.get("toolkits") or (), tools)


@_on_server
def get(exchange: Exchange, server: Record) -> Plan:
    """Get one server."""
    return _respond(exchange, server)


@_on_server
def update(exchange: Exchange, server: Record) -> Plan:
    """Change a server's name, tools, toolkits or auth configs."""
    server = changed(exchange, server, **sent(exchange, _FIELDS))
    return _respond(exchange, server, MCP_SERVERS.put(server))


@_on_server
def delete(exchange: Exchange, server: Record) -> Plan:
    """Delete a server with its users' instances."""
    gone = [MCP_INSTANCES.remove(each) for each in _instances(exchange, server)]
    result = {"id": server["id"], "deleted": True}
    return respond_with(exchange, result, MCP_SERVERS.remove(server), *gone)


@MCP_SERVERS.on(body="mcp_server_id")
def generate_url(exchange: Exchange, server: Record) -> Plan:
    """Give addresses of a server for users and for connected accounts."""
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
    """List the server's users."""
    found, search = _instances(exchange, server), exchange.query("search")
    found = [each for each in found if contains(each, ("user", "id"), search)]
    shown, position = _page(exchange, found)
    instances = [exchange.shaped("mcp_instance", instance=each) for each in shown]
    named = {"server_id": server["id"], "server_name": server.get("name")}
    return respond_with(exchange, {"instances": instances, **named, **position})


@_on_server
def create_instance(exchange: Exchange, server: Record) -> Plan:
    """Create the user's instance, unless there is one."""
    user = exchange.body["user_id"]
    known = _instance(exchange, server, user)
    instance: Record = known or {
        "id": _uuid(exchange),
        "server": server["id"],
        "user": user,
        "created_at": now(exchange),
    }
    effects = () if known else (MCP_INSTANCES.put(instance),)
    result = exchange.shaped("mcp_instance", instance=instance)
    return respond_with(exchange, result, *effects, status=201)


@_on_server
def delete_instance(exchange: Exchange, server: Record) -> Plan:
    """Delete the user's instance, and the user's accounts of the server's auth configs."""
    user = exchange.path("instance_id")
    instance = _instance(exchange, server, user)
    if instance is None:
        return exchange.respond("404.mcp-instance-not-found", {"id": user})
    configs = server.get("auth_config_ids", ())
    gone = [
        CONNECTED_ACCOUNTS.remove(account)
        for account in accounts(exchange, user_id=user)
        if account.get("auth_config") in configs
    ]
    effects = (MCP_INSTANCES.remove(instance), *gone)
    return exchange.respond("200.deleted", {"accounts": len(gone)}, effects)


def _create(exchange: Exchange, toolkits: Iterable[str], tools: Json) -> Plan:
    body = exchange.body
    ids = list(body.get("auth_config_ids") or ())
    configs = {id_: AUTH_CONFIGS.find(exchange, id_) for id_ in ids}
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
    return respond_with(exchange, _show(exchange, server), MCP_SERVERS.put(server), status=201)


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


def _page(exchange: Exchange, found: Iterable[Record]) -> tuple[Sequence[Record], Record]:
    """The records on the page that the query names by number, and which page it is."""
    number, limit = exchange.query("page_no"), exchange.query("limit")
    page = numbered_page(ordered(exchange, found), number, limit)
    return page.records, {"total_pages": page.pages, "current_page": page.number}


def _url(exchange: Exchange, server: Record) -> str:
    return f"{base_url(exchange)}/mcp/{server['id']}"


def _instances(exchange: Exchange, server: Record) -> list[Record]:
    return list(MCP_INSTANCES.all(exchange, server=server["id"]))


def _instance(exchange: Exchange, server: Record, user: str) -> Record | None:
    return next(MCP_INSTANCES.all(exchange, server=server["id"], user=user), None)


def _uuid(exchange: Exchange) -> str:
    return str(uuid.UUID(exchange.fresh_id("", 32), version=4))
