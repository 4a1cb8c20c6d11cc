"""The list of tools in both formats, made from the tool files."""

from collections.abc import Mapping
from typing import Any

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.services.paragon.access import connected

#: A property's own keyword: which kind of form field it is. Callers of functions don't see it.
FORM_FIELD = "x-paragon-input"

_FIELD_TYPES = {"boolean": "BOOLEAN_INPUT", "object": "CODE", "array": "CODE"}


def tools_by_integration(exchange: Exchange) -> Mapping[str, list[Json]]:
    """The tools by integration, as the query filters and formats them."""
    query = exchange.query_parameters
    registry = exchange.fixtures.tools
    shape = _form if query.get("format") == "paragon" else _function
    listed: dict[str, list[Json]] = {}
    for tool in registry.by_slug.values() if registry else ():
        if not tool.raw.get("deprecated") and _wanted(tool, exchange, query):
            listed.setdefault(tool.toolkit, []).append(shape(tool))
    return listed


def _wanted(tool: Tool, exchange: Exchange, query: Mapping[str, Any]) -> bool:
    integrations, categories = query.get("integrations"), query.get("categories")
    if integrations and tool.toolkit not in integrations:
        return False
    if categories:
        known = (
            exchange.snapshot.records("integrations").get(tool.toolkit, {}).get("categories", ())
        )
        if not set(known) & set(categories):
            return False
    available = connected(exchange)
    everything = query.get("limit_to_available") is False or available is None
    return everything or tool.toolkit in (available or ())


def _function(tool: Tool) -> Json:
    parameters = dict(tool.input)
    parameters["properties"] = {
        name: {k: v for k, v in schema.items() if k != FORM_FIELD}
        for name, schema in tool.input.get("properties", {}).items()
    }
    described = {"name": tool.slug, "description": tool.raw.get("description", "")}
    return {"type": "function", "function": {**described, "parameters": parameters}}


def _form(tool: Tool) -> Json:
    required = tool.input.get("required", ())
    return {
        "name": tool.slug,
        "title": tool.raw.get("name", tool.slug),
        "description": tool.raw.get("description", ""),
        "inputs": [
            _input(name, schema, required=name in required)
            for name, schema in tool.input.get("properties", {}).items()
        ],
    }


def _input(name: str, schema: Mapping[str, Json], *, required: bool) -> Json:
    kind = schema.get(FORM_FIELD) or _FIELD_TYPES.get(str(schema.get("type")), "TEXT")
    title = str(schema.get("description") or name).rstrip(".")
    field = {"id": name, "title": title, "type": kind, "required": required}
    if "enum" in schema:
        values = [{"label": str(value), "value": value} for value in schema["enum"]]
        field |= {"type": "ENUM", "values": values}
    return field
