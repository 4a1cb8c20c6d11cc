"""Sessions (tool router): what an agent may do for one user, and how it is told."""

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.accounts import active_account
from emulator.services.composio.catalogue import all_tools, find_tool, find_toolkit, show_tool
from emulator.services.composio.links import link_account
from emulator.services.composio.pages import contains, fits, page, words
from emulator.services.composio.records import Record, base_url, now, record, records, with_record

COLLECTION = "sessions"

#: Answers with the path's session.
with_session = with_record("session_id", COLLECTION, "404.session-not-found")

#: The toolkit whose tools are the sessions' own.
META = "composio"

#: Tools that a session has only if an option, on unless switched off, is on: (option, its field).
_OPTIONAL = {
    "COMPOSIO_MANAGE_CONNECTIONS": ("manage_connections", "enable"),
    "COMPOSIO_MULTI_EXECUTE_TOOL": ("execute", "enable_multi_execute"),
    "COMPOSIO_REMOTE_WORKBENCH": ("workbench", "enable"),
}


def create(exchange: Exchange) -> Plan:
    """A new session with the options given."""
    options = dict(exchange.body)
    session: Record = {
        "id": exchange.fresh_id("trs_"),
        "user_id": options.pop("user_id"),
        "version": 1,
        "created_at": now(exchange),
        "options": options,
    }
    effects = (Put(COLLECTION, session["id"], session),)
    return exchange.respond("201.record", {"record": _show(exchange, session)}, effects)


def get(exchange: Exchange) -> Plan:
    """One session."""
    return with_session(
        exchange, lambda s: exchange.respond("200.record", {"record": _show(exchange, s)})
    )


def update(exchange: Exchange) -> Plan:
    """Other options; null takes one away. Every change is a version."""

    def answer(session: Record) -> Plan:
        merged = {**session["options"], **exchange.body}
        options = {name: value for name, value in merged.items() if value is not None}
        archived = {each: session[each] for each in ("version", "options")}
        changed = {
            **session,
            "options": options,
            "version": session["version"] + 1,
            "updated_at": now(exchange),
            "history": [{**archived, "replaced_at": now(exchange)}, *session.get("history", ())],
        }
        effects = (Put(COLLECTION, session["id"], changed),)
        return exchange.respond("200.record", {"record": _show(exchange, changed)}, effects)

    return with_session(exchange, answer)


def list_configs(exchange: Exchange) -> Plan:
    """What the session's configuration is and was, the newest first."""

    def show(session: Record, entry: Record) -> Json:
        config = _show(exchange, {**session, **entry})["config"]
        return exchange.shaped("session_version", session=session, entry=entry, config=config)

    return with_session(
        exchange, lambda s: page(exchange, [s, *s.get("history", ())], lambda entry: show(s, entry))
    )


def delete(exchange: Exchange) -> Plan:
    """The session is gone."""
    return with_session(
        exchange,
        lambda s: exchange.respond("200.deleted", {"session": s}, (Remove(COLLECTION, s["id"]),)),
    )


def list_tools(exchange: Exchange) -> Plan:
    """The session's own tools, and those it preloads."""
    return with_session(
        exchange,
        lambda s: page(exchange, _shown_tools(exchange, s), lambda tool: show_tool(exchange, tool)),
    )


def list_toolkits(exchange: Exchange) -> Plan:
    """The toolkits that the session may use, with the user's connected account."""

    def answer(session: Record) -> Plan:
        found = [
            (toolkit, active_account(exchange, session["user_id"], toolkit["id"]))
            for toolkit in records(exchange, "toolkits")
            if allows(session, toolkit["id"])
            and fits(toolkit["id"], words(exchange.query("toolkits")))
            and contains(toolkit, ("id", "name"), exchange.query("search"))
        ]
        connected = exchange.query("is_connected")
        if connected is not None:
            found = [each for each in found if (each[1] is not None) is connected]
        return page(exchange, found, lambda each: _show_toolkit(exchange, *each))

    return with_session(exchange, answer)


