"""MCP servers: which tools they offer, and to whom. The servers themselves are not emulated."""

import uuid
from collections.abc import Iterable
from urllib.parse import urlencode

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.composio.accounts import accounts
from emulator.services.composio.pages import contains, cut_at, fits, ordered, words
from emulator.services.composio.records import Record, base_url, now, record, records, with_record

COLLECTION = "mcp_servers"

_with = with_record("server_id", COLLECTION, "404.mcp-server-not-found")
INSTANCES = "mcp_instances"


def list_servers(call: Call) -> Answer:
    """The servers that every filter lets through, of one toolkit where the path names it."""
    of = words(call.path("app_key"))
    found = [
        server
        for server in records(call, COLLECTION)
        if contains(server, ("name",), call.query("name"))
        and fits(server.get("toolkits"), of)
        and fits(server.get("toolkits"), words(call.query("toolkits")))
        and fits(server.get("auth_config_ids"), words(call.query("auth_config_ids")))
    ]
    page = cut_at(ordered(call, found), call.query("page_no"), call.query("limit"))
    said = {"total_pages": page.pages, "current_page": page.number}
    items = [_show(call, server) for server in page.records]
    return Answer("200.record", {"record": {"items": items, **said}})


def create(call: Call) -> Answer:
    """A server over the toolkits of auth configs, and over toolkits that need none."""
    body = call.request.body
    return _create(call, body.get("no_auth_apps") or (), body.get("allowed_tools"))


def create_custom(call: Call) -> Answer:
    """A server over any toolkits."""
    body = call.request.body
    return _create(
        call, body.get("toolkits") or (), body.get("allowed_tools") or body.get("custom_tools")
    )


def get(call: Call) -> Answer:
    """One server."""
    return _with(call, lambda server: _shown(call, server))


def update(call: Call) -> Answer:
    """Another name, other tools, toolkits or auth configs."""
    body = call.request.body
    kept = ("name", "toolkits", "allowed_tools", "managed_auth_via_composio", "auth_config_ids")

    def answer(server: Record) -> Answer:
        changes = {field: body[field] for field in kept if field in body}
        changed = {**server, **changes, "updated_at": now(call)}
        return _shown(call, changed, (Put(COLLECTION, server["id"], changed),))

    return _with(call, answer)


def delete(call: Call) -> Answer:
    """The server is gone, and its users' instances with it."""

    def answer(server: Record) -> Answer:
        gone = (Remove(INSTANCES, each["id"]) for each in _instances(call, server))
        said = {"record": {"id": server["id"], "deleted": True}}
        return Answer("200.record", said, (Remove(COLLECTION, server["id"]), *gone))

    return _with(call, answer)


def generate_url(call: Call) -> Answer:
    """Addresses for users and for connected accounts."""
    body = call.request.body
    server = record(call, COLLECTION, body["mcp_server_id"])
    if server is None:
        return Answer("404.mcp-server-not-found", {"id": body["mcp_server_id"]})
    url = _url(call, server)

    def each(name: str, ids: Iterable[str]) -> list[str]:
        return [f"{url}?{urlencode({name: id_}, errors='replace')}" for id_ in ids]

    urls = {
        "mcp_url": url,
        "user_ids_url": each("user_id", body.get("user_ids") or ()),
        "connected_account_urls": each(
            "connected_account_id", body.get("connected_account_ids") or ()
        ),
    }
    return Answer("200.record", {"record": urls})


def list_instances(call: Call) -> Answer:
    """The server's users."""

    def answer(server: Record) -> Answer:
        found = [
            each
            for each in _instances(call, server)
            if contains(each, ("user", "id"), call.query("search"))
        ]
        page = cut_at(ordered(call, found), call.query("page_no"), call.query("limit"))
        shown = {
            "instances": [call.shaped("mcp_instance", instance=each) for each in page.records],
            "server_id": server["id"],
            "server_name": server.get("name"),
            "total_pages": page.pages,
            "current_page": page.number,
        }
        return Answer("200.record", {"record": shown})

    return _with(call, answer)


def create_instance(call: Call) -> Answer:
    """The user's instance: a new one, or the one there is."""

    def answer(server: Record) -> Answer:
        user = call.request.body["user_id"]
        known = _instance(call, server, user)
        instance: Record = known or {
            "id": _uuid(call),
            "server": server["id"],
            "user": user,
            "created_at": now(call),
        }
        effects = () if known else (Put(INSTANCES, instance["id"], instance),)
        shown = call.shaped("mcp_instance", instance=instance)
        return Answer("201.record", {"record": shown}, effects)

    return _with(call, answer)


def delete_instance(call: Call) -> Answer:
    """The user's instance is gone, and the user's accounts of the server's auth configs."""

    def answer(server: Record) -> Answer:
        user = call.path("instance_id")
        instance = _instance(call, server, user)
        if instance is None:
            return Answer("404.mcp-instance-not-found", {"id": user})
        theirs = [
            account["id"]
            for account in accounts(call)
            if account.get("user_id") == user
            and account.get("auth_config") in server.get("auth_config_ids", ())
        ]
        effects = (
            Remove(INSTANCES, instance["id"]),
            *(Remove("connected_accounts", id_) for id_ in theirs),
        )
        return Answer("200.deleted", {"accounts": len(theirs)}, effects)

    return _with(call, answer)


def _create(call: Call, toolkits: Iterable[str], tools: Json) -> Answer:
    body = call.request.body
    ids = list(body.get("auth_config_ids") or ())
    configs = {id_: record(call, "auth_configs", id_) for id_ in ids}
    for id_, config in configs.items():
        if config is None:
            return Answer("404.auth-config-not-found", {"id": id_})
    own = [str(config.get("toolkit")) for config in configs.values() if config]
    server: Record = {
        "id": _uuid(call),
        "name": body["name"],
        "auth_config_ids": ids,
        "toolkits": list(dict.fromkeys([*own, *toolkits])),
        "allowed_tools": list(tools or ()),
        "managed_auth_via_composio": bool(body.get("managed_auth_via_composio")),
        "created_at": now(call),
    }
    effects = (Put(COLLECTION, server["id"], server),)
    return Answer("201.record", {"record": _show(call, server)}, effects)


def _shown(call: Call, server: Record, effects: tuple[Effect, ...] = ()) -> Answer:
    return Answer("200.record", {"record": {**_show(call, server), "deleted": False}}, effects)


def _show(call: Call, server: Record) -> Json:
    count = len(_instances(call, server))
    icons = {each: call.shaped("toolkit_icon", toolkit=each) for each in server["toolkits"]}
    return call.shaped(
        "mcp_server", server=server, url=_url(call, server), instances=count, icons=icons
    )


def _url(call: Call, server: Record) -> str:
    return f"{base_url(call)}/mcp/{server['id']}"


def _instances(call: Call, server: Record) -> list[Record]:
    return [each for each in records(call, INSTANCES) if each.get("server") == server["id"]]


def _instance(call: Call, server: Record, user: str) -> Record | None:
    return next((each for each in _instances(call, server) if each.get("user") == user), None)


def _uuid(call: Call) -> str:
    return str(uuid.UUID(call.fresh_id("", 32), version=4))


BEHAVIOURS: dict[str, Behaviour] = {
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
