"""Connect links: where a user grants or refuses what an account needs.

The page is the emulator's own. An account that is linked becomes ACTIVE by itself after the state
file's `link_active_after_s`, as if the user had agreed.
"""

from datetime import timedelta

from emulator.http.encode import to_the_second
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put
from emulator.services.composio.accounts import COLLECTION, current, find_account, project
from emulator.services.composio.records import (
    Record,
    base_url,
    changed,
    now,
    put,
    record,
    setting,
)


def link_account(
    exchange: Exchange, config: Record, user: str, callback: Json = None, alias: Json = None
) -> tuple[dict[str, Json], tuple[Effect, ...]]:
    """A new account that waits for its user: it and its link as variables, and as effects."""
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
    return variables, (put(COLLECTION, account), Put("links", token, link))


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
    account = changed(exchange, found["account"], {"status": status, "status_reason": reason})
    return exchange.respond(
        "200.default", {**found, "account": account}, [put(COLLECTION, account)]
    )


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
    effect = put(COLLECTION, changed(exchange, account, {"status": "ACTIVE"}))
    return exchange.respond("200.completed", {"account": account}, [effect])


def _waiting(exchange: Exchange) -> dict[str, Json] | Plan:
    """The path's link with its account; a refusal where it is unknown or has expired."""
    link = record(exchange, "links", exchange.path("link_token"))
    account = record(exchange, COLLECTION, link.get("account")) if link else None
    if link is None or account is None:
        return exchange.respond("404.default")
    if link.get("expires_at") and exchange.now.timestamp() > link["expires_at"]:
        return exchange.respond("400.link-expired")
    callback = str(link.get("callback") or "")
    safe = callback if callback.startswith(("http://", "https://")) else None
    return {"account": current(exchange, account), "callback": safe}