def link(exchange: Exchange) -> Plan:
    """A link at which the session's user connects a toolkit."""

    def answer(session: Record) -> Plan:
        body = exchange.body
        toolkit = find_toolkit(exchange, body["toolkit"])
        if toolkit is None:
            return exchange.respond("404.toolkit-not-found", {"id": body["toolkit"]})
        said = {"toolkit": toolkit["id"]}
        if not allows(session, toolkit["id"]):
            return exchange.respond("400.session-toolkit-not-allowed", said)
        if toolkit.get("no_auth"):
            return exchange.respond("400.session-toolkit-no-auth", said)
        config = _config(exchange, session, toolkit)
        if config is None:
            return exchange.respond("400.session-no-managed-auth", said)
        account, more, effects = link_account(
            exchange, config, session["user_id"], body.get("callback_url"), body.get("alias")
        )
        return exchange.respond("201.link", {"account": account, **more}, effects)

    return with_session(exchange, answer)


def allows(session: Record, toolkit: str) -> bool:
    """Whether a session may use a toolkit; its own tools always."""
    asked = session["options"].get("toolkits")
    if isinstance(asked, list):
        asked = {"enable": asked}
    if toolkit == META or not isinstance(asked, dict):
        return True
    enabled = asked.get("enable", asked.get("enabled"))
    disabled = asked.get("disable", asked.get("disabled"))
    if isinstance(enabled, list):
        return toolkit in words(enabled)
    return not (isinstance(disabled, list) and toolkit in words(disabled))


def pinned_account(session: Record, toolkit: str) -> Json:
    """The id of the account that the session uses for a toolkit, None where it is left open."""
    pinned = (session["options"].get("connected_accounts") or {}).get(toolkit)
    return pinned[0] if isinstance(pinned, list) and pinned else pinned


def is_on(session: Record, option: str, field: str) -> bool:
    """Whether an option is on; all are, unless they are switched off."""
    given = session["options"].get(option)
    return not isinstance(given, dict) or given.get(field, given.get("enabled", True)) is not False


def _own_tools(exchange: Exchange, session: Record) -> list[Tool]:
    return [
        tool
        for tool in all_tools(exchange)
        if tool.raw.get("toolkit") == META
        and (tool.slug not in _OPTIONAL or is_on(session, *_OPTIONAL[tool.slug]))
    ]


def _preloaded(session: Record) -> list[str]:
    preload = session["options"].get("preload")
    names = preload.get("tools") if isinstance(preload, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _shown_tools(exchange: Exchange, session: Record) -> list[Tool]:
    preloaded = (find_tool(exchange, slug) for slug in _preloaded(session))
    return [*_own_tools(exchange, session), *filter(None, preloaded)]


def _show(exchange: Exchange, session: Record) -> Json:
    options = session["options"]
    return exchange.shaped(
        "session",
        session=session,
        base_url=base_url(exchange),
        tools=[tool.slug for tool in _own_tools(exchange, session)],
        preload=_preloaded(session),
        multi_execute=is_on(session, "execute", "enable_multi_execute"),
        manage_connections=is_on(session, "manage_connections", "enable"),
        workbench=is_on(session, "workbench", "enable"),
        search=is_on(session, "search", "enable"),
        auth_configs=options.get("auth_configs") or {},
        connected_accounts=options.get("connected_accounts") or {},
    )


def _show_toolkit(exchange: Exchange, toolkit: Record, account: Record | None) -> Json:
    shown = None
    if account is not None:
        config = record(exchange, "auth_configs", account.get("auth_config"))
        shown = exchange.shaped("session_account", account=account, config=config or {})
    return exchange.shaped("session_toolkit", toolkit=toolkit, account=shown)


def _config(exchange: Exchange, session: Record, toolkit: Record) -> Record | None:
    """The auth config a link is made with: the session's own, else one that Composio manages."""
    own = (session["options"].get("auth_configs") or {}).get(toolkit["id"])
    managed = (
        config
        for config in records(exchange, "auth_configs")
        if config.get("toolkit") == toolkit["id"]
        and config.get("managed")
        and config.get("status") == "ENABLED"
    )
    return record(exchange, "auth_configs", own) or next(managed, None)


HANDLERS: dict[str, Handler] = {
    "createSession": create,
    "getSession": get,
    "attachSession": get,
    "updateSession": update,
    "deleteSession": delete,
    "listSessionConfigs": list_configs,
    "listSessionTools": list_tools,
    "listSessionToolkits": list_toolkits,
    "linkSessionToolkit": link,
}
