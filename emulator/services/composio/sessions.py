"""Sessions (tool router): what an agent may do for one user."""

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.accounts import active_account, find_account
from emulator.services.composio.catalogue import all_tools, find_tool, find_toolkit, show_tool
from emulator.services.composio.connected_accounts import respond_link
from emulator.services.composio.pages import contains, filtered, respond_page, respond_with, words
from emulator.services.composio.records import (
    AUTH_CONFIGS,
    SESSIONS,
    TOOLKITS,
    Record,
    base_url,
    changed,
    now,
)
from emulator.services.composio.session_options import contradiction, shown_config

#: Decorates the handler of the path's session.
on_session = SESSIONS.on(path="session_id")

#: The toolkit whose tools are the sessions' own.
META = "composio"

#: Tools that a session has only if an option, on unless switched off, is on: (option, its field).
_OPTIONAL = {
    "COMPOSIO_MANAGE_CONNECTIONS": ("manage_connections", "enable"),
    "COMPOSIO_MULTI_EXECUTE_TOOL": ("execute", "enable_multi_execute"),
    "COMPOSIO_REMOTE_WORKBENCH": ("workbench", "enable"),
}


def create(exchange: Exchange) -> Plan | Problem:
    """Create a session with these options."""
    options = {name: value for name, value in exchange.body.items() if value is not None}
    user = options.pop("user_id")
    wrong = contradiction(options)
    if wrong is not None:
        return wrong
    session: Record = {
        "id": exchange.fresh_id("trs_"),
        "user_id": user,
        "version": 1,
        "created_at": now(exchange),
        "options": options,
    }
    return respond_with(exchange, _show(exchange, session), SESSIONS.put(session), status=201)


@on_session
def get(exchange: Exchange, session: Record) -> Plan:
    """Get one session."""
    return respond_with(exchange, _show(exchange, session))


@on_session
def update(exchange: Exchange, session: Record) -> Plan | Problem:
    """Change options, or remove them with null; every change is a version.

    One that expects another version than the session has is in conflict with the other change.
    """
    given = dict(exchange.body)
    expected = given.pop("expected_config_version", session["version"])
    if expected != session["version"]:
        return exchange.respond("409.config-version")
    merged = {**session["options"], **given}
    options = {n: each for n, each in merged.items() if each is not None and n != "user_id"}
    wrong = contradiction(options)
    if wrong is not None:
        return wrong
    archived = {each: session[each] for each in ("version", "options")}
    history = [{**archived, "replaced_at": now(exchange)}, *session.get("history", ())]
    session = changed(exchange, session, options=options, version=session["version"] + 1)
    session = {**session, "history": history}
    return respond_with(exchange, _show(exchange, session), SESSIONS.put(session))


@on_session
def list_configs(exchange: Exchange, session: Record) -> Plan:
    """List the versions of the session's configuration, the newest first."""

    def show(exchange: Exchange, entry: Record) -> Json:
        config = _show(exchange, {**session, **entry})["config"]
        return exchange.shaped("session_version", session=session, entry=entry, config=config)

    return respond_page(exchange, [session, *session.get("history", ())], show)


@on_session
def delete(exchange: Exchange, session: Record) -> Plan:
    """Delete a session."""
    return exchange.respond("200.deleted", {"session": session}, [SESSIONS.remove(session)])


@on_session
def list_tools(exchange: Exchange, session: Record) -> Plan:
    """List the session's own tools, and those it preloads."""
    preloaded = (find_tool(exchange, slug) for slug in _preloaded(session))
    tools = [*_own_tools(exchange, session), *filter(None, preloaded)]
    return respond_page(exchange, tools, show_tool)


@on_session
def list_toolkits(exchange: Exchange, session: Record) -> Plan:
    """List the toolkits that the session may use, with the user's connected account."""
    connected = exchange.query("is_connected")
    found = []
    for toolkit in filtered(exchange, TOOLKITS.all(exchange), {"toolkits": "id"}):
        searched = contains(toolkit, ("id", "name"), exchange.query("search"))
        if searched and allows(session, toolkit["id"]):
            account = active_account(exchange, session["user_id"], toolkit["id"])
            if connected is None or (account is not None) is connected:
                found.append((toolkit, account))
    return respond_page(exchange, found, lambda exchange, each: _show_toolkit(exchange, *each))


