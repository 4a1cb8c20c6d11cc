"""ActionKit's tools: run one, or list them in either format, both from the tool files."""

from collections.abc import Mapping

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.paragon.access import connected, refuse_caller, refuse_run
from emulator.services.tools import run_tool

#: A property's own keyword: which kind of form field it is. Callers of functions don't see it.
FORM_FIELD = "x-paragon-input"

_FIELD_TYPES = {"boolean": "BOOLEAN_INPUT", "object": "CODE", "array": "CODE"}


def run(exchange: Exchange) -> Plan | Problem:
    """Run the tool named by `tool` or, as older callers write, `action`."""
    body = exchange.body
    slug = body["tool"] if "tool" in body else body["action"]
    registry = exchange.fixtures.tools
    tool = registry.by_slug.get(slug) if registry else None
    refusal = refuse_caller(exchange) or (refuse_run(exchange, tool) if tool else None)
    if refusal is not None:
        return refusal
    tool_run = run_tool(exchange, slug, body["parameters"])
    if isinstance(tool_run, Problem):
        return tool_run
    # A refusal that the provider sent as a response, like Slack's `ok: false`, comes through.
    if tool_run.failed and "result" not in tool_run.variables:
        return exchange.respond("500.tool-failure", tool_run.variables, delay_ms=tool_run.delay_ms)
    fixture = tool_run.fixture or "200.default"
    variables, effects = tool_run.variables, tool_run.effects
    return exchange.respond(fixture, variables, effects, delay_ms=tool_run.delay_ms)


def list_tools(exchange: Exchange) -> Plan | Problem:
    """List the tools that the caller can run, filtered and formatted as the query says."""
    refusal = refuse_caller(exchange)
    if refusal is not None:
        return refusal
    show = _form if exchange.query("format") == "paragon" else _function
    registry = exchange.fixtures.tools
    listed: dict[str, list[Json]] = {}
    for tool in registry.by_slug.values() if registry else ():
        if not tool.raw.get("deprecated") and _wanted(exchange, tool):
            listed.setdefault(tool.toolkit, []).append(show(tool))
    return exchange.respond("200.default", {"listed": listed})


def _wanted(exchange: Exchange, tool: Tool) -> bool:
    integrations, categories = exchange.query("integrations"), exchange.query("categories")
    if integrations and tool.toolkit not in integrations:
        return False
    integration = exchange.snapshot.records("integrations").get(tool.toolkit, {})
    if categories and not set(integration.get("categories", ())) & set(categories):
        return False
    available = connected(exchange)
    if available is None or exchange.query("limit_to_available") is False:
        return True
    return tool.toolkit in available


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
