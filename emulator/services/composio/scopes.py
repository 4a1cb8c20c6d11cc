"""Scopes: what a user has to grant so that tools can be executed.

Each scope of a tool's file is needed; no tool has alternatives, so the fewest are the narrowest.
"""

from collections.abc import Iterable

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.services.composio.catalogue import (
    BASE,
    LATEST,
    all_tools,
    find_tool,
    find_toolkit,
    version_of,
)
from emulator.services.composio.records import Record

#: How accounts are connected where nothing is said.
_DEFAULT_SCHEME = "OAUTH2"


def get_required(call: Call) -> Answer | Problem:
    """What some tools of one toolkit need."""
    body = call.request.body
    tools = _named(call, body["tools"], body.get("version"))
    if isinstance(tools, Problem):
        return tools
    if len({tool.raw.get("toolkit") for tool in tools}) > 1:
        return Answer("400.several-toolkits")
    each = [call.shaped("scope_requirement", tool=tool.raw) for tool in tools]
    record = {"scopes_required": _scopes(tools), "per_tool_requirements": each}
    return Answer("200.record", {"record": record})


def get_grant_context(call: Call) -> Answer:
    """What the scopes of a toolkit depend on, as the state file says."""
    toolkit = find_toolkit(call, call.path("toolkit_slug"))
    if toolkit is None:
        return Answer("404.toolkit-not-found", {"id": call.path("toolkit_slug")})
    asked = call.query("auth_scheme"), call.query("toolkit_version")
    record = call.shaped("grant_context", toolkit=toolkit, **_basis(call, toolkit, *asked))
    return Answer("200.record", {"record": record})


def recommend(call: Call) -> Answer | Problem:
    """What to ask a user for; refused where a tool can't do without a scope that is ruled out."""
    body = call.request.body
    toolkit = find_toolkit(call, call.path("toolkit_slug"))
    if toolkit is None:
        return Answer("404.toolkit-not-found", {"id": call.path("toolkit_slug")})
    tools = _named(call, body["tools"]) if body["tools"] else _tools_of(call, toolkit)
    if isinstance(tools, Problem):
        return tools
    needed = {*_scopes(tools), *body.get("include", ())}
    missing = needed & {*body.get("exclude", ())} | needed - {*body.get("available_scopes", needed)}
    if missing:
        return Answer("400.scope-not-available", {"scopes": sorted(missing)})
    said = _basis(call, toolkit, body.get("auth_scheme"), body.get("toolkit_version"))
    context = {**toolkit.get("default_grant_context", {}), **body.get("grant_context", {})}
    record = call.shaped("recommended_scopes", scopes=sorted(needed), context=context, **said)
    return Answer("200.record", {"record": record})


def _named(call: Call, slugs: Iterable[str], version: Json = None) -> list[Tool] | Problem:
    """The tools with these slugs, each once; a Problem where there is no such tool."""
    found = []
    for slug in dict.fromkeys(slugs):
        tool = find_tool(call, slug, version)
        if tool is None:
            return problem("tool-not-found", f"Tool {slug} not found")
        found.append(tool)
    return found


def _tools_of(call: Call, toolkit: Record) -> list[Tool]:
    return [tool for tool in all_tools(call) if tool.raw.get("toolkit") == toolkit["id"]]


def _scopes(tools: Iterable[Tool]) -> list[str]:
    return sorted({str(scope) for tool in tools for scope in tool.raw.get("scopes") or ()})


def _basis(call: Call, toolkit: Record, scheme: Json, version: Json) -> dict[str, Json]:
    """What an answer rests on: the scheme, and the version that `latest` is."""
    newest = max(
        (version_of(tool, LATEST) or BASE for tool in _tools_of(call, toolkit)), default=BASE
    )
    asked = version if version not in (None, LATEST) else newest
    return {"scheme": scheme or _DEFAULT_SCHEME, "version": asked}


BEHAVIOURS: dict[str, Behaviour] = {
    "getRequiredScopes": get_required,
    "getScopeGrantContext": get_grant_context,
    "recommendScopes": recommend,
}
