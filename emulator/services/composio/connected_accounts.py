"""Connected accounts: list, connect by key or by link, and every change of their state."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.events import Emit
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.accounts import DEFAULT_USER, accounts, find_account, show_account
from emulator.services.composio.events import ACCOUNT_EXPIRED
from emulator.services.composio.links import link_account
from emulator.services.composio.pages import fits, ordered, page, words
from emulator.services.composio.records import Record, now, record, with_found

COLLECTION = "connected_accounts"

_with = with_found("connected_account_id", find_account, "404.account-gone")

#: Schemes that need the user's consent at the provider.
_CONSENT = ("OAUTH1", "OAUTH2", "DCR_OAUTH")

#: Query parameter → field of an account.
_FILTERS = {
    "user_ids": "user_id",
    "toolkit_slugs": "toolkit",
    "statuses": "status",
    "auth_config_ids": "auth_config",
    "connected_account_ids": "id",
}


def list_accounts(exchange: Exchange) -> Plan:
    """The accounts that every filter lets through; the newest first unless asked otherwise."""
    wanted = {field: words(exchange.query(name)) for name, field in _FILTERS.items()}
    found = [
        account
        for account in accounts(exchange)
        if all(fits(account.get(field), values) for field, values in wanted.items())
    ]
    return page(exchange, ordered(exchange, found), lambda account: show_account(exchange, account))


def create(exchange: Exchange) -> Plan:
    """Connect with credentials at once; OAuth of the caller's own waits for the user's consent."""
    body = exchange.body
    id_ = body["auth_config"]["id"]
    config = record(exchange, "auth_configs", id_)
    if config is None:
        return exchange.respond("404.auth-config-not-found", {"id": id_})
    given: Record = (body["connection"].get("state") or {}).get("val") or {}
    imported = bool(given.get("access_token") or given.get("oauth_token"))
    consent = config.get("auth_scheme") in _CONSENT and not imported
    if consent and config.get("managed"):
        return exchange.respond("400.managed-oauth")
    user = body["connection"].get("user_id") or DEFAULT_USER
    callback = body["connection"].get("callback_url")
    account, said, effects = link_account(exchange, config, user, callback)
    if not consent:
        account = {**account, "status": "ACTIVE", "val": given}
        said, effects = {}, (Put(COLLECTION, account["id"], account),)
    shown = {"account": account, "config": config, "redirect_url": said.get("redirect_url")}
    return exchange.respond("201.created", shown, effects)


def link(exchange: Exchange) -> Plan:
    """A link at which the user connects an account."""
    body = exchange.body
    config = record(exchange, "auth_configs", body["auth_config_id"])
    if config is None:
        return exchange.respond("404.auth-config-not-found", {"id": body["auth_config_id"]})
    account, said, effects = link_account(
        exchange, config, body["user_id"], body.get("callback_url"), body.get("alias")
    )
    return exchange.respond("201.link", {"account": account, **said}, effects)


def get(exchange: Exchange) -> Plan:
    """One account."""
    return _with(
        exchange, lambda a: exchange.respond("200.record", {"record": show_account(exchange, a)})
    )


def update(exchange: Exchange) -> Plan:
    """Another alias, or other credentials."""
    body = exchange.body
    changes: dict[str, Json] = {"alias": body["alias"]} if "alias" in body else {}
    state = (body.get("connection") or {}).get("state")
    if isinstance(state, dict) and isinstance(state.get("val"), dict):
        changes["val"] = state["val"]
    return _with(
        exchange,
        lambda a: exchange.respond("200.updated", {"account": a}, _put(exchange, a, changes)),
    )


def delete(exchange: Exchange) -> Plan:
    """The account is gone."""
    return _with(
        exchange, lambda a: exchange.respond("200.success", {}, (Remove(COLLECTION, a["id"]),))
    )


def set_status(exchange: Exchange) -> Plan:
    """Enabled is ACTIVE, disabled INACTIVE."""
    status = "ACTIVE" if exchange.body["enabled"] else "INACTIVE"
    return _with(
        exchange,
        lambda a: exchange.respond("200.success", {}, _put(exchange, a, {"status": status})),
    )


def refresh(exchange: Exchange) -> Plan:
    """Credentials that have expired are good again; others stay as they are.

    Where the provider refuses to refresh them (the account's `refresh_error`) they expire.
    """

    def answer(account: Record) -> Plan:
        error = account.get("refresh_error")
        if error and account["status"] in ("ACTIVE", "EXPIRED"):
            event = Emit(ACCOUNT_EXPIRED, {"id": account["id"], "status_reason": error})
            known = account["status"] == "EXPIRED"
            expired = {**account, "status": "EXPIRED"}
            return exchange.respond(
                "200.refreshed", {"account": expired}, () if known else (event,)
            )
        status = "ACTIVE" if account["status"] == "EXPIRED" else account["status"]
        effects = _put(exchange, account, {"status": status, "status_reason": None})
        return exchange.respond(
            "200.refreshed", {"account": {**account, "status": status}}, effects
        )

    return _with(exchange, answer)


def revoke(exchange: Exchange) -> Plan:
    """The provider no longer accepts the account's credentials."""
    changes = {"status": "REVOKED", "status_reason": "Revoked by the caller."}

    def answer(account: Record) -> Plan:
        tokens = [] if account["status"] == "REVOKED" else ["access_token"]
        said = {"account": account, "tokens": tokens}
        return exchange.respond("200.revoked", said, _put(exchange, account, changes))

    return _with(exchange, answer)


def _put(exchange: Exchange, account: Record, changes: Record) -> tuple[Put, ...]:
    return (Put(COLLECTION, account["id"], {**account, **changes, "updated_at": now(exchange)}),)


HANDLERS: dict[str, Handler] = {
    "listConnectedAccounts": list_accounts,
    "createConnectedAccount": create,
    "createLink": link,
    "getConnectedAccount": get,
    "updateConnectedAccount": update,
    "deleteConnectedAccount": delete,
    "updateConnectedAccountStatus": set_status,
    "refreshConnectedAccount": refresh,
    "revokeConnectedAccount": revoke,
}
