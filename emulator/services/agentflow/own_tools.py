"""Tools that callers have created: stored as records, their argument schemas compiled once.

Their code is never executed: a call returns its arguments.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import orjson

from emulator.errors import FixtureError
from emulator.fixtures.tools.files import parse_tool
from emulator.fixtures.tools.registry import ToolRegistry, compile_tools
from emulator.fixtures.tools.run import ToolRun
from emulator.fixtures.tools.tool import Tool
from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.services.tools import arguments_invalid, run_tool

COLLECTION = "tools"

#: What comes of a call, in the words of a tool's file.
_OUTCOMES = [{"name": "echoed", "source": "guess", "result": "{{ arguments }}"}]

#: Nobody creates more than these in one test; the oldest are compiled again when they are called.
_KEPT = 256


def own_tools(exchange: Exchange, agent_id: str) -> Iterator[tuple[str, Tool, Mapping[str, Json]]]:
    """The tools created for an agent: id, tool and record; invalid records are left out."""
    for id_, stored in exchange.snapshot.records(COLLECTION).items():
        record = {"name": id_, **stored}
        tool = tool_of(record) if record.get("agent_id") == agent_id else None
        if isinstance(tool, Tool):
            yield id_, tool, record


def tool_of(record: Mapping[str, Json]) -> Tool | FixtureError:
    """The tool that a record describes, or why it is invalid."""
    try:
        return next(iter(_registry(record).by_slug.values()))
    except FixtureError as error:
        return error


def run_agent_tool(
    exchange: Exchange, agent_id: str, name: str, arguments: Json, key: str = ""
) -> ToolRun | Problem:
    """Run the agent's tool of this name; `key` names the logical call."""
    return run_tool(exchange, name, arguments, key, _registry_for(exchange, agent_id, name))


def refuse_arguments(
    exchange: Exchange, agent_id: str, name: str, arguments: Json
) -> Problem | None:
    """Reject arguments that the agent's tool of this name does not accept."""
    registry = _registry_for(exchange, agent_id, name)
    tool = registry.by_slug.get(name) if registry else None
    violations = registry.input_violations(tool, arguments) if registry and tool else ()
    return arguments_invalid(violations) if violations else None


def _registry_for(exchange: Exchange, agent_id: str, name: str) -> ToolRegistry | None:
    """The registry with the agent's tool of this name: its own, or the service's."""
    for _, tool, record in own_tools(exchange, agent_id):
        if tool.slug == name:
            return _registry(record)
    return exchange.fixtures.tools


def _registry(record: Mapping[str, Json]) -> ToolRegistry:
    raw = {
        "slug": record["name"],
        "toolkit": record.get("group") or "",
        "description": record.get("description") or "",
        "tags": record.get("tags") or [],
        "side_effect": "write",
        "require_approval": record.get("require_approval") is True,
        "input": record.get("args_schema") or {"type": "object"},
        "outcomes": _OUTCOMES,
    }
    return _compiled(dump(raw))


@lru_cache(maxsize=_KEPT)
def _compiled(text: bytes) -> ToolRegistry:
    tool = parse_tool(orjson.loads(text), "args_schema")
    return compile_tools({tool.slug: tool})
