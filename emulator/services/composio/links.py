"""Connect links: where a user grants or refuses what an account needs.

The page is the emulator's own. An account that is linked becomes ACTIVE by itself after the state
file's `link_active_after_s`, as if the user had agreed.
"""

from datetime import timedelta

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put
from emulator.services.composio.accounts import as_it_is_now, find_account, project
from emulator.services.composio.records import Record, base_url, moment, now, record, setting


def link_account(
    exchange: Exchange, config: Record, user: str, callback: Json = None, alias: Json = None
) -> tuple[Record, dict[str, Json], tuple[Effect, ...]]:
    """A new account that waits for its user, what is said about its link, and both as effects."""
    id_, token = exchange.fresh_id("ca_"), exchange.fresh_id("lt_")
    waits = setting(exchange, "link_active_after_s")
    lasts = setting(exchange, "link_expires_after_s") or 600
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
    said = {
        "token": token,
        "redirect_url": f"{base_url(exchange)}/link/{token}",
        "expires_at": moment(exchange.now + timedelta(seconds=lasts)),
    }
    until = exchange.now.timestamp() + lasts
    kept = {"account": id_, "callback": callback, "expires_at": until}
    return account, said, (Put("connected_accounts", id_, account), Put("links", token, kept))


def show(exchange: Exchange) -> Plan:
    """The page that asks the user."""
    found = _waiting(exchange)
    return found if isinstance(found, Plan) else exchange.respond("200.default", found)


def answer(exchange: Exchange) -> Plan:
    """The user's answer: the account becomes ACTIVE, or FAILED."""
    found = _waiting(exchange)
    if isinstance(found, Plan):
        return found
    denied = exchange.query("decision") == "deny"
    status, reason = ("FAILED", "The user refused.") if denied else ("ACTIVE", None)
    account = {**found["account"], "status": status, "status_reason": reason}
    account["updated_at"] = now(exchange)
    effect = Put("connected_accounts", account["id"], account)
    return exchange.respond("200.default", {**found, "account": account}, (effect,))


def complete(exchange: Exchange) -> Plan:
    """The user who came back from the provider is the one who was sent: the account is ACTIVE.

    The session URI is a link's token, or an address that ends in one.
    """
    body = exchange.body
    link = record(exchange, "links", body["session_uri"].rpartition("/")[2])
    account = find_account(exchange, link.get("account")) if link else None
    if account is None:
        return exchange.respond("404.default")
    if account.get("user_id") != body["user_id"]:
        return exchange.respond("400.user-mismatch")
    changed = {**account, "status": "ACTIVE", "updated_at": now(exchange)}
    effect = Put("connected_accounts", account["id"], changed)
    return exchange.respond("200.completed", {"account": account}, (effect,))


def _waiting(exchange: Exchange) -> dict[str, Json] | Plan:
    """The path's link with its account; a refusal where it is unknown or its time is over."""
    link = record(exchange, "links", exchange.path("link_token"))
    stored = record(exchange, "connected_accounts", link.get("account")) if link else None
    if link is None or stored is None:
        return exchange.respond("404.default")
    account = as_it_is_now(exchange, stored)
    if link.get("expires_at") and exchange.now.timestamp() > link["expires_at"]:
        return exchange.respond("400.link-expired")
    callback = str(link.get("callback") or "")
    safe = callback if callback.startswith(("http://", "https://")) else None
    return {"account": account, "callback": safe}


HANDLERS: dict[str, Handler] = {
    "showConsent": show,
    "answerConsent": answer,
    "completeAuth": complete,
}
