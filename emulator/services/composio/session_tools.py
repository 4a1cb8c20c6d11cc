"""Tools in a session: search, execute, and the tools that every session has."""

from collections.abc import Sequence

from emulator.fixtures.tools.tool import Tool
from emulator.http.late import read
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect
from emulator.services.composio.accounts import active_account
from emulator.services.composio.catalogue import all_tools, find_tool, needs_account
from emulator.services.composio.execution import run_valid, with_log
from emulator.services.composio.records import Record
from emulator.services.composio.sessions import META, account_for, allows, on_session

#: A search gives so many tools, never none, and the whole schema of the first few.
MAX_FOUND = 6
WITH_SCHEMA = 3

#: What a tool of the session's own results in, and what it changes.
_Result = tuple[Json, tuple[Effect, ...]]


@on_session
def search(exchange: Exchange, session: Record) -> Plan:
    """Find the tools that match best, however badly."""
    queries = [str(query["use_case"]) for query in exchange.body["queries"]]
    return exchange.respond("200.found", _search(exchange, session, queries))


@on_session
def execute(exchange: Exchange, session: Record) -> Plan:
    """Execute a tool for the session's user."""
    body, arguments = exchange.body, exchange.body.get("arguments") or {}
    return exchange.respond(*_run(exchange, session, body["tool_slug"], arguments, body))


@on_session
def execute_meta(exchange: Exchange, session: Record) -> Plan:
    """Execute one of the tools that every session has."""
    slug, arguments = exchange.body["slug"], exchange.body.get("arguments") or {}
    meta = _meta(exchange, session, slug, arguments)
    if meta is None:
        error = f"{slug} is not part of the emulator"
        return exchange.respond("200.default", {"result": {}, "error": error})
    return exchange.respond("200.default", {"result": meta[0]}, meta[1])


def _run(
    exchange: Exchange, session: Record, slug: str, arguments: Json, body: Record, index: int = 0
) -> tuple[str, dict[str, Json], tuple[Effect, ...]]:
    """Run a tool, if the session allows it: the response's id, its variables, and effects."""
    tool = find_tool(exchange, slug)
    if tool is None:
        return "400.session-tool-not-found", {"slug": slug}, ()
    if tool.toolkit == META:
        meta = _meta(exchange, session, slug, arguments)
        if meta is None:
            return "200.default", {"error": "not emulated"}, ()
        return "200.default", {"result": meta[0]}, meta[1]
    if not allows(session, tool.toolkit):
        return "400.session-toolkit-not-allowed", {"toolkit": tool.toolkit}, ()
    account = None
    if needs_account(exchange, tool):
        account = account_for(exchange, session, tool.toolkit, body.get("account"))
        if account is None:
            return "400.session-no-connection", {"toolkit": tool.toolkit}, ()
    run = run_valid(exchange, tool, arguments)
    return "200.default", *with_log(exchange, tool, run, account, session, index)


def _meta(exchange: Exchange, session: Record, slug: str, arguments: Record) -> _Result | None:
    """Run one of the session's own tools; None for those that are not emulated."""
    if slug == "COMPOSIO_SEARCH_TOOLS":
        queries = [str(each.get("use_case")) for each in _each(arguments, "queries", dict)]
        return exchange.shaped("search", **_search(exchange, session, queries or [""])), ()
    if slug == "COMPOSIO_GET_TOOL_SCHEMAS":
        slugs = _each(arguments, "tool_slugs", str)
        tools = filter(None, (find_tool(exchange, each) for each in slugs))
        return {"tool_schemas": {tool.slug: _schema(exchange, tool, True) for tool in tools}}, ()
    if slug == "COMPOSIO_MULTI_EXECUTE_TOOL":
        return _several(exchange, session, _each(arguments, "tools", dict))
    if slug == "COMPOSIO_MANAGE_CONNECTIONS":
        toolkits = _each(arguments, "toolkits", str)
        return {"results": {each: _connection(exchange, session, each) for each in toolkits}}, ()
    return None


def _several(exchange: Exchange, session: Record, calls: Sequence[Record]) -> _Result:
    """Run several tools in turn, also when one is rejected."""
    results: list[Json] = []
    effects: tuple[Effect, ...] = ()
    for index, call in enumerate(calls):
        slug, given = str(call.get("tool_slug")), call.get("arguments")
        arguments = given if isinstance(given, dict) else {}
        fixture, result, more = _run(exchange, session, slug, arguments, call, index)
        error = result.get("error") if fixture == "200.default" else fixture
        response = {
            "data": read(result.get("result")) or {},
            "error": error,
            "successful": not error,
        }
        results.append({"index": index, "tool_slug": slug, "response": response})
        effects += more
    failed = sum(1 for each in results if each["response"]["error"])
    return {"results": results, "total_count": len(results), "error_count": failed}, effects


def _search(exchange: Exchange, session: Record, queries: Sequence[str]) -> dict[str, Json]:
    """The variables of the shape `search`."""
    results: list[Json] = []
    schemas: dict[str, Json] = {}
    toolkits: dict[str, None] = {}
    for index, case in enumerate(queries):
        tools = _best(exchange, session, case)
        for rank, tool in enumerate(tools):
            schemas.setdefault(tool.slug, _schema(exchange, tool, rank < WITH_SCHEMA))
        slugs, own = [tool.slug for tool in tools], dict.fromkeys(tool.toolkit for tool in tools)
        toolkits |= own
        results.append(
            {
                "index": index,
                "use_case": case,
                "primary_tool_slugs": slugs[:WITH_SCHEMA],
                "related_tool_slugs": slugs[WITH_SCHEMA:],
                "toolkits": list(own),
            }
        )
    return {
        "session": session,
        "results": results,
        "schemas": schemas,
        "connections": [_connection(exchange, session, toolkit) for toolkit in toolkits],
    }


def _best(exchange: Exchange, session: Record, case: str) -> list[Tool]:
    words = {word.rstrip("s") for word in case.lower().replace("_", " ").split() if len(word) > 2}

    def score(tool: Tool) -> int:
        name = f"{tool.slug} {tool.raw.get('name', '')}".lower().replace("_", " ")
        text = f"{name} {tool.raw.get('description', '')}".lower()
        return -sum(2 * (word in name) + (word in text) for word in words)

    fitting = [
        tool
        for tool in all_tools(exchange)
        if tool.toolkit != META and not tool.raw.get("deprecated") and allows(session, tool.toolkit)
    ]
    return sorted(fitting, key=lambda tool: (score(tool), tool.slug))[:MAX_FOUND]


def _schema(exchange: Exchange, tool: Tool, whole: bool) -> Json:
    return exchange.shaped("tool_schema" if whole else "tool_schema_reference", tool=tool.raw)


def _connection(exchange: Exchange, session: Record, toolkit: str) -> Json:
    account = active_account(exchange, session["user_id"], toolkit)
    return exchange.shaped("connection", toolkit=toolkit, account=account)


def _each(arguments: Record, name: str, type_: type) -> list[Json]:
    """The items of this type in a list among the arguments."""
    value = arguments.get(name)
    return [each for each in value if isinstance(each, type_)] if isinstance(value, list) else []
