"""Scopes: what a user has to grant so that tools can be executed.

Each scope of a tool's file is needed; no tool has alternatives, so the fewest are the narrowest.
"""

from collections.abc import Iterable

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
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


def get_required(exchange: Exchange) -> Plan | Problem:
    """What some tools of one toolkit need."""
    body = exchange.body
    tools = _named(exchange, body["tools"], body.get("version"))
    if isinstance(tools, Problem):
        return tools
    if len({tool.raw.get("toolkit") for tool in tools}) > 1:
        return exchange.respond("400.several-toolkits")
    each = [exchange.shaped("scope_requirement", tool=tool.raw) for tool in tools]
    record = {"scopes_required": _scopes(tools), "per_tool_requirements": each}
    return exchange.respond("200.record", {"record": record})


def get_grant_context(exchange: Exchange) -> Plan:
    """What the scopes of a toolkit depend on, as the state file says."""
    toolkit = find_toolkit(exchange, exchange.path("toolkit_slug"))
    if toolkit is None:
        return exchange.respond("404.toolkit-not-found", {"id": exchange.path("toolkit_slug")})
    asked = exchange.query("auth_scheme"), exchange.query("toolkit_version")
    record = exchange.shaped("grant_context", toolkit=toolkit, **_basis(exchange, toolkit, *asked))
    return exchange.respond("200.record", {"record": record})


def recommend(exchange: Exchange) -> Plan | Problem:
    """What to ask a user for; refused where a tool can't do without a scope that is ruled out."""
    body = exchange.body
    toolkit = find_toolkit(exchange, exchange.path("toolkit_slug"))
    if toolkit is None:
        return exchange.respond("404.toolkit-not-found", {"id": exchange.path("toolkit_slug")})
    tools = _named(exchange, body["tools"]) if body["tools"] else _tools_of(exchange, toolkit)
    if isinstance(tools, Problem):
        return tools
    needed = {*_scopes(tools), *body.get("include", ())}
    missing = needed & {*body.get("exclude", ())} | needed - {*body.get("available_scopes", needed)}
    if missing:
        return exchange.respond("400.scope-not-available", {"scopes": sorted(missing)})
    said = _basis(exchange, toolkit, body.get("auth_scheme"), body.get("toolkit_version"))
    context = {**toolkit.get("default_grant_context", {}), **body.get("grant_context", {})}
    record = exchange.shaped("recommended_scopes", scopes=sorted(needed), context=context, **said)
    return exchange.respond("200.record", {"record": record})


def _named(exchange: Exchange, slugs: Iterable[str], version: Json = None) -> list[Tool] | Problem:
    """The tools with these slugs, each once; a Problem where there is no such tool."""
    found = []
    for slug in dict.fromkeys(slugs):
        tool = find_tool(exchange, slug, version)
        if tool is None:
            return problem("tool-not-found", f"Tool {slug} not found")
        found.append(tool)
    return found


def _tools_of(exchange: Exchange, toolkit: Record) -> list[Tool]:
    return [tool for tool in all_tools(exchange) if tool.raw.get("toolkit") == toolkit["id"]]


def _scopes(tools: Iterable[Tool]) -> list[str]:
    return sorted({str(scope) for tool in tools for scope in tool.raw.get("scopes") or ()})


def _basis(exchange: Exchange, toolkit: Record, scheme: Json, version: Json) -> dict[str, Json]:
    """What an answer rests on: the scheme, and the version that `latest` is."""
    newest = max(
        (version_of(tool, LATEST) or BASE for tool in _tools_of(exchange, toolkit)), default=BASE
    )
    asked = version if version not in (None, LATEST) else newest
    return {"scheme": scheme or _DEFAULT_SCHEME, "version": asked}


HANDLERS: dict[str, Handler] = {
    "getRequiredScopes": get_required,
    "getScopeGrantContext": get_grant_context,
    "recommendScopes": recommend,
}
