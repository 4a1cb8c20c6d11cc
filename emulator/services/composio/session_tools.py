"""Tools in a session: search, execute, and the tools that every session has."""

from collections.abc import Sequence

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
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


def search(call: Call) -> Answer:
    """The tools that fit best, whether or not they fit."""
    queries = [str(query["use_case"]) for query in call.request.body["queries"]]
    return with_session(call, lambda s: Answer("200.found", _search(call, s, queries)))


def execute(call: Call) -> Answer:
    """Execute a tool for the session's user."""
    body = call.request.body

    def answer(session: Record) -> Answer:
        done = _run(call, session, body["tool_slug"], body.get("arguments") or {}, body)
        return done if isinstance(done, Answer) else Answer("200.default", *done)

    return with_session(call, answer)


def execute_meta(call: Call) -> Answer:
    """Execute one of the tools that every session has."""
    slug, arguments = call.request.body["slug"], call.request.body.get("arguments") or {}

    def answer(session: Record) -> Answer:
        data = _meta(call, session, slug, arguments)
        if data is not None:
            return Answer("200.default", {"result": data[0]}, data[1])
        return Answer("200.default", {"result": {}, "error": f"{slug} is not part of the emulator"})

    return with_session(call, answer)


#: What a run says to its templates, and what it changes.
_Done = tuple[dict[str, Json], tuple[Effect, ...]]


def _run(
    call: Call, session: Record, slug: str, arguments: Json, body: Record, index: int = 0
) -> Answer | _Done:
    """A tool's run; an Answer where the session refuses it."""
    tool = find_tool(call, slug)
    if tool is None:
        return Answer("400.session-tool-not-found", {"slug": slug})
    toolkit = str(tool.raw.get("toolkit"))
    if toolkit == META:
        done = _meta(call, session, slug, arguments)
        return ({"result": done[0]}, done[1]) if done else ({"error": "not emulated"}, ())
    if not allows(session, toolkit):
        return Answer("400.session-toolkit-not-allowed", {"toolkit": toolkit})
    account = _account(call, session, toolkit, body) if needs_account(call, tool) else None
    if account is None and needs_account(call, tool):
        return Answer("400.session-no-connection", {"toolkit": toolkit})
    ran = run(call, tool, arguments)
    execution = Execution(
        tool,
        arguments,
        ran.variables,
        user=session["user_id"],
        account=account,
        session=session["id"],
        version=version_of(tool, LATEST),
    )
    id_, effects = log(call, execution, index)
    return {**ran.variables, "log_id": id_}, (*ran.effects, *effects)


def _account(call: Call, session: Record, toolkit: str, body: Record) -> Record | None:
    """The account of a run: the one asked for, one pinned to the session, or the user's own."""
    named = body.get("account") or pinned_account(session, toolkit)
    if named is None:
        return active_account(call, session["user_id"], toolkit)
    account = find_account(call, named)
    return account if account is not None and account["status"] == "ACTIVE" else None


def _meta(
    call: Call, session: Record, slug: str, arguments: Record
) -> tuple[Json, tuple[Effect, ...]] | None:
    """What one of the session's own tools gives; None for those that are not emulated."""
    if slug == "COMPOSIO_SEARCH_TOOLS":
        queries = arguments.get("queries")
        cases = [str(each.get("use_case")) for each in _objects(queries)]
        return call.shaped("search", **_search(call, session, cases or [""])), ()
    if slug == "COMPOSIO_GET_TOOL_SCHEMAS":
        named = _texts(arguments.get("tool_slugs"))
        tools = filter(None, (find_tool(call, each) for each in named))
        return {"tool_schemas": {tool.slug: _schema(call, tool, True) for tool in tools}}, ()
    if slug == "COMPOSIO_MULTI_EXECUTE_TOOL":
        return _several(call, session, arguments)
    if slug == "COMPOSIO_MANAGE_CONNECTIONS":
        named = _texts(arguments.get("toolkits"))
        return {"results": {each: _connection(call, session, each) for each in named}}, ()
    return None


def _several(call: Call, session: Record, arguments: Record) -> tuple[Json, tuple[Effect, ...]]:
    """Several tools in turn; one that is refused does not keep the others from running."""
    results: list[Json] = []
    effects: tuple[Effect, ...] = ()
    for index, each in enumerate(_objects(arguments.get("tools"))):
        slug = str(each.get("tool_slug"))
        given = each.get("arguments")
        done = _run(call, session, slug, given if isinstance(given, dict) else {}, each, index)
        said = {"error": done.fixture} if isinstance(done, Answer) else done[0]
        effects += () if isinstance(done, Answer) else done[1]
        error = said.get("error")
        response = {"data": said.get("result") or {}, "error": error, "successful": not error}
        results.append({"index": index, "tool_slug": slug, "response": response})
    failed = sum(1 for each in results if each["response"]["error"])
    return {"results": results, "total_count": len(results), "error_count": failed}, effects


def _search(call: Call, session: Record, queries: Sequence[str]) -> dict[str, Json]:
    """The variables of the shape `search`."""
    results: list[Json] = []
    schemas: dict[str, Json] = {}
    toolkits: list[str] = []
    for index, case in enumerate(queries):
        tools = _best(call, session, case)
        for place, tool in enumerate(tools):
            schemas.setdefault(tool.slug, _schema(call, tool, place < WITH_SCHEMA))
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
    connections = [_connection(call, session, toolkit) for toolkit in toolkits]
    moment, unix = now(call), int(call.values.now.timestamp())
    return {
        "session": session,
        "results": results,
        "schemas": schemas,
        "connections": connections,
        "now": moment,
        "now_unix": unix,
    }


def _best(call: Call, session: Record, case: str) -> list[Tool]:
    asked = {word.rstrip("s") for word in case.lower().replace("_", " ").split() if len(word) > 2}

    def score(tool: Tool) -> int:
        name = f"{tool.slug} {tool.raw.get('name', '')}".lower().replace("_", " ")
        text = f"{name} {tool.raw.get('description', '')}".lower()
        return -sum(2 * (word in name) + (word in text) for word in asked)

    fitting = [
        tool
        for tool in all_tools(call)
        if tool.raw.get("toolkit") != META
        and not tool.raw.get("deprecated")
        and allows(session, str(tool.raw.get("toolkit")))
    ]
    return sorted(fitting, key=lambda tool: (score(tool), tool.slug))[:FOUND]


def _schema(call: Call, tool: Tool, whole: bool) -> Json:
    return call.shaped("tool_schema" if whole else "tool_schema_reference", tool=tool.raw)


def _connection(call: Call, session: Record, toolkit: str) -> Json:
    account = active_account(call, session["user_id"], toolkit)
    return call.shaped("connection", toolkit=toolkit, account=account)


def _texts(value: Json) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _objects(value: Json) -> list[Record]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


BEHAVIOURS: dict[str, Behaviour] = {
    "searchSessionTools": search,
    "executeSessionTool": execute,
    "executeMetaTool": execute_meta,
}
