"""Tools: list and get them, list slugs, and read arguments from a text."""

from emulator.fixtures.tools.tool import Tool
from emulator.http.media_types import best_match
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import (
    all_tools,
    find_tool,
    requested_version,
    show_tool,
    version_of,
    with_deprecations,
)
from emulator.services.composio.natural_language import read_arguments
from emulator.services.composio.pages import contains, matches, respond_page, respond_with, words
from emulator.services.composio.records import AUTH_CONFIGS


def list_tools(exchange: Exchange) -> Plan:
    """List tools by slug alone, or by all other filters; only those in the version."""
    named = words(exchange.query("tool_slugs"))
    found = []
    for tool in all_tools(exchange):
        version = version_of(tool, requested_version(exchange, tool.toolkit))
        chosen = tool.slug.lower() in named if named else _matches(exchange, tool)
        if version is not None and chosen:
            found.append((tool, version))
    plan = respond_page(exchange, found, lambda exchange, each: show_tool(exchange, *each))
    return with_deprecations(exchange, plan, found)


def _matches(exchange: Exchange, tool: Tool) -> bool:
    raw = tool.raw
    configs = words(exchange.query("auth_config_ids"))
    toolkits = {(AUTH_CONFIGS.find(exchange, id_) or {}).get("toolkit") for id_ in configs}
    return (
        matches(raw.get("toolkit"), words(exchange.query("toolkit_slug")))
        and (not configs or raw.get("toolkit") in toolkits)
        and matches(raw.get("tags") or [], words(exchange.query("tags")))
        and (exchange.query("important") != "true" or _is_important(exchange, tool))
        and matches(raw.get("scopes") or [], words(exchange.query("scopes")))
        and (not raw.get("deprecated") or exchange.query("include_deprecated") is True)
        and contains(
            {**raw, "words": tool.slug.replace("_", " ")},
            ("slug", "words", "name", "description"),
            exchange.query("query") or exchange.query("search"),
        )
    )


def _is_important(exchange: Exchange, tool: Tool) -> bool:
    """Whether a tool is important in its toolkit; where none is marked so, all are."""
    siblings = all_tools(exchange, tool.toolkit)
    marked = {each.slug for each in siblings if "important" in (each.raw.get("tags") or ())}
    return not marked or tool.slug in marked


def get_tool(exchange: Exchange) -> Plan | Problem:
    """Get one tool, in the version requested."""
    slug = exchange.path("tool_slug")
    tool = find_tool(exchange, slug)
    if tool is not None:
        requested = exchange.query("version") or requested_version(exchange, tool.toolkit)
        version = version_of(tool, requested)
        if version is not None:
            plan = respond_with(exchange, show_tool(exchange, tool, version))
            return with_deprecations(exchange, plan, [(tool, version)])
    return problem("tool-not-found", f"Tool {slug} not found")


def list_slugs(exchange: Exchange) -> Plan:
    """List the slugs of all tools, deprecated ones too, as a line of text or as JSON."""
    slugs = [tool.slug for tool in all_tools(exchange)]
    accepted = best_match(("text/plain", "application/json"), exchange.request.header("accept"))
    if accepted == "application/json":
        return respond_with(exchange, slugs)
    return exchange.respond("200.slugs", {"slugs": slugs})


def get_input(exchange: Exchange) -> Plan | Problem:
    """Read arguments for a tool from a text."""
    slug, body = exchange.path("tool_slug"), exchange.body
    tool = find_tool(exchange, slug, body.get("version"))
    if tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    return exchange.respond("200.default", {"arguments": read_arguments(tool.input, body["text"])})
