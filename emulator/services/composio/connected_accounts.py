"""Connected accounts: list, connect by key or by link, and every change of their state."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.events import Emit
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.accounts import (
    COLLECTION,
    DEFAULT_USER,
    accounts,
    find_account,
    show_account,
)
from emulator.services.composio.events import ACCOUNT_EXPIRED
from emulator.services.composio.links import link_account
from emulator.services.composio.pages import filtered, ordered, respond_page
from emulator.services.composio.records import (
    Record,
    changed,
    on_found,
    on_record,
    put,
    record,
    respond_with,
)

_on_account = on_found(find_account, "404.account-gone", path="connected_account_id")

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
    found = filtered(exchange, accounts(exchange), _FILTERS)
    return respond_page(exchange, ordered(exchange, found), show_account)


def create(exchange: Exchange) -> Plan:
    """Connect with credentials at once; OAuth of the caller's own waits for the user's consent."""
    id_, connection = exchange.body["auth_config"]["id"], exchange.body["connection"]
    config = record(exchange, "auth_configs", id_)
    if config is None:
        return exchange.respond("404.auth-config-not-found", {"id": id_})
    given: Record = (connection.get("state") or {}).get("val") or {}
    imported = bool(given.get("access_token") or given.get("oauth_token"))
    consent = config.get("auth_scheme") in _CONSENT and not imported
    if consent and config.get("managed"):
        return exchange.respond("400.managed-oauth")
    user = connection.get("user_id") or DEFAULT_USER
    variables, effects = link_account(exchange, config, user, connection.get("callback_url"))
    if not consent:
        account = {**variables["account"], "status": "ACTIVE", "val": given}
        variables, effects = {"account": account, "redirect_url": None}, (put(COLLECTION, account),)
    return exchange.respond("201.created", {**variables, "config": config}, effects)


@on_record("auth_configs", "404.auth-config-not-found", body="auth_config_id")
def link(exchange: Exchange, config: Record) -> Plan:
    """A link at which the user connects an account."""
    body = exchange.body
    callback, alias = body.get("callback_url"), body.get("alias")
    linked = link_account(exchange, config, body["user_id"], callback, alias)
    return exchange.respond("201.link", *linked)


@_on_account
def get(exchange: Exchange, account: Record) -> Plan:
    """One account."""
    return respond_with(exchange, show_account(exchange, account))


@_on_account
def update(exchange: Exchange, account: Record) -> Plan:
    """Another alias, or other credentials."""
    body = exchange.body
    changes: dict[str, Json] = {"alias": body["alias"]} if "alias" in body else {}
    state = (body.get("connection") or {}).get("state")
    if isinstance(state, dict) and isinstance(state.get("val"), dict):
        changes["val"] = state["val"]
    effect = _change(exchange, account, changes)
    return exchange.respond("200.updated", {"account": account}, [effect])


@_on_account
def delete(exchange: Exchange, account: Record) -> Plan:
    """The account is gone."""
    return exchange.respond("200.success", {}, [Remove(COLLECTION, account["id"])])


@_on_account
def set_status(exchange: Exchange, account: Record) -> Plan:
    """Enabled is ACTIVE, disabled INACTIVE."""
    status = "ACTIVE" if exchange.body["enabled"] else "INACTIVE"
    return exchange.respond("200.success", {}, [_change(exchange, account, {"status": status})])


@_on_account
def refresh(exchange: Exchange, account: Record) -> Plan:
    """Credentials that have expired are good again; others stay as they are.

    Where the provider refuses to refresh them (the account's `refresh_error`) they expire.
    """
    error, status = account.get("refresh_error"), account["status"]
    if error and status in ("ACTIVE", "EXPIRED"):
        event = Emit(ACCOUNT_EXPIRED, {"id": account["id"], "status_reason": error})
        expired = {**account, "status": "EXPIRED"}
        effects = [] if status == "EXPIRED" else [event]
        return exchange.respond("200.refreshed", {"account": expired}, effects)
    status = "ACTIVE" if status == "EXPIRED" else status
    effect = _change(exchange, account, {"status": status, "status_reason": None})
    return exchange.respond("200.refreshed", {"account": {**account, "status": status}}, [effect])


@_on_account
def revoke(exchange: Exchange, account: Record) -> Plan:
    """The provider no longer accepts the account's credentials."""
    changes = {"status": "REVOKED", "status_reason": "Revoked by the caller."}
    tokens = [] if account["status"] == "REVOKED" else ["access_token"]
    variables = {"account": account, "tokens": tokens}
    return exchange.respond("200.revoked", variables, [_change(exchange, account, changes)])


def _change(exchange: Exchange, account: Record, changes: Record) -> Put:
    return put(COLLECTION, changed(exchange, account, changes))