@on_session
def link(exchange: Exchange, session: Record) -> Plan:
    """Create a link at which the session's user connects a toolkit."""
    slug = exchange.body["toolkit"]
    toolkit = find_toolkit(exchange, slug)
    if toolkit is None:
        return exchange.respond("404.toolkit-not-found", {"id": slug})
    if not allows(session, toolkit["id"]):
        return refuse(exchange, "toolkit-not-allowed", toolkit)
    if toolkit.get("no_auth"):
        return refuse(exchange, "toolkit-no-auth", toolkit)
    config = _config(exchange, session, toolkit)
    if config is None:
        return refuse(exchange, "no-managed-auth", toolkit)
    return respond_link(exchange, config, session["user_id"])


def refuse(exchange: Exchange, reason: str, toolkit: Record) -> Plan:
    """Reject a request because of how the session may use a toolkit."""
    return exchange.respond(f"400.session-{reason}", {"toolkit": toolkit["id"]})


def allows(session: Record, toolkit: str) -> bool:
    """Whether a session may use a toolkit; always true of its own tools."""
    option = session["options"].get("toolkits")
    if isinstance(option, list):
        option = {"enable": option}
    if toolkit == META or not isinstance(option, dict):
        return True
    enabled = option.get("enable", option.get("enabled"))
    disabled = option.get("disable", option.get("disabled"))
    if isinstance(enabled, list):
        return toolkit in words(enabled)
    return not (isinstance(disabled, list) and toolkit in words(disabled))


def account_for(
    exchange: Exchange, session: Record, toolkit: str, named: Json = None
) -> Record | None:
    """The ACTIVE account of a toolkit: the one named, one pinned to the session, or the user's."""
    pinned = (session["options"].get("connected_accounts") or {}).get(toolkit)
    id_ = named or (pinned[0] if isinstance(pinned, list) and pinned else pinned)
    if id_ is None:
        return active_account(exchange, session["user_id"], toolkit)
    account = find_account(exchange, id_)
    return account if account is not None and account["status"] == "ACTIVE" else None


def is_on(session: Record, option: str, field: str) -> bool:
    """Whether an option is on: unless it is switched off."""
    given = session["options"].get(option)
    return not isinstance(given, dict) or given.get(field, given.get("enabled", True)) is not False


def _own_tools(exchange: Exchange, session: Record) -> list[Tool]:
    return [
        tool
        for tool in all_tools(exchange, META)
        if tool.slug not in _OPTIONAL or is_on(session, *_OPTIONAL[tool.slug])
    ]


def _preloaded(session: Record) -> list[str]:
    preload = session["options"].get("preload")
    names = preload.get("tools") if isinstance(preload, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _show(exchange: Exchange, session: Record) -> Json:
    return exchange.shaped(
        "session",
        session=session,
        base_url=base_url(exchange),
        tools=[tool.slug for tool in _own_tools(exchange, session)],
        config={"user_id": session["user_id"], **shown_config(session["options"])},
    )


def _show_toolkit(exchange: Exchange, toolkit: Record, account: Record | None) -> Json:
    shown = None
    if account is not None:
        config = AUTH_CONFIGS.find(exchange, account.get("auth_config"))
        shown = exchange.shaped("session_account", account=account, config=config or {})
    return exchange.shaped("session_toolkit", toolkit=toolkit, account=shown)


def _config(exchange: Exchange, session: Record, toolkit: Record) -> Record | None:
    """The auth config a link is made with: the session's own, else one that Composio manages."""
    own = (session["options"].get("auth_configs") or {}).get(toolkit["id"])
    enabled = AUTH_CONFIGS.all(exchange, toolkit=toolkit["id"], status="ENABLED")
    managed = (config for config in enabled if config.get("managed"))
    return AUTH_CONFIGS.find(exchange, own) or next(managed, None)
