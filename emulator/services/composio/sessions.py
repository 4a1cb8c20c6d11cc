"""Sessions (tool router): what an agent may do for one user, and how it is told."""

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
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


def create(call: Call) -> Answer:
    """A new session with the options given."""
    options = dict(call.request.body)
    session: Record = {
        "id": call.fresh_id("trs_"),
        "user_id": options.pop("user_id"),
        "version": 1,
        "created_at": now(call),
        "options": options,
    }
    effects = (Put(COLLECTION, session["id"], session),)
    return Answer("201.record", {"record": _show(call, session)}, effects)


def get(call: Call) -> Answer:
    """One session."""
    return with_session(call, lambda s: Answer("200.record", {"record": _show(call, s)}))


def update(call: Call) -> Answer:
    """Other options; null takes one away. Every change is a version."""

    def answer(session: Record) -> Answer:
        merged = {**session["options"], **call.request.body}
        options = {name: value for name, value in merged.items() if value is not None}
        archived = {each: session[each] for each in ("version", "options")}
        changed = {
            **session,
            "options": options,
            "version": session["version"] + 1,
            "updated_at": now(call),
            "history": [{**archived, "replaced_at": now(call)}, *session.get("history", ())],
        }
        effects = (Put(COLLECTION, session["id"], changed),)
        return Answer("200.record", {"record": _show(call, changed)}, effects)

    return with_session(call, answer)


def list_configs(call: Call) -> Answer:
    """What the session's configuration is and was, the newest first."""

    def show(session: Record, entry: Record) -> Json:
        config = _show(call, {**session, **entry})["config"]
        return call.shaped("session_version", session=session, entry=entry, config=config)

    return with_session(
        call, lambda s: page(call, [s, *s.get("history", ())], lambda entry: show(s, entry))
    )


def delete(call: Call) -> Answer:
    """The session is gone."""
    return with_session(
        call, lambda s: Answer("200.deleted", {"session": s}, (Remove(COLLECTION, s["id"]),))
    )


def list_tools(call: Call) -> Answer:
    """The session's own tools, and those it preloads."""
    return with_session(
        call, lambda s: page(call, _shown_tools(call, s), lambda tool: show_tool(call, tool))
    )


def list_toolkits(call: Call) -> Answer:
    """The toolkits that the session may use, with the user's connected account."""

    def answer(session: Record) -> Answer:
        found = [
            (toolkit, active_account(call, session["user_id"], toolkit["id"]))
            for toolkit in records(call, "toolkits")
            if allows(session, toolkit["id"])
            and fits(toolkit["id"], words(call.query("toolkits")))
            and contains(toolkit, ("id", "name"), call.query("search"))
        ]
        connected = call.query("is_connected")
        if connected is not None:
            found = [each for each in found if (each[1] is not None) is connected]
        return page(call, found, lambda each: _show_toolkit(call, *each))

    return with_session(call, answer)


def link(call: Call) -> Answer:
    """A link at which the session's user connects a toolkit."""

    def answer(session: Record) -> Answer:
        body = call.request.body
        toolkit = find_toolkit(call, body["toolkit"])
        if toolkit is None:
            return Answer("404.toolkit-not-found", {"id": body["toolkit"]})
        said = {"toolkit": toolkit["id"]}
        if not allows(session, toolkit["id"]):
            return Answer("400.session-toolkit-not-allowed", said)
        if toolkit.get("no_auth"):
            return Answer("400.session-toolkit-no-auth", said)
        config = _config(call, session, toolkit)
        if config is None:
            return Answer("400.session-no-managed-auth", said)
        account, more, effects = link_account(
            call, config, session["user_id"], body.get("callback_url"), body.get("alias")
        )
        return Answer("201.link", {"account": account, **more}, effects)

    return with_session(call, answer)


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


def _own_tools(call: Call, session: Record) -> list[Tool]:
    return [
        tool
        for tool in all_tools(call)
        if tool.raw.get("toolkit") == META
        and (tool.slug not in _OPTIONAL or is_on(session, *_OPTIONAL[tool.slug]))
    ]


def _preloaded(session: Record) -> list[str]:
    preload = session["options"].get("preload")
    names = preload.get("tools") if isinstance(preload, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _shown_tools(call: Call, session: Record) -> list[Tool]:
    preloaded = (find_tool(call, slug) for slug in _preloaded(session))
    return [*_own_tools(call, session), *filter(None, preloaded)]


def _show(call: Call, session: Record) -> Json:
    options = session["options"]
    return call.shaped(
        "session",
        session=session,
        base_url=base_url(call),
        tools=[tool.slug for tool in _own_tools(call, session)],
        preload=_preloaded(session),
        multi_execute=is_on(session, "execute", "enable_multi_execute"),
        manage_connections=is_on(session, "manage_connections", "enable"),
        workbench=is_on(session, "workbench", "enable"),
        search=is_on(session, "search", "enable"),
        auth_configs=options.get("auth_configs") or {},
        connected_accounts=options.get("connected_accounts") or {},
    )


def _show_toolkit(call: Call, toolkit: Record, account: Record | None) -> Json:
    shown = None
    if account is not None:
        config = record(call, "auth_configs", account.get("auth_config"))
        shown = call.shaped("session_account", account=account, config=config or {})
    return call.shaped("session_toolkit", toolkit=toolkit, account=shown)


def _config(call: Call, session: Record, toolkit: Record) -> Record | None:
    """The auth config a link is made with: the session's own, else one that Composio manages."""
    own = (session["options"].get("auth_configs") or {}).get(toolkit["id"])
    managed = (
        config
        for config in records(call, "auth_configs")
        if config.get("toolkit") == toolkit["id"]
        and config.get("managed")
        and config.get("status") == "ENABLED"
    )
    return record(call, "auth_configs", own) or next(managed, None)


BEHAVIOURS: dict[str, Behaviour] = {
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
