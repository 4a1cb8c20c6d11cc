"""Connected accounts as they are now, and which of them a call may use."""

from collections.abc import Iterator

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import needs_account
from emulator.services.composio.records import Record, masked, record, records, setting

#: Who a call without user is for.
DEFAULT_USER = "default"

#: What becomes of a call with an account in these states; ACTIVE is fit for use.
_UNFIT = {
    "EXPIRED": "410.account-expired",
    "INACTIVE": "422.account-inactive",
    "INITIALIZING": "422.default",
    "INITIATED": "422.default",
    "FAILED": "422.default",
    "REVOKED": "422.default",
}


def accounts(exchange: Exchange) -> Iterator[Record]:
    """The caller's project's connected accounts, as they are now."""
    ours = project(exchange)
    found = (
        each for each in records(exchange, "connected_accounts") if _is_of(exchange, each, ours)
    )
    return (as_it_is_now(exchange, each) for each in found)


def find_account(exchange: Exchange, id_: Json) -> Record | None:
    """One connected account of the caller's project, as it is now."""
    found = record(exchange, "connected_accounts", id_)
    if found is None or not _is_of(exchange, found, project(exchange)):
        return None
    return as_it_is_now(exchange, found)


def active_account(exchange: Exchange, user: str, toolkit: str) -> Record | None:
    """The account that a call without account uses: the user's newest ACTIVE one."""
    # Every execution comes by here: what is not the user's is passed over before all else.
    ours = project(exchange)
    fitting = (
        as_it_is_now(exchange, {"id": id_, **each})
        for id_, each in exchange.snapshot.records("connected_accounts").items()
        if each.get("user_id") == user
        and each.get("toolkit") == toolkit
        and _is_of(exchange, each, ours)
    )
    active = (account for account in fitting if account["status"] == "ACTIVE")
    return max(active, key=lambda each: str(each.get("created_at")), default=None)


def show_account(exchange: Exchange, account: Record) -> Json:
    """An account as it is listed: its secrets masked."""
    config = record(exchange, "auth_configs", account.get("auth_config")) or {"id": "ac_deleted"}
    return exchange.shaped(
        "connected_account",
        account=account,
        config=config,
        val={**masked(account.get("val") or config.get("grants")), "status": account["status"]},
    )


def choose_account(exchange: Exchange, tool: Tool, body: Record) -> Plan | Record | None:
    """The account that a tool is executed with, as the body asks; None if it needs none.

    Where there is none to use, a fixture says why: `404.account-gone` and so on.
    """
    if body.get("custom_connection_data") or not needs_account(exchange, tool):
        return None
    user = body.get("user_id") or body.get("entity_id")
    id_ = body.get("connected_account_id")
    fixture: str | None
    if id_ is not None:
        account, fixture = find_account(exchange, id_), _refuse_named(exchange, tool, id_, user)
    else:
        account = active_account(exchange, user or DEFAULT_USER, str(tool.raw.get("toolkit")))
        older = exchange.request.path.startswith("/api/v3/")
        fixture = None if account else f"{400 if older else 404}.no-account-for-user"
    return exchange.respond(fixture, {"tool": tool.raw}) if fixture else account


def _refuse_named(exchange: Exchange, tool: Tool, id_: Json, user: Json) -> str | None:
    stored = record(exchange, "connected_accounts", id_)
    if stored is None:
        return "404.account-not-found"
    if not _is_of(exchange, stored, project(exchange)):
        return "400.account-in-another-project"
    if user is not None and stored.get("user_id") != user:
        return "400.account-of-another-user"
    if stored.get("toolkit") != tool.raw.get("toolkit"):
        return "404.account-not-found"
    return _UNFIT.get(as_it_is_now(exchange, stored)["status"])


def project(exchange: Exchange) -> Json:
    """The project a call is for: a project's own key has one, with other keys a header names it."""
    own = exchange.principal.scheme == "ApiKeyAuth"
    named = None if own else exchange.request.header("x-project-id")
    return named or setting(exchange, "project")


def _is_of(exchange: Exchange, account: Record, project_: Json) -> bool:
    """Accounts that name no project are of the one that the settings name."""
    return bool((account.get("project") or setting(exchange, "project")) == project_)


def as_it_is_now(exchange: Exchange, account: Record) -> Record:
    """The account with the status that time has given it: what was linked becomes ACTIVE."""
    due = account.get("active_at")
    waiting = account.get("status") in ("INITIALIZING", "INITIATED")
    if waiting and isinstance(due, int | float) and exchange.now.timestamp() >= due:
        return {**account, "status": "ACTIVE"}
    return account
