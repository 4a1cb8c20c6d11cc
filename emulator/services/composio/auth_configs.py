"""Auth configs: how the accounts of a toolkit are connected."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.accounts import accounts
from emulator.services.composio.catalogue import find_toolkit
from emulator.services.composio.pages import contains, fits, page, words
from emulator.services.composio.records import Record, masked, now, records, with_record

COLLECTION = "auth_configs"

_with = with_record("auth_config_id", COLLECTION, "404.auth-config-not-found")


def list_configs(exchange: Exchange) -> Plan:
    """The configs that every filter lets through; disabled ones only if asked for."""
    managed = str(exchange.query("is_composio_managed") or "").lower()
    found = [
        config
        for config in records(exchange, COLLECTION)
        if fits(config.get("toolkit"), words(exchange.query("toolkit_slug")))
        and (managed not in ("true", "false") or bool(config.get("managed")) == (managed == "true"))
        and (config.get("status") != "DISABLED" or exchange.query("show_disabled") is True)
        and contains(config, ("id", "name"), exchange.query("search"))
    ]
    return page(exchange, found, lambda config: _show(exchange, config))


def create(exchange: Exchange) -> Plan:
    """A config for a toolkit: Composio's own OAuth, or the caller's credentials."""
    body = exchange.body
    toolkit = find_toolkit(exchange, body["toolkit"]["slug"])
    if toolkit is None:
        return exchange.respond("404.toolkit-not-found", {"id": body["toolkit"]["slug"]})
    asked = body.get("auth_config") or {"type": "use_composio_managed_auth"}
    managed = asked["type"] == "use_composio_managed_auth"
    schemes = toolkit.get("managed_schemes" if managed else "auth_schemes") or ["NO_AUTH"]
    config: dict[str, Json] = {
        "id": exchange.fresh_id("ac_"),
        "toolkit": toolkit["id"],
        "name": asked.get("name") or toolkit["id"],
        "auth_scheme": asked.get("authScheme") or schemes[0],
        "managed": managed,
        "status": "ENABLED",
        "created_at": now(exchange),
        "credentials": asked.get("credentials") or {},
        "restrict_to_following_tools": asked.get("restrict_to_following_tools") or [],
    }
    return exchange.respond(
        "201.created", {"config": config}, (Put(COLLECTION, config["id"], config),)
    )


def get(exchange: Exchange) -> Plan:
    """One config."""
    return _with(exchange, lambda c: exchange.respond("200.record", {"record": _show(exchange, c)}))


def update(exchange: Exchange) -> Plan:
    """Another name, other credentials, or other tools."""
    kept = ("name", "credentials", "restrict_to_following_tools", "tool_access_config")
    changes = {field: exchange.body[field] for field in kept if field in exchange.body}
    return _with(
        exchange, lambda c: exchange.respond("200.changed", {}, _put(exchange, c, changes))
    )


def set_status(exchange: Exchange) -> Plan:
    """ENABLED or DISABLED, as the path says."""
    changes = {"status": exchange.path("status")}
    return _with(
        exchange, lambda c: exchange.respond("200.changed", {}, _put(exchange, c, changes))
    )


def delete(exchange: Exchange) -> Plan:
    """The config is gone; its accounts stay."""
    return _with(
        exchange, lambda c: exchange.respond("200.changed", {}, (Remove(COLLECTION, c["id"]),))
    )


def _show(exchange: Exchange, config: Record) -> Json:
    count = sum(1 for each in accounts(exchange) if each.get("auth_config") == config["id"])
    secrets = masked(config.get("credentials"))
    return exchange.shaped("auth_config", config=config, credentials=secrets, connections=count)


def _put(exchange: Exchange, config: Record, changes: Record) -> tuple[Put, ...]:
    return (Put(COLLECTION, config["id"], {**config, **changes, "updated_at": now(exchange)}),)


HANDLERS: dict[str, Handler] = {
    "listAuthConfigs": list_configs,
    "createAuthConfig": create,
    "getAuthConfig": get,
    "updateAuthConfig": update,
    "updateAuthConfigStatus": set_status,
    "deleteAuthConfig": delete,
}
