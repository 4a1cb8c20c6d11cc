"""Toolkits: the tools of one provider, how its accounts are connected, and with which scopes.

Each scope of a tool's file is needed; no tool has alternatives, so the fewest are the narrowest.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

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
    versions_of,
)
from emulator.services.composio.pages import contains, matches, respond_page, respond_with, words
from emulator.services.composio.records import CATEGORIES, TOOLKITS, TRIGGER_TYPES, Record, on_found

#: How accounts are connected where the request leaves it open.
_DEFAULT_SCHEME = "OAUTH2"

#: Decorates the handler of the path's toolkit, whatever the case of its slug.
_on_toolkit = on_found(find_toolkit, "404.toolkit-not-found", path="toolkit_slug")


def list_toolkits(exchange: Exchange) -> Plan:
    """List the toolkits that pass every filter, by name on request."""
    found = [each for each in TOOLKITS.all(exchange) if _matches(each, exchange.query)]
    if exchange.query("sort_by") == "alphabetically":
        found.sort(key=lambda toolkit: str(toolkit.get("name")).lower())
    return respond_page(exchange, found, _show)


def get_several(exchange: Exchange) -> Plan:
    """Get the toolkits that the body names or filters."""
    body = exchange.body or {}
    named = words(body.get("toolkits"))
    found = [
        toolkit
        for toolkit in TOOLKITS.all(exchange)
        if matches(toolkit["id"], named) and _matches(toolkit, body.get)
    ]
    return respond_page(exchange, found, _show, body)


@_on_toolkit
def get(exchange: Exchange, toolkit: Record) -> Plan:
    """Get one toolkit."""
    return respond_with(exchange, _show(exchange, toolkit))


def list_categories(exchange: Exchange) -> Plan:
    """List all categories."""
    return respond_page(exchange, list(CATEGORIES.all(exchange)), _show_category, {})


def list_changelogs(exchange: Exchange) -> Plan:
    """List every toolkit's versions, the newest first."""
    items = []
    for toolkit in TOOLKITS.all(exchange):
        counts = Counter(_versions(exchange, toolkit))
        versions = [
            exchange.shaped("toolkit_version", version=version, tools=counts[version])
            for version in sorted(counts, reverse=True)
        ]
        items.append(exchange.shaped("changelog", toolkit=toolkit, versions=versions))
    return respond_with(exchange, {"items": items})


def _show(exchange: Exchange, toolkit: Record) -> Json:
    """A toolkit as lists show it, with what the catalogue holds of it."""
    tools = list(all_tools(exchange, toolkit["id"]))
    scopes = _scopes(tools)
    managed, schemes = toolkit.get("managed_schemes") or (), toolkit.get("auth_schemes") or ()
    versions = sorted(set(_versions(exchange, toolkit))) or [BASE]
    triggers = list(TRIGGER_TYPES.all(exchange, toolkit=toolkit["id"]))
    category = CATEGORIES.find(exchange, toolkit.get("category"))
    return exchange.shaped(
        "toolkit",
        toolkit=toolkit,
        categories=[_show_category(exchange, category)] if category else [],
        details=[exchange.shaped("auth_scheme", scheme=scheme) for scheme in schemes],
        managed_auth=[exchange.shaped("managed_auth", scheme=s, scopes=scopes) for s in managed],
        tools_count=len(tools),
        triggers_count=len(triggers),
        version=versions[-1],
        versions=versions,
    )


def _show_category(exchange: Exchange, category: Record) -> Json:
    return exchange.shaped("category", category=category)


def _versions(exchange: Exchange, toolkit: Record) -> Iterator[str]:
    """The versions of each of a toolkit's tools, without that of tools that have none."""
    for tool in all_tools(exchange, toolkit["id"]):
        yield from (each for each in versions_of(tool) if each != BASE)


def _matches(toolkit: Record, value_of: Callable[[str], Json]) -> bool:
    found = contains(toolkit, ("id", "name", "description"), value_of("search"))
    return found and matches(toolkit.get("category"), words(value_of("category")))


def get_required_scopes(exchange: Exchange) -> Plan | Problem:
    """Get the scopes that some tools of one toolkit need."""
    tools = _named(exchange, exchange.body["tools"], exchange.body.get("version"))
    if isinstance(tools, Problem):
        return tools
    if len({tool.toolkit for tool in tools}) > 1:
        return exchange.respond("400.several-toolkits")
    each = [exchange.shaped("scope_requirement", tool=tool.raw) for tool in tools]
    required = {"scopes_required": _scopes(tools), "per_tool_requirements": each}
    return respond_with(exchange, required)


@_on_toolkit
def get_grant_context(exchange: Exchange, toolkit: Record) -> Plan:
    """Get what the scopes of a toolkit depend on, as the state file says."""
    scheme, version = exchange.query("auth_scheme"), exchange.query("toolkit_version")
    basis = _basis(exchange, toolkit, scheme, version)
    return respond_with(exchange, exchange.shaped("grant_context", toolkit=toolkit, **basis))


@_on_toolkit
def recommend_scopes(exchange: Exchange, toolkit: Record) -> Plan | Problem:
    """Recommend scopes to request; 400 where tools need one that is excluded."""
    body = exchange.body
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
    """The tools with these slugs, each once; a Problem where one does not exist."""
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
    """The scheme, and the version that `latest` is, for which scopes are worked out."""
    if version in (None, LATEST):
        tools = all_tools(exchange, toolkit["id"])
        version = max((version_of(tool, LATEST) or BASE for tool in tools), default=BASE)
    return {"scheme": scheme or _DEFAULT_SCHEME, "version": version}
