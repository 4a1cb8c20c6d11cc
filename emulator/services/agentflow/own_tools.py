"""Tools that callers have created: kept as records, with their arguments' schema compiled once.

Their code is never executed: a call returns its arguments.
"""

from collections.abc import Mapping
from functools import lru_cache

import orjson

from emulator.errors import FixtureError
from emulator.fixtures.tools.files import parse_tool
from emulator.fixtures.tools.registry import ToolRegistry, compile_tools
from emulator.fixtures.tools.tool import Tool
from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange

COLLECTION = "tools"

#: What comes of a call, in the words of a tool's file.
_OUTCOMES = [{"name": "echoed", "source": "guess", "result": "{{ arguments }}"}]

#: Nobody creates more than these in one test; the oldest are compiled again when they are called.
_KEPT = 256


def own_tools(exchange: Exchange, agent_id: str) -> Mapping[str, Mapping[str, Json]]:
    """The records of the tools created for an agent, by id; what can't be a tool is left out."""
    records = {id_: {"name": id_, **r} for id_, r in exchange.snapshot.records(COLLECTION).items()}
    return {
        id_: each
        for id_, each in records.items()
        if each.get("agent_id") == agent_id and complaint(each) is None
    }


def tool_of(record: Mapping[str, Json]) -> Tool:
    """The tool that a record describes; raises FixtureError where its schema is none."""
    return next(iter(_registry(record).by_slug.values()))


def registry_for(exchange: Exchange, agent_id: str, name: str) -> ToolRegistry | None:
    """The registry that has the agent's tool of this name: of the tool alone, or of all tools."""
    for record in own_tools(exchange, agent_id).values():
        if record.get("name") == name:
            return _registry(record)
    return exchange.fixtures.tools


def complaint(record: Mapping[str, Json]) -> str | None:
    """Why a record can't be a tool, None where it can."""
    try:
        _registry(record)
    except FixtureError as error:
        return error.message
    return None


def _registry(record: Mapping[str, Json]) -> ToolRegistry:
    given = {name: record[name] for name in ("name", "args_schema") if name in record}
    described = {"require_approval": record.get("require_approval") is True}
    for field in ("description", "tags", "group"):
        if record.get(field) is not None:
            described[field] = record[field]
    return _compiled(dump({**given, **described}))


@lru_cache(maxsize=_KEPT)
def _compiled(text: bytes) -> ToolRegistry:
    record = orjson.loads(text)
    raw = {
        "slug": record["name"],
        "toolkit": record.get("group", ""),
        "description": record.get("description", ""),
        "tags": record.get("tags", []),
        "side_effect": "write",
        "require_approval": record["require_approval"],
        "input": record.get("args_schema") or {"type": "object"},
        "outcomes": _OUTCOMES,
    }
    tool = parse_tool(raw, "args_schema")
    return compile_tools({tool.slug: tool})
