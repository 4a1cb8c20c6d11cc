"""Tools in a session: search, execute, and the tools that every session has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect
from emulator.services.composio.accounts import active_account, find_account
from emulator.services.composio.catalogue import (
    LATEST,
    all_tools,
    find_tool,
    needs_account,
    version_of,
)
from emulator.services.composio.execution import run
from emulator.services.composio.journal import Execution, log
from emulator.services.composio.records import Record, now
from emulator.services.composio.sessions import META, allows, pinned_account, with_session

#: A search gives so many tools, never none, and the whole schema of the first few.
FOUND = 6
WITH_SCHEMA = 3


def search(exchange: Exchange) -> Plan:
    """The tools that fit best, whether or not they fit."""
    queries = [str(query["use_case"]) for query in exchange.body["queries"]]
    return with_session(
        exchange, lambda s: exchange.respond("200.found", _search(exchange, s, queries))
    )


def execute(exchange: Exchange) -> Plan:
    """Execute a tool for the session's user."""
    body = exchange.body

    def answer(session: Record) -> Plan:
        done = _run(exchange, session, body["tool_slug"], body.get("arguments") or {}, body)
        if isinstance(done, _Rejected):
            return exchange.respond(done.fixture, done.variables)
        return exchange.respond("200.default", *done)

    return with_session(exchange, answer)


def execute_meta(exchange: Exchange) -> Plan:
    """Execute one of the tools that every session has."""
    slug, arguments = exchange.body["slug"], exchange.body.get("arguments") or {}

    def answer(session: Record) -> Plan:
        data = _meta(exchange, session, slug, arguments)
        if data is not None:
            return exchange.respond("200.default", {"result": data[0]}, data[1])
        return exchange.respond(
            "200.default", {"result": {}, "error": f"{slug} is not part of the emulator"}
        )

    return with_session(exchange, answer)


@dataclass(frozen=True, slots=True)
class _Rejected:
    """The session does not let a tool run: the response that says so, by its id."""

    fixture: str
    variables: Mapping[str, Json]


#: What a run says to its templates, and what it changes.
_Done = tuple[dict[str, Json], tuple[Effect, ...]]


def _run(
    exchange: Exchange, session: Record, slug: str, arguments: Json, body: Record, index: int = 0
) -> _Rejected | _Done:
    """Run a tool, if the session allows it."""
    tool = find_tool(exchange, slug)
    if tool is None:
        return _Rejected("400.session-tool-not-found", {"slug": slug})
    toolkit = str(tool.raw.get("toolkit"))
    if toolkit == META:
        done = _meta(exchange, session, slug, arguments)
        return ({"result": done[0]}, done[1]) if done else ({"error": "not emulated"}, ())
    if not allows(session, toolkit):
        return _Rejected("400.session-toolkit-not-allowed", {"toolkit": toolkit})
    account = _account(exchange, session, toolkit, body) if needs_account(exchange, tool) else None
    if account is None and needs_account(exchange, tool):
        return _Rejected("400.session-no-connection", {"toolkit": toolkit})
    ran = run(exchange, tool, arguments)
    execution = Execution(
        tool,
        arguments,
        ran.variables,
        user=session["user_id"],
        account=account,
        session=session["id"],
        version=version_of(tool, LATEST),
    )
    id_, effects = log(exchange, execution, index)
    return {**ran.variables, "log_id": id_}, (*ran.effects, *effects)


def _account(exchange: Exchange, session: Record, toolkit: str, body: Record) -> Record | None:
    """The account of a run: the one asked for, one pinned to the session, or the user's own."""
    named = body.get("account") or pinned_account(session, toolkit)
    if named is None:
        return active_account(exchange, session["user_id"], toolkit)
    account = find_account(exchange, named)
    return account if account is not None and account["status"] == "ACTIVE" else None


