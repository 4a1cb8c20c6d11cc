"""MCP servers: which tools they offer, and to whom. The servers themselves are not emulated."""

import uuid
from collections.abc import Iterable
from urllib.parse import urlencode

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.composio.accounts import accounts
from emulator.services.composio.pages import contains, cut_at, fits, ordered, words
from emulator.services.composio.records import Record, base_url, now, record, records, with_record

COLLECTION = "mcp_servers"

_with = with_record("server_id", COLLECTION, "404.mcp-server-not-found")
INSTANCES = "mcp_instances"


def list_servers(exchange: Exchange) -> Plan:
    """The servers that every filter lets through, of one toolkit where the path names it."""
    of = words(exchange.path("app_key"))
    found = [
        server
        for server in records(exchange, COLLECTION)
        if contains(server, ("name",), exchange.query("name"))
        and fits(server.get("toolkits"), of)
        and fits(server.get("toolkits"), words(exchange.query("toolkits")))
        and fits(server.get("auth_config_ids"), words(exchange.query("auth_config_ids")))
    ]
    page = cut_at(ordered(exchange, found), exchange.query("page_no"), exchange.query("limit"))
    said = {"total_pages": page.pages, "current_page": page.number}
    items = [_show(exchange, server) for server in page.records]
    return exchange.respond("200.record", {"record": {"items": items, **said}})


def create(exchange: Exchange) -> Plan:
    """A server over the toolkits of auth configs, and over toolkits that need none."""
    body = exchange.body
    return _create(exchange, body.get("no_auth_apps") or (), body.get("allowed_tools"))


def create_custom(exchange: Exchange) -> Plan:
    """A server over any toolkits."""
    body = exchange.body
    return _create(
        exchange, body.get("toolkits") or (), body.get("allowed_tools") or body.get("custom_tools")
    )


def get(exchange: Exchange) -> Plan:
    """One server."""
    return _with(exchange, lambda server: _shown(exchange, server))


def update(exchange: Exchange) -> Plan:
    """Another name, other tools, toolkits or auth configs."""
    body = exchange.body
    kept = ("name", "toolkits", "allowed_tools", "managed_auth_via_composio", "auth_config_ids")

    def answer(server: Record) -> Plan:
        changes = {field: body[field] for field in kept if field in body}
        changed = {**server, **changes, "updated_at": now(exchange)}
        return _shown(exchange, changed, (Put(COLLECTION, server["id"], changed),))

    return _with(exchange, answer)


def delete(exchange: Exchange) -> Plan:
    """The server is gone, and its users' instances with it."""

    def answer(server: Record) -> Plan:
        gone = (Remove(INSTANCES, each["id"]) for each in _instances(exchange, server))
        said = {"record": {"id": server["id"], "deleted": True}}
        return exchange.respond("200.record", said, (Remove(COLLECTION, server["id"]), *gone))

    return _with(exchange, answer)


def generate_url(exchange: Exchange) -> Plan:
    """Addresses for users and for connected accounts."""
    body = exchange.body
    server = record(exchange, COLLECTION, body["mcp_server_id"])
    if server is None:
        return exchange.respond("404.mcp-server-not-found", {"id": body["mcp_server_id"]})
    url = _url(exchange, server)

    def each(name: str, ids: Iterable[str]) -> list[str]:
        return [f"{url}?{urlencode({name: id_}, errors='replace')}" for id_ in ids]

    urls = {
        "mcp_url": url,
        "user_ids_url": each("user_id", body.get("user_ids") or ()),
        "connected_account_urls": each(
            "connected_account_id", body.get("connected_account_ids") or ()
        ),
    }
    return exchange.respond("200.record", {"record": urls})


def list_instances(exchange: Exchange) -> Plan:
    """The server's users."""

    def answer(server: Record) -> Plan:
        found = [
            each
            for each in _instances(exchange, server)
            if contains(each, ("user", "id"), exchange.query("search"))
        ]
        page = cut_at(ordered(exchange, found), exchange.query("page_no"), exchange.query("limit"))
        shown = {
            "instances": [exchange.shaped("mcp_instance", instance=each) for each in page.records],
            "server_id": server["id"],
            "server_name": server.get("name"),
            "total_pages": page.pages,
            "current_page": page.number,
        }
        return exchange.respond("200.record", {"record": shown})

    return _with(exchange, answer)


def create_instance(exchange: Exchange) -> Plan:
    """The user's instance: a new one, or the one there is."""

    def answer(server: Record) -> Plan:
        user = exchange.body["user_id"]
        known = _instance(exchange, server, user)
        instance: Record = known or {
            "id": _uuid(exchange),
            "server": server["id"],
            "user": user,
            "created_at": now(exchange),
        }
        effects = () if known else (Put(INSTANCES, instance["id"], instance),)
        shown = exchange.shaped("mcp_instance", instance=instance)
        return exchange.respond("201.record", {"record": shown}, effects)

    return _with(exchange, answer)


def delete_instance(exchange: Exchange) -> Plan:
    """The user's instance is gone, and the user's accounts of the server's auth configs."""

    def answer(server: Record) -> Plan:
        user = exchange.path("instance_id")
        instance = _instance(exchange, server, user)
        if instance is None:
            return exchange.respond("404.mcp-instance-not-found", {"id": user})
        theirs = [
            account["id"]
            for account in accounts(exchange)
            if account.get("user_id") == user
            and account.get("auth_config") in server.get("auth_config_ids", ())
        ]
        effects = (
            Remove(INSTANCES, instance["id"]),
            *(Remove("connected_accounts", id_) for id_ in theirs),
        )
        return exchange.respond("200.deleted", {"accounts": len(theirs)}, effects)

    return _with(exchange, answer)


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
    effects = (Put(COLLECTION, server["id"], server),)
    return exchange.respond("201.record", {"record": _show(exchange, server)}, effects)


def _shown(exchange: Exchange, server: Record, effects: tuple[Effect, ...] = ()) -> Plan:
    return exchange.respond(
        "200.record", {"record": {**_show(exchange, server), "deleted": False}}, effects
    )


def _show(exchange: Exchange, server: Record) -> Json:
    count = len(_instances(exchange, server))
    icons = {each: exchange.shaped("toolkit_icon", toolkit=each) for each in server["toolkits"]}
    return exchange.shaped(
        "mcp_server", server=server, url=_url(exchange, server), instances=count, icons=icons
    )


def _url(exchange: Exchange, server: Record) -> str:
    return f"{base_url(exchange)}/mcp/{server['id']}"


def _instances(exchange: Exchange, server: Record) -> list[Record]:
    return [each for each in records(exchange, INSTANCES) if each.get("server") == server["id"]]


def _instance(exchange: Exchange, server: Record, user: str) -> Record | None:
    return next((each for each in _instances(exchange, server) if each.get("user") == user), None)


def _uuid(exchange: Exchange) -> str:
    return str(uuid.UUID(exchange.fresh_id("", 32), version=4))


HANDLERS: dict[str, Handler] = {
    "listMcpServers": list_servers,
    "listMcpServersOfToolkit": list_servers,
    "createMcpServer": create,
    "createCustomMcpServer": create_custom,
    "getMcpServer": get,
    "updateMcpServer": update,
    "deleteMcpServer": delete,
    "generateMcpUrl": generate_url,
    "listMcpInstances": list_instances,
    "createMcpInstance": create_instance,
    "deleteMcpInstance": delete_instance,
}
