"""Connected accounts: list, connect by key or by link, consent, and every change of their state."""

from datetime import timedelta

from emulator.http.encode import to_the_second
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.events import Emit
from emulator.mock.state.store import Effect, Put
from emulator.services.builtin import on
from emulator.services.composio.accounts import (
    DEFAULT_USER,
    accounts,
    current,
    find_account,
    project,
    show_account,
)
from emulator.services.composio.connection_state import connection_values
from emulator.services.composio.events import ACCOUNT_EXPIRED
from emulator.services.composio.pages import filtered, ordered, respond_page, respond_with
from emulator.services.composio.records import (
    AUTH_CONFIGS,
    CONNECTED_ACCOUNTS,
    LINKS,
    Record,
    base_url,
    changed,
    now,
    on_found,
    setting,
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
    """List the accounts that pass every filter, the newest first by default."""
    found = filtered(exchange, accounts(exchange), _FILTERS)
    return respond_page(exchange, ordered(exchange, found), show_account)


def create(exchange: Exchange) -> Plan:
    """Connect with credentials at once; OAuth of the caller's own waits for the user's consent."""
    id_, connection = exchange.body["auth_config"]["id"], exchange.body["connection"]
    config = AUTH_CONFIGS.find(exchange, id_)
    if config is None:
        return exchange.respond("404.auth-config-not-found", {"id": id_})
    given: Record = (connection.get("state") or {}).get("val") or {}
    imported = bool(given.get("access_token") or given.get("oauth_token"))
    consent = config.get("auth_scheme") in _CONSENT and not imported
    if consent and config.get("managed"):
        return exchange.respond("400.managed-oauth")
    user = connection.get("user_id") or DEFAULT_USER
    variables, effects = _link_account(exchange, config, user, connection.get("callback_url"))
    if not consent:
        account = {**variables["account"], "status": "ACTIVE", "val": given}
        variables = {"account": account, "redirect_url": None}
        effects = (CONNECTED_ACCOUNTS.put(account),)
    variables = {**variables, "config": config}
    scheme, status = str(config.get("auth_scheme", "OAUTH2")), variables["account"]["status"]
    url = variables["redirect_url"]
    val = connection_values(scheme, status, {"redirectUrl": url} if url else {}, url or "")
    return exchange.respond("201.created", {**variables, "val": val}, effects)


@AUTH_CONFIGS.on(body="auth_config_id")
def link(exchange: Exchange, config: Record) -> Plan:
    """Create a link at which the user connects an account."""
    return respond_link(exchange, config, exchange.body["user_id"])


@_on_account
def get(exchange: Exchange, account: Record) -> Plan:
    """Get one account."""
    return respond_with(exchange, show_account(exchange, account))


@_on_account
def update(exchange: Exchange, account: Record) -> Plan:
    """Change an account's alias or credentials."""
    body = exchange.body
    changes: dict[str, Json] = {"alias": body["alias"]} if "alias" in body else {}
    state = (body.get("connection") or {}).get("state")
    if isinstance(state, dict) and isinstance(state.get("val"), dict):
        changes["val"] = state["val"]
    effect = _change(exchange, account, **changes)
    return exchange.respond("200.updated", {"account": account}, [effect])


@_on_account
def delete(exchange: Exchange, account: Record) -> Plan:
    """Delete an account."""
    return exchange.respond("200.success", {}, [CONNECTED_ACCOUNTS.remove(account)])


@_on_account
def set_status(exchange: Exchange, account: Record) -> Plan:
    """Make an account ACTIVE or INACTIVE."""
    status = "ACTIVE" if exchange.body["enabled"] else "INACTIVE"
    return exchange.respond("200.success", {}, [_change(exchange, account, status=status)])


@_on_account
def refresh(exchange: Exchange, account: Record) -> Plan:
    """Renew expired credentials; others stay as they are.

    Where the provider refuses to refresh them (the account's `refresh_error`) they expire.
    """
    error, status = account.get("refresh_error"), account["status"]
    if error and status in ("ACTIVE", "EXPIRED"):
        event = Emit(ACCOUNT_EXPIRED, {"id": account["id"], "status_reason": error})
        expired = {**account, "status": "EXPIRED"}
        effects = [] if status == "EXPIRED" else [event]
        return exchange.respond("200.refreshed", {"account": expired}, effects)
    status = "ACTIVE" if status == "EXPIRED" else status
    effect = _change(exchange, account, status=status, status_reason=None)
    return exchange.respond("200.refreshed", {"account": {**account, "status": status}}, [effect])


@_on_account
def revoke(exchange: Exchange, account: Record) -> Plan:
    """Revoke an account: the provider no longer accepts its credentials."""
    tokens = [] if account["status"] == "REVOKED" else ["access_token"]
    reason = "Revoked by the caller."
    effect = _change(exchange, account, status="REVOKED", status_reason=reason)
    return exchange.respond("200.revoked", {"account": account, "tokens": tokens}, [effect])


def _link_account(
    exchange: Exchange, config: Record, user: str, callback: Json = None, alias: Json = None
) -> tuple[dict[str, Json], tuple[Effect, ...]]:
    """Create an account that waits for its user, and its link: as variables and as effects.

    It becomes ACTIVE by itself after `link_active_after_s`, as if the user had agreed.
    """
    id_, token = exchange.fresh_id("ca_"), exchange.fresh_id("lt_")
    waits = setting(exchange, "link_active_after_s")
    expires = exchange.now + timedelta(seconds=setting(exchange, "link_expires_after_s") or 600)
    account: Record = {
        "id": id_,
        "alias": alias,
        "user_id": user,
        "project": project(exchange),
        "toolkit": config.get("toolkit"),
        "auth_config": config["id"],
        "status": "INITIATED",
        "created_at": now(exchange),
        "active_at": None if waits is None else exchange.now.timestamp() + waits,
    }
    variables = {
        "account": account,
        "token": token,
        "redirect_url": f"{base_url(exchange)}/link/{token}",
        "expires_at": to_the_second(expires),
    }
    link = {"account": id_, "callback": callback, "expires_at": expires.timestamp()}
    return variables, (CONNECTED_ACCOUNTS.put(account), Put(LINKS.name, token, link))


def respond_link(exchange: Exchange, config: Record, user: str) -> Plan:
    """Respond with a link at which this user connects an account."""
    callback, alias = exchange.body.get("callback_url"), exchange.body.get("alias")
    return exchange.respond("201.link", *_link_account(exchange, config, user, callback, alias))


def _waiting(exchange: Exchange) -> Record | Plan:
    """Find the path's link with its account; 404 if it is unknown, 400 if it has expired."""
    link = LINKS.find(exchange, exchange.path("link_token"))
    account = CONNECTED_ACCOUNTS.find(exchange, link.get("account")) if link else None
    if link is None or account is None:
        return exchange.respond("404.default")
    if link.get("expires_at") and exchange.now.timestamp() > link["expires_at"]:
        return exchange.respond("400.link-expired")
    callback = str(link.get("callback") or "")
    safe = callback if callback.startswith(("http://", "https://")) else None
    return {"account": current(exchange, account), "callback": safe}


@on(_waiting)
def show_consent(exchange: Exchange, found: Record) -> Plan:
    """Show the emulator's own page that asks the user for consent."""
    return exchange.respond("200.default", found)


@on(_waiting)
def answer_consent(exchange: Exchange, found: Record) -> Plan:
    """Take the user's decision: the account becomes ACTIVE, or FAILED."""
    denied = exchange.query("decision") == "deny"
    status, reason = ("FAILED", "The user refused.") if denied else ("ACTIVE", None)
    account = changed(exchange, found["account"], status=status, status_reason=reason)
    effect = CONNECTED_ACCOUNTS.put(account)
    return exchange.respond("200.default", {**found, "account": account}, [effect])


def complete_auth(exchange: Exchange) -> Plan:
    """Make the account ACTIVE when the user who was sent comes back from the provider.

    The session URI is a link's token, or an address that ends in one.
    """
    body = exchange.body
    link = LINKS.find(exchange, body["session_uri"].rpartition("/")[2])
    account = find_account(exchange, link.get("account")) if link else None
    if account is None:
        return exchange.respond("404.default")
    if account.get("user_id") != body["user_id"]:
        return exchange.respond("400.user-mismatch")
    effect = _change(exchange, account, status="ACTIVE")
    return exchange.respond("200.completed", {"account": account}, [effect])


def _change(exchange: Exchange, account: Record, **changes: Json) -> Put:
    return CONNECTED_ACCOUNTS.put(changed(exchange, account, **changes))
