"""Connected accounts with their present status, and which of them a call may use."""

from collections.abc import Iterator

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import needs_account
from emulator.services.composio.connection_state import connection_values
from emulator.services.composio.records import (
    AUTH_CONFIGS,
    CONNECTED_ACCOUNTS,
    Record,
    base_url,
    is_older,
    masked,
    setting,
)

#: The user of a call that names none.
DEFAULT_USER = "default"

#: Users and toolkits whose account is known until an account changes.
_KNOWN_ACCOUNTS = 1_000

#: The response to a call with an account of this status; one that is ACTIVE can be used.
_UNUSABLE = {
    "EXPIRED": "410.account-expired",
    "INACTIVE": "422.account-inactive",
    **dict.fromkeys(("INITIALIZING", "INITIATED", "FAILED", "REVOKED"), "422.default"),
}


def accounts(exchange: Exchange, **fields: Json) -> Iterator[Record]:
    """The connected accounts of the caller's project with these fields, with present status."""
    ours = project(exchange)
    for account in CONNECTED_ACCOUNTS.all(exchange, **fields):
        if _is_of(exchange, account, ours):
            yield current(exchange, account)


def find_account(exchange: Exchange, id_: Json) -> Record | None:
    """One connected account of the caller's project, with its present status."""
    found = CONNECTED_ACCOUNTS.find(exchange, id_)
    ours = found is not None and _is_of(exchange, found, project(exchange))
    return current(exchange, found) if found is not None and ours else None


def active_account(exchange: Exchange, user: str, toolkit: str) -> Record | None:
    """The account that a call without account uses: the user's newest ACTIVE one."""
    default = setting(exchange, "project")
    ours = project(exchange, default)
    if ours is not default:
        return _newest_active(exchange, user, toolkit, default, ours)[0]
    known = exchange.snapshot.worked_out(CONNECTED_ACCOUNTS.name)
    found: tuple[Record | None, Json] | None = known.get((user, toolkit))
    if found is None or found[1] is not default:
        account, lasting = _newest_active(exchange, user, toolkit, default, ours)
        if not lasting or len(known) >= _KNOWN_ACCOUNTS:
            return account
        found = known[user, toolkit] = account, default
    return found[0]


def _newest_active(
    exchange: Exchange, user: str, toolkit: str, default: Json, ours: Json
) -> tuple[Record | None, bool]:
    """The account, and whether it stays the same until an account changes."""
    fields = ("user_id", "toolkit")
    found = exchange.snapshot.having(CONNECTED_ACCOUNTS.name, fields, (user, toolkit))
    newest: tuple[str, Record] | None = None
    newest_at, lasting = "", True
    for id_, record in found.items():
        if (record.get("project") or default) == ours:
            if record.get("status") != "ACTIVE":
                lasting = lasting and "active_at" not in record
                record = current(exchange, record)
            at = str(record.get("created_at"))
            if record["status"] == "ACTIVE" and (newest is None or at > newest_at):
                newest, newest_at = (id_, record), at
    return {"id": newest[0], **newest[1]} if newest else None, lasting


def show_account(exchange: Exchange, account: Record) -> Json:
    """An account as lists show it, with its secrets masked."""
    config = AUTH_CONFIGS.find(exchange, account.get("auth_config")) or {"id": "ac_deleted"}
    secrets = masked(account.get("val") or config.get("grants"))
    scheme = str(config.get("auth_scheme", "OAUTH2"))
    val = connection_values(scheme, account["status"], secrets, f"{base_url(exchange)}/link")
    return exchange.shaped("connected_account", account=account, config=config, val=val)


def choose_account(exchange: Exchange, tool: Tool, body: Record) -> Plan | Record | None:
    """Choose the account for a tool as the body requests; None if the tool needs none.

    A Plan says why there is none that can be used.
    """
    if body.get("custom_connection_data") or not needs_account(exchange, tool):
        return None
    user, id_ = body.get("user_id") or body.get("entity_id"), body.get("connected_account_id")
    if id_ is not None:
        account, refusal = find_account(exchange, id_), _refuse_named(exchange, tool, id_, user)
    else:
        account = active_account(exchange, user or DEFAULT_USER, tool.toolkit)
        refusal = None if account else f"{400 if is_older(exchange) else 404}.no-account-for-user"
    return exchange.respond(refusal, {"tool": tool.raw}) if refusal else account


def _refuse_named(exchange: Exchange, tool: Tool, id_: Json, user: Json) -> str | None:
    """The fixture that says why a tool can't use the account with this id; None if it can."""
    stored = CONNECTED_ACCOUNTS.find(exchange, id_)
    if stored is None:
        return "404.account-not-found"
    if not _is_of(exchange, stored, project(exchange)):
        return "400.account-in-another-project"
    if user is not None and stored.get("user_id") != user:
        return "400.account-of-another-user"
    if stored.get("toolkit") != tool.toolkit:
        return "404.account-not-found"
    return _UNUSABLE.get(current(exchange, stored)["status"])


def project(exchange: Exchange, default: Json = None) -> Json:
    """The project of a call: that of a project's own key; with other keys a header names it.

    `default` is the one in the settings, where the caller has it.
    """
    valid = exchange.valid
    own = valid is not None and valid.principal.scheme == "ApiKeyAuth"
    named = None if own else exchange.request.fields.get("x-project-id")
    return named or default or setting(exchange, "project")


def _is_of(exchange: Exchange, account: Record, project_: Json) -> bool:
    """Whether an account belongs to a project; by default to the one in the settings."""
    return bool((account.get("project") or setting(exchange, "project")) == project_)


def current(exchange: Exchange, account: Record) -> Record:
    """The account with its present status: a linked one becomes ACTIVE in time."""
    due = account.get("active_at")
    waiting = account.get("status") in ("INITIALIZING", "INITIATED")
    if waiting and isinstance(due, int | float) and exchange.now.timestamp() >= due:
        return {**account, "status": "ACTIVE"}
    return account
