"""Scopes: what a user has to grant so that tools can be executed.

Each scope of a tool's file is needed; no tool has alternatives, so the fewest are the narrowest.
"""

from collections.abc import Iterable

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import (
    BASE,
    LATEST,
    all_tools,
    find_tool,
    find_toolkit,
    version_of,
)
from emulator.services.composio.records import Record, respond_with
from emulator.services.composio.toolkits import on_toolkit

#: How accounts are connected where the request leaves it open.
_DEFAULT_SCHEME = "OAUTH2"


def get_required(exchange: Exchange) -> Plan | Problem:
    """What some tools of one toolkit need."""
    tools = _named(exchange, exchange.body["tools"], exchange.body.get("version"))
    if isinstance(tools, Problem):
        return tools
    if len({tool.toolkit for tool in tools}) > 1:
        return exchange.respond("400.several-toolkits")
    each = [exchange.shaped("scope_requirement", tool=tool.raw) for tool in tools]
    required = {"scopes_required": _scopes(tools), "per_tool_requirements": each}
    return respond_with(exchange, required)


@on_toolkit
def get_grant_context(exchange: Exchange, toolkit: Record) -> Plan:
    """What the scopes of a toolkit depend on, as the state file says."""
    scheme, version = exchange.query("auth_scheme"), exchange.query("toolkit_version")
    basis = _basis(exchange, toolkit, scheme, version)
    return respond_with(exchange, exchange.shaped("grant_context", toolkit=toolkit, **basis))


def recommend(exchange: Exchange) -> Plan | Problem:
    """What to ask a user for; refused where a tool can't do without a scope that is ruled out."""
    body = exchange.body
    toolkit = find_toolkit(exchange, exchange.path("toolkit_slug"))
    if toolkit is None:
        return exchange.respond("404.toolkit-not-found", {"id": exchange.path("toolkit_slug")})
    every = list(all_tools(exchange, toolkit["id"]))
    tools = _named(exchange, body["tools"]) if body["tools"] else every
    if isinstance(tools, Problem):
        return tools
    needed = {*_scopes(tools), *body.get("include", ())}
    missing = needed & {*body.get("exclude", ())} | needed - {*body.get("available_scopes", needed)}
    if missing:
        return exchange.respond("400.scope-not-available", {"scopes": sorted(missing)})
    basis = _basis(exchange, toolkit, body.get("auth_scheme"), body.get("toolkit_version"))
    context = {**toolkit.get("default_grant_context", {}), **body.get("grant_context", {})}
    scopes = exchange.shaped("recommended_scopes", scopes=sorted(needed), context=context, **basis)
    return respond_with(exchange, scopes)


def _named(exchange: Exchange, slugs: Iterable[str], version: Json = None) -> list[Tool] | Problem:
    """The tools with these slugs, each once; a Problem where there is no such tool."""
    found = []
    for slug in dict.fromkeys(slugs):
        tool = find_tool(exchange, slug, version)
        if tool is None:
            return problem("tool-not-found", f"Tool {slug} not found")
        found.append(tool)
    return found


def _scopes(tools: Iterable[Tool]) -> list[str]:
    return sorted({str(scope) for tool in tools for scope in tool.raw.get("scopes") or ()})


def _basis(exchange: Exchange, toolkit: Record, scheme: Json, version: Json) -> dict[str, Json]:
    """What scopes are worked out for: the scheme, and the version that `latest` is."""
    if version in (None, LATEST):
        tools = all_tools(exchange, toolkit["id"])
        version = max((version_of(tool, LATEST) or BASE for tool in tools), default=BASE)
    return {"scheme": scheme or _DEFAULT_SCHEME, "version": version}