def _meta(
    exchange: Exchange, session: Record, slug: str, arguments: Record
) -> tuple[Json, tuple[Effect, ...]] | None:
    """What one of the session's own tools gives; None for those that are not emulated."""
    if slug == "COMPOSIO_SEARCH_TOOLS":
        queries = arguments.get("queries")
        cases = [str(each.get("use_case")) for each in _objects(queries)]
        return exchange.shaped("search", **_search(exchange, session, cases or [""])), ()
    if slug == "COMPOSIO_GET_TOOL_SCHEMAS":
        named = _texts(arguments.get("tool_slugs"))
        tools = filter(None, (find_tool(exchange, each) for each in named))
        return {"tool_schemas": {tool.slug: _schema(exchange, tool, True) for tool in tools}}, ()
    if slug == "COMPOSIO_MULTI_EXECUTE_TOOL":
        return _several(exchange, session, arguments)
    if slug == "COMPOSIO_MANAGE_CONNECTIONS":
        named = _texts(arguments.get("toolkits"))
        return {"results": {each: _connection(exchange, session, each) for each in named}}, ()
    return None


def _several(
    exchange: Exchange, session: Record, arguments: Record
) -> tuple[Json, tuple[Effect, ...]]:
    """Several tools in turn; one that is refused does not keep the others from running."""
    results: list[Json] = []
    effects: tuple[Effect, ...] = ()
    for index, each in enumerate(_objects(arguments.get("tools"))):
        slug = str(each.get("tool_slug"))
        given = each.get("arguments")
        done = _run(exchange, session, slug, given if isinstance(given, dict) else {}, each, index)
        said = {"error": done.fixture} if isinstance(done, _Rejected) else done[0]
        effects += () if isinstance(done, _Rejected) else done[1]
        error = said.get("error")
        response = {"data": said.get("result") or {}, "error": error, "successful": not error}
        results.append({"index": index, "tool_slug": slug, "response": response})
    failed = sum(1 for each in results if each["response"]["error"])
    return {"results": results, "total_count": len(results), "error_count": failed}, effects


def _search(exchange: Exchange, session: Record, queries: Sequence[str]) -> dict[str, Json]:
    """The variables of the shape `search`."""
    results: list[Json] = []
    schemas: dict[str, Json] = {}
    toolkits: list[str] = []
    for index, case in enumerate(queries):
        tools = _best(exchange, session, case)
        for place, tool in enumerate(tools):
            schemas.setdefault(tool.slug, _schema(exchange, tool, place < WITH_SCHEMA))
        slugs = [tool.slug for tool in tools]
        own = list(dict.fromkeys(str(tool.raw.get("toolkit")) for tool in tools))
        toolkits += [each for each in own if each not in toolkits]
        results.append(
            {
                "index": index,
                "use_case": case,
                "primary_tool_slugs": slugs[:WITH_SCHEMA],
                "related_tool_slugs": slugs[WITH_SCHEMA:],
                "toolkits": own,
            }
        )
    connections = [_connection(exchange, session, toolkit) for toolkit in toolkits]
    moment, unix = now(exchange), int(exchange.now.timestamp())
    return {
        "session": session,
        "results": results,
        "schemas": schemas,
        "connections": connections,
        "now": moment,
        "now_unix": unix,
    }


def _best(exchange: Exchange, session: Record, case: str) -> list[Tool]:
    asked = {word.rstrip("s") for word in case.lower().replace("_", " ").split() if len(word) > 2}

    def score(tool: Tool) -> int:
        name = f"{tool.slug} {tool.raw.get('name', '')}".lower().replace("_", " ")
        text = f"{name} {tool.raw.get('description', '')}".lower()
        return -sum(2 * (word in name) + (word in text) for word in asked)

    fitting = [
        tool
        for tool in all_tools(exchange)
        if tool.raw.get("toolkit") != META
        and not tool.raw.get("deprecated")
        and allows(session, str(tool.raw.get("toolkit")))
    ]
    return sorted(fitting, key=lambda tool: (score(tool), tool.slug))[:FOUND]


def _schema(exchange: Exchange, tool: Tool, whole: bool) -> Json:
    return exchange.shaped("tool_schema" if whole else "tool_schema_reference", tool=tool.raw)


def _connection(exchange: Exchange, session: Record, toolkit: str) -> Json:
    account = active_account(exchange, session["user_id"], toolkit)
    return exchange.shaped("connection", toolkit=toolkit, account=account)


def _texts(value: Json) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _objects(value: Json) -> list[Record]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


HANDLERS: dict[str, Handler] = {
    "searchSessionTools": search,
    "executeSessionTool": execute,
    "executeMetaTool": execute_meta,
}
