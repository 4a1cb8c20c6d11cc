"""Connected accounts: list, connect by key or by link, and every change of their state."""

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
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


def list_accounts(call: Call) -> Answer:
    """The accounts that every filter lets through; the newest first unless asked otherwise."""
    wanted = {field: words(call.query(name)) for name, field in _FILTERS.items()}
    found = [
        account
        for account in accounts(call)
        if all(fits(account.get(field), values) for field, values in wanted.items())
    ]
    return page(call, ordered(call, found), lambda account: show_account(call, account))


def create(call: Call) -> Answer:
    """Connect with credentials at once; OAuth of the caller's own waits for the user's consent."""
    body = call.request.body
    id_ = body["auth_config"]["id"]
    config = record(call, "auth_configs", id_)
    if config is None:
        return Answer("404.auth-config-not-found", {"id": id_})
    given: Record = (body["connection"].get("state") or {}).get("val") or {}
    imported = bool(given.get("access_token") or given.get("oauth_token"))
    consent = config.get("auth_scheme") in _CONSENT and not imported
    if consent and config.get("managed"):
        return Answer("400.managed-oauth")
    user = body["connection"].get("user_id") or DEFAULT_USER
    callback = body["connection"].get("callback_url")
    account, said, effects = link_account(call, config, user, callback)
    if not consent:
        account = {**account, "status": "ACTIVE", "val": given}
        said, effects = {}, (Put(COLLECTION, account["id"], account),)
    shown = {"account": account, "config": config, "redirect_url": said.get("redirect_url")}
    return Answer("201.created", shown, effects)


def link(call: Call) -> Answer:
    """A link at which the user connects an account."""
    body = call.request.body
    config = record(call, "auth_configs", body["auth_config_id"])
    if config is None:
        return Answer("404.auth-config-not-found", {"id": body["auth_config_id"]})
    account, said, effects = link_account(
        call, config, body["user_id"], body.get("callback_url"), body.get("alias")
    )
    return Answer("201.link", {"account": account, **said}, effects)


def get(call: Call) -> Answer:
    """One account."""
    return _with(call, lambda a: Answer("200.record", {"record": show_account(call, a)}))


def update(call: Call) -> Answer:
    """Another alias, or other credentials."""
    body = call.request.body
    changes: dict[str, Json] = {"alias": body["alias"]} if "alias" in body else {}
    state = (body.get("connection") or {}).get("state")
    if isinstance(state, dict) and isinstance(state.get("val"), dict):
        changes["val"] = state["val"]
    return _with(call, lambda a: Answer("200.updated", {"account": a}, _put(call, a, changes)))


def delete(call: Call) -> Answer:
    """The account is gone."""
    return _with(call, lambda a: Answer("200.success", {}, (Remove(COLLECTION, a["id"]),)))


def set_status(call: Call) -> Answer:
    """Enabled is ACTIVE, disabled INACTIVE."""
    status = "ACTIVE" if call.request.body["enabled"] else "INACTIVE"
    return _with(call, lambda a: Answer("200.success", {}, _put(call, a, {"status": status})))


def refresh(call: Call) -> Answer:
    """Credentials that have expired are good again; others stay as they are.

    Where the provider refuses to refresh them (the account's `refresh_error`) they expire.
    """

    def answer(account: Record) -> Answer:
        error = account.get("refresh_error")
        if error and account["status"] in ("ACTIVE", "EXPIRED"):
            event = Emit(ACCOUNT_EXPIRED, {"id": account["id"], "status_reason": error})
            known = account["status"] == "EXPIRED"
            expired = {**account, "status": "EXPIRED"}
            return Answer("200.refreshed", {"account": expired}, () if known else (event,))
        status = "ACTIVE" if account["status"] == "EXPIRED" else account["status"]
        effects = _put(call, account, {"status": status, "status_reason": None})
        return Answer("200.refreshed", {"account": {**account, "status": status}}, effects)

    return _with(call, answer)


def revoke(call: Call) -> Answer:
    """The provider no longer accepts the account's credentials."""
    changes = {"status": "REVOKED", "status_reason": "Revoked by the caller."}

    def answer(account: Record) -> Answer:
        tokens = [] if account["status"] == "REVOKED" else ["access_token"]
        said = {"account": account, "tokens": tokens}
        return Answer("200.revoked", said, _put(call, account, changes))

    return _with(call, answer)


def _put(call: Call, account: Record, changes: Record) -> tuple[Put, ...]:
    return (Put(COLLECTION, account["id"], {**account, **changes, "updated_at": now(call)}),)


BEHAVIOURS: dict[str, Behaviour] = {
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
