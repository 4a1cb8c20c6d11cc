"""The catalogue: tools with their versions, their toolkits, and what is deprecated."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import parse_qsl

from msgspec.structs import replace

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.records import TOOLKITS, Record

#: The version that is executed by default: a frozen, older state of the catalogue.
BASE = "00000000_00"
LATEST = "latest"

_ONLY_BASE = (BASE,)


def all_tools(exchange: Exchange, toolkit: str | None = None) -> Iterator[Tool]:
    """Every tool of the catalogue, or of one toolkit."""
    registry = exchange.fixtures.tools
    tools = registry.by_slug.values() if registry else ()
    return (tool for tool in tools if toolkit in (None, tool.toolkit))


def find_tool(exchange: Exchange, slug: str, version: Json = None) -> Tool | None:
    """The tool with this slug, if it exists in this version (None: in any)."""
    registry = exchange.fixtures.tools
    tool = registry.by_slug.get(slug) if registry else None
    if tool is None or version in tool.versions:
        return tool
    return tool if version_of(tool, version or LATEST) else None


def version_of(tool: Tool, requested: Json) -> str | None:
    """The version of a tool that a request names, None where the tool is not in it."""
    versions = tool.versions or _ONLY_BASE
    if requested == LATEST:
        return max(versions)
    return str(requested) if requested in versions else None


def versions_of(tool: Tool) -> tuple[str, ...]:
    """The versions in which a tool exists."""
    return tool.versions or _ONLY_BASE


def requested_version(exchange: Exchange, toolkit: str) -> str:
    """The version in a query: `toolkit_versions[slack]=…`, `toolkit_versions=…` or latest."""
    query = dict(parse_qsl(exchange.request.query))
    pinned = {name.lower(): value for name, value in query.items()}
    return pinned.get(f"toolkit_versions[{toolkit}]") or query.get("toolkit_versions") or LATEST


def show_tool(exchange: Exchange, tool: Tool, version: str | None = None) -> Json:
    """A tool as lists show it."""
    return exchange.shaped(
        "tool",
        tool=tool.raw,
        toolkit=toolkit_of(exchange, tool.toolkit),
        version=version or version_of(tool, LATEST),
        versions=[each for each in versions_of(tool) if each != BASE] or [BASE],
    )


def toolkit_of(exchange: Exchange, slug: str) -> Record:
    """The record of a toolkit; one without a record is named by its slug."""
    return find_toolkit(exchange, slug) or {"id": slug, "name": slug.capitalize()}


def find_toolkit(exchange: Exchange, slug: Json) -> Record | None:
    """A toolkit of the state file, whatever the case of the slug."""
    return TOOLKITS.find(exchange, slug.lower()) if isinstance(slug, str) else None


def needs_account(exchange: Exchange, tool: Tool) -> bool:
    """Whether a tool works on a connected account."""
    toolkit = exchange.snapshot.collections.get("toolkits", {}).get(tool.toolkit.lower())
    return toolkit is None or not toolkit.get("no_auth", False)


def with_deprecations(exchange: Exchange, plan: Plan, used: Iterable[tuple[Tool, Json]]) -> Plan:
    """Name the deprecated toolkits among the versions used in a header of the response.

    `deprecated_toolkits` is the header's value: a list of strings with parameters (RFC 9651, 3.1).
    """
    toolkits = exchange.snapshot.collections.get("toolkits", {})
    items: dict[str, None] = {}
    for tool, requested in used:
        deprecated = toolkits.get(tool.toolkit, {}).get("deprecated_versions")
        version = version_of(tool, requested) if deprecated else None
        if version in (deprecated or ()):
            items[_deprecation(tool.toolkit, str(version), deprecated[version] or {})] = None
    if not items:
        return plan
    return replace(plan, variables={**plan.variables, "deprecated_toolkits": ", ".join(items)})


def _deprecation(slug: str, version: str, facts: Record) -> str:
    parameters = {
        "version": _text(version),
        "deprecated": _date(facts.get("deprecated_at")),
        "sunset": _date(facts.get("sunset_at")),
        "reason": _text(str(facts["reason"])) if facts.get("reason") else None,
    }
    known = (f";{name}={value}" for name, value in parameters.items() if value is not None)
    return _text(slug.upper()) + "".join(known)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _date(moment: Json) -> str | None:
    try:
        return f"@{int(datetime.fromisoformat(str(moment)).timestamp())}"
    except ValueError:
        return None
