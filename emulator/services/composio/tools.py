"""Tools: list, get, slugs, and arguments from a text."""

from emulator.fixtures.tools.tool import Tool
from emulator.http.media_types import best_match
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.services.composio.catalogue import (
    all_tools,
    asked_version,
    find_tool,
    show_tool,
    version_of,
)
from emulator.services.composio.deprecation import telling
from emulator.services.composio.natural_language import read_arguments
from emulator.services.composio.pages import contains, fits, page, words
from emulator.services.composio.records import record


def list_tools(call: Call) -> Answer:
    """Tools by slug alone, or by every other filter; a tool absent in the version is left out."""
    named = words(call.query("tool_slugs"))
    found = []
    for tool in all_tools(call):
        version = version_of(tool, asked_version(call, str(tool.raw.get("toolkit"))))
        chosen = tool.slug.lower() in named if named else _fits(call, tool)
        if version is not None and chosen:
            found.append((tool, version))
    return telling(call, page(call, found, lambda each: show_tool(call, *each)), found)


def _fits(call: Call, tool: Tool) -> bool:
    raw = tool.raw
    configs = words(call.query("auth_config_ids"))
    toolkits = {(record(call, "auth_configs", id_) or {}).get("toolkit") for id_ in configs}
    return (
        fits(raw.get("toolkit"), words(call.query("toolkit_slug")))
        and (not configs or raw.get("toolkit") in toolkits)
        and fits(raw.get("tags") or [], words(call.query("tags")))
        and (call.query("important") != "true" or _is_important(call, tool))
        and fits(raw.get("scopes") or [], words(call.query("scopes")))
        and (not raw.get("deprecated") or call.query("include_deprecated") is True)
        and contains(
            {**raw, "words": tool.slug.replace("_", " ")},
            ("slug", "words", "name", "description"),
            call.query("query") or call.query("search"),
        )
    )


def _is_important(call: Call, tool: Tool) -> bool:
    """Whether it is one of its toolkit's important tools; where none is marked so, all are."""
    toolkit = tool.raw.get("toolkit")
    marked = {
        other.slug
        for other in all_tools(call)
        if other.raw.get("toolkit") == toolkit and "important" in (other.raw.get("tags") or ())
    }
    return not marked or tool.slug in marked


def get_tool(call: Call) -> Answer | Problem:
    """One tool, in the version asked for."""
    slug = call.path("tool_slug")
    tool = find_tool(call, slug)
    if tool is not None:
        asked = call.query("version") or asked_version(call, str(tool.raw.get("toolkit")))
        version = version_of(tool, asked)
        if version is not None:
            answer = Answer("200.record", {"record": show_tool(call, tool, version)})
            return telling(call, answer, [(tool, version)])
    return problem("tool-not-found", f"Tool {slug} not found")


def list_slugs(call: Call) -> Answer:
    """The slugs of all tools, deprecated ones too: a line of text, or JSON for those who ask."""
    slugs = [tool.slug for tool in all_tools(call)]
    accepted = best_match(("text/plain", "application/json"), call.request.request.header("accept"))
    if accepted == "application/json":
        return Answer("200.record", {"record": slugs})
    return Answer("200.slugs", {"slugs": slugs})


def get_input(call: Call) -> Answer | Problem:
    """Arguments for a tool, read from a text."""
    slug, body = call.path("tool_slug"), call.request.body
    tool = find_tool(call, slug, body.get("version"))
    if tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    return Answer("200.default", {"arguments": read_arguments(tool.input, body["text"])})


BEHAVIOURS: dict[str, Behaviour] = {
    "listTools": list_tools,
    "getTool": get_tool,
    "listToolSlugs": list_slugs,
    "getToolInput": get_input,
}
