"""Auth configs: how the accounts of a toolkit are connected."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.accounts import accounts
from emulator.services.composio.catalogue import find_toolkit
from emulator.services.composio.pages import contains, filtered, respond_page, respond_with
from emulator.services.composio.records import AUTH_CONFIGS, Record, changed, masked, now, sent

#: What a caller may change.
_FIELDS = ("name", "credentials", "restrict_to_following_tools", "tool_access_config")

_on_config = AUTH_CONFIGS.on(path="auth_config_id")


def list_configs(exchange: Exchange) -> Plan:
    """List the configs that pass every filter; disabled ones only on request."""
    managed = str(exchange.query("is_composio_managed") or "").lower()
    found = [
        config
        for config in filtered(exchange, AUTH_CONFIGS.all(exchange), {"toolkit_slug": "toolkit"})
        if (managed not in ("true", "false") or bool(config.get("managed")) == (managed == "true"))
        and (config.get("status") != "DISABLED" or exchange.query("show_disabled") is True)
        and contains(config, ("id", "name"), exchange.query("search"))
    ]
    return respond_page(exchange, found, _show)


def create(exchange: Exchange) -> Plan:
    """Create a config for a toolkit: Composio's own OAuth, or the caller's credentials."""
    body = exchange.body
    toolkit = find_toolkit(exchange, body["toolkit"]["slug"])
    if toolkit is None:
        return exchange.respond("404.toolkit-not-found", {"id": body["toolkit"]["slug"]})
    options = body.get("auth_config") or {"type": "use_composio_managed_auth"}
    managed = options["type"] == "use_composio_managed_auth"
    schemes = toolkit.get("managed_schemes" if managed else "auth_schemes") or ["NO_AUTH"]
    config: Record = {
        "id": exchange.fresh_id("ac_"),
        "toolkit": toolkit["id"],
        "name": options.get("name") or toolkit["id"],
        "auth_scheme": options.get("authScheme") or schemes[0],
        "managed": managed,
        "status": "ENABLED",
        "created_at": now(exchange),
        "credentials": options.get("credentials") or {},
        "restrict_to_following_tools": options.get("restrict_to_following_tools") or [],
    }
    return exchange.respond("201.created", {"config": config}, [AUTH_CONFIGS.put(config)])


@_on_config
def get(exchange: Exchange, config: Record) -> Plan:
    """Get one config."""
    return respond_with(exchange, _show(exchange, config))


@_on_config
def update(exchange: Exchange, config: Record) -> Plan:
    """Change a config's name, credentials or tools."""
    return _change(exchange, config, sent(exchange, _FIELDS))


@_on_config
def set_status(exchange: Exchange, config: Record) -> Plan:
    """Enable or disable a config, as the path says."""
    return _change(exchange, config, {"status": exchange.path("status")})


@_on_config
def delete(exchange: Exchange, config: Record) -> Plan:
    """Delete a config, but not its accounts."""
    return exchange.respond("200.changed", {}, [AUTH_CONFIGS.remove(config)])


def _change(exchange: Exchange, config: Record, changes: Record) -> Plan:
    effect = AUTH_CONFIGS.put(changed(exchange, config, **changes))
    return exchange.respond("200.changed", {}, [effect])


def _show(exchange: Exchange, config: Record) -> Json:
    count = sum(1 for each in accounts(exchange) if each.get("auth_config") == config["id"])
    secrets = masked(config.get("credentials"))
    return exchange.shaped("auth_config", config=config, credentials=secrets, connections=count)
