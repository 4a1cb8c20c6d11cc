"""What there is: the tools and their versions, and the toolkits they belong to."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.services.composio.records import Record, record

#: The version that is executed where none is asked for: a frozen, older state of the catalogue.
BASE = "00000000_00"
LATEST = "latest"


def all_tools(exchange: Exchange) -> Iterator[Tool]:
    """Every tool of the catalogue."""
    if exchange.fixtures.tools is not None:
        yield from exchange.fixtures.tools.by_slug.values()


def find_tool(exchange: Exchange, slug: str, version: Json = None) -> Tool | None:
    """The tool with this slug, if it is there in this version (None: in any)."""
    registry = exchange.fixtures.tools
    tool = registry.by_slug.get(slug) if registry else None
    return tool if tool is not None and version_of(tool, version or LATEST) else None


def version_of(tool: Tool, asked: Json) -> str | None:
    """The version of a tool that is asked for, None where the tool is not in it."""
    versions = _versions(tool)
    if asked == LATEST:
        return max(versions)
    return str(asked) if asked in versions else None


def asked_version(exchange: Exchange, toolkit: str) -> str:
    """The version a query asks for: `toolkit_versions[slack]=…`, `toolkit_versions=…` or latest."""
    asked = dict(parse_qsl(exchange.request.query))
    pinned = {name.lower(): value for name, value in asked.items()}
    return pinned.get(f"toolkit_versions[{toolkit}]") or asked.get("toolkit_versions") or LATEST


def show_tool(exchange: Exchange, tool: Tool, version: str | None = None) -> Json:
    """A tool as it is listed."""
    return exchange.shaped(
        "tool",
        tool=tool.raw,
        toolkit=toolkit_of(exchange, str(tool.raw.get("toolkit") or "")),
        version=version or version_of(tool, LATEST),
        versions=[each for each in _versions(tool) if each != BASE] or [BASE],
    )


def toolkit_of(exchange: Exchange, slug: str) -> Record:
    """The record of a toolkit; one that only tools know has its slug for a name."""
    return find_toolkit(exchange, slug) or {"id": slug, "name": slug.capitalize()}


def find_toolkit(exchange: Exchange, slug: Json) -> Record | None:
    """A toolkit of the state file, whatever the case of the slug."""
    return record(exchange, "toolkits", slug.lower()) if isinstance(slug, str) else None


def needs_account(exchange: Exchange, tool: Tool) -> bool:
    """Whether a tool works on a connected account."""
    return not toolkit_of(exchange, str(tool.raw.get("toolkit") or "")).get("no_auth", False)


def _versions(tool: Tool) -> list[str]:
    return [str(version) for version in tool.raw.get("versions") or [BASE]]
