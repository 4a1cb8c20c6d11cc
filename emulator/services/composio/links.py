"""Connect links: where a user grants or refuses what an account needs.

The page is the emulator's own. An account that is linked becomes ACTIVE by itself after the state
file's `link_active_after_s`, as if the user had agreed.
"""

from datetime import timedelta

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Effect, Put
from emulator.services.composio.accounts import as_it_is_now, find_account, project
from emulator.services.composio.records import Record, base_url, moment, now, record, setting


def link_account(
    call: Call, config: Record, user: str, callback: Json = None, alias: Json = None
) -> tuple[Record, dict[str, Json], tuple[Effect, ...]]:
    """A new account that waits for its user, what is said about its link, and both as effects."""
    id_, token = call.fresh_id("ca_"), call.fresh_id("lt_")
    waits = setting(call, "link_active_after_s")
    lasts = setting(call, "link_expires_after_s") or 600
    account: Record = {
        "id": id_,
        "alias": alias,
        "user_id": user,
        "project": project(call),
        "toolkit": config.get("toolkit"),
        "auth_config": config["id"],
        "status": "INITIATED",
        "created_at": now(call),
        "active_at": None if waits is None else call.values.now.timestamp() + waits,
    }
    said = {
        "token": token,
        "redirect_url": f"{base_url(call)}/link/{token}",
        "expires_at": moment(call.values.now + timedelta(seconds=lasts)),
    }
    until = call.values.now.timestamp() + lasts
    kept = {"account": id_, "callback": callback, "expires_at": until}
    return account, said, (Put("connected_accounts", id_, account), Put("links", token, kept))


def show(call: Call) -> Answer:
    """The page that asks the user."""
    found = _waiting(call)
    return found if isinstance(found, Answer) else Answer("200.default", found)


def answer(call: Call) -> Answer:
    """The user's answer: the account becomes ACTIVE, or FAILED."""
    found = _waiting(call)
    if isinstance(found, Answer):
        return found
    denied = call.query("decision") == "deny"
    status, reason = ("FAILED", "The user refused.") if denied else ("ACTIVE", None)
    account = {**found["account"], "status": status, "status_reason": reason}
    account["updated_at"] = now(call)
    effect = Put("connected_accounts", account["id"], account)
    return Answer("200.default", {**found, "account": account}, (effect,))


def complete(call: Call) -> Answer:
    """The user who came back from the provider is the one who was sent: the account is ACTIVE.

    The session URI is a link's token, or an address that ends in one.
    """
    body = call.request.body
    link = record(call, "links", body["session_uri"].rpartition("/")[2])
    account = find_account(call, link.get("account")) if link else None
    if account is None:
        return Answer("404.default")
    if account.get("user_id") != body["user_id"]:
        return Answer("400.user-mismatch")
    changed = {**account, "status": "ACTIVE", "updated_at": now(call)}
    effect = Put("connected_accounts", account["id"], changed)
    return Answer("200.completed", {"account": account}, (effect,))


def _waiting(call: Call) -> dict[str, Json] | Answer:
    """The path's link with its account; a refusal where it is unknown or its time is over."""
    link = record(call, "links", call.path("link_token"))
    stored = record(call, "connected_accounts", link.get("account")) if link else None
    if link is None or stored is None:
        return Answer("404.default")
    account = as_it_is_now(call, stored)
    if link.get("expires_at") and call.values.now.timestamp() > link["expires_at"]:
        return Answer("400.link-expired")
    callback = str(link.get("callback") or "")
    safe = callback if callback.startswith(("http://", "https://")) else None
    return {"account": account, "callback": safe}


BEHAVIOURS: dict[str, Behaviour] = {
    "showConsent": show,
    "answerConsent": answer,
    "completeAuth": complete,
}
