"""Auth configs: how the accounts of a toolkit are connected."""

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.accounts import accounts
from emulator.services.composio.catalogue import find_toolkit
from emulator.services.composio.pages import contains, fits, page, words
from emulator.services.composio.records import Record, masked, now, records, with_record

COLLECTION = "auth_configs"

_with = with_record("auth_config_id", COLLECTION, "404.auth-config-not-found")


def list_configs(call: Call) -> Answer:
    """The configs that every filter lets through; disabled ones only if asked for."""
    managed = str(call.query("is_composio_managed") or "").lower()
    found = [
        config
        for config in records(call, COLLECTION)
        if fits(config.get("toolkit"), words(call.query("toolkit_slug")))
        and (managed not in ("true", "false") or bool(config.get("managed")) == (managed == "true"))
        and (config.get("status") != "DISABLED" or call.query("show_disabled") is True)
        and contains(config, ("id", "name"), call.query("search"))
    ]
    return page(call, found, lambda config: _show(call, config))


def create(call: Call) -> Answer:
    """A config for a toolkit: Composio's own OAuth, or the caller's credentials."""
    body = call.request.body
    toolkit = find_toolkit(call, body["toolkit"]["slug"])
    if toolkit is None:
        return Answer("404.toolkit-not-found", {"id": body["toolkit"]["slug"]})
    asked = body.get("auth_config") or {"type": "use_composio_managed_auth"}
    managed = asked["type"] == "use_composio_managed_auth"
    schemes = toolkit.get("managed_schemes" if managed else "auth_schemes") or ["NO_AUTH"]
    config: dict[str, Json] = {
        "id": call.fresh_id("ac_"),
        "toolkit": toolkit["id"],
        "name": asked.get("name") or toolkit["id"],
        "auth_scheme": asked.get("authScheme") or schemes[0],
        "managed": managed,
        "status": "ENABLED",
        "created_at": now(call),
        "credentials": asked.get("credentials") or {},
        "restrict_to_following_tools": asked.get("restrict_to_following_tools") or [],
    }
    return Answer("201.created", {"config": config}, (Put(COLLECTION, config["id"], config),))


def get(call: Call) -> Answer:
    """One config."""
    return _with(call, lambda c: Answer("200.record", {"record": _show(call, c)}))


def update(call: Call) -> Answer:
    """Another name, other credentials, or other tools."""
    kept = ("name", "credentials", "restrict_to_following_tools", "tool_access_config")
    changes = {field: call.request.body[field] for field in kept if field in call.request.body}
    return _with(call, lambda c: Answer("200.changed", {}, _put(call, c, changes)))


def set_status(call: Call) -> Answer:
    """ENABLED or DISABLED, as the path says."""
    changes = {"status": call.path("status")}
    return _with(call, lambda c: Answer("200.changed", {}, _put(call, c, changes)))


def delete(call: Call) -> Answer:
    """The config is gone; its accounts stay."""
    return _with(call, lambda c: Answer("200.changed", {}, (Remove(COLLECTION, c["id"]),)))


def _show(call: Call, config: Record) -> Json:
    count = sum(1 for each in accounts(call) if each.get("auth_config") == config["id"])
    secrets = masked(config.get("credentials"))
    return call.shaped("auth_config", config=config, credentials=secrets, connections=count)


def _put(call: Call, config: Record, changes: Record) -> tuple[Put, ...]:
    return (Put(COLLECTION, config["id"], {**config, **changes, "updated_at": now(call)}),)


BEHAVIOURS: dict[str, Behaviour] = {
    "listAuthConfigs": list_configs,
    "createAuthConfig": create,
    "getAuthConfig": get,
    "updateAuthConfig": update,
    "updateAuthConfigStatus": set_status,
    "deleteAuthConfig": delete,
}
