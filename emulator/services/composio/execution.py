"""Executing a tool: a tool that fails is still HTTP 200, with `successful: false`."""

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.services.composio.accounts import choose_account
from emulator.services.composio.catalogue import BASE, find_tool, version_of
from emulator.services.composio.deprecation import telling
from emulator.services.composio.journal import Execution, log
from emulator.services.composio.natural_language import read_arguments
from emulator.services.composio.records import Record
from emulator.services.tools import ToolRun, run_tool


def execute(exchange: Exchange) -> Plan | Problem:
    """Execute a tool with `arguments`, or with what `text` says; none given means none."""
    body = exchange.body or {}
    slug, version = exchange.path("tool_slug"), body.get("version") or BASE
    tool = find_tool(exchange, slug, version)
    if tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    answer = _execute(exchange, tool, body)
    return telling(exchange, answer, [(tool, version)]) if isinstance(answer, Plan) else answer


def _execute(exchange: Exchange, tool: Tool, body: Record) -> Plan | Problem:
    if tool.raw.get("deprecated"):
        return exchange.respond("410.default", {"tool": tool.raw})
    account = choose_account(exchange, tool, body)
    if isinstance(account, Plan):
        return account
    arguments = body.get("arguments", {})
    if "text" in body and "arguments" not in body:
        arguments = read_arguments(tool.input, body["text"])
    done = run(exchange, tool, arguments)
    return _logged(exchange, tool, done, account, arguments)


def run(exchange: Exchange, tool: Tool, arguments: Json) -> ToolRun:
    """A tool's run; arguments that break the tool's schema are a failure of the tool."""
    done = run_tool(exchange, tool.slug, arguments)
    if isinstance(done, ToolRun):
        return done
    said = {
        "tool": tool.raw,
        "arguments": arguments,
        "violations": [violation.as_json() for violation in done.violations],
    }
    error = exchange.shaped("invalid_arguments", **said)
    return ToolRun({**said, "error": error}, failed=True)


def _logged(
    exchange: Exchange, tool: Tool, done: ToolRun, account: Record | None, arguments: Json
) -> Plan:
    body = exchange.body or {}
    execution = Execution(
        tool,
        arguments,
        done.variables,
        user=body.get("user_id") or body.get("entity_id"),
        account=account,
        version=version_of(tool, body.get("version") or BASE),
        own_credentials=bool(body.get("custom_connection_data")),
    )
    id_, effects = log(exchange, execution)
    return exchange.respond(
        done.fixture or "200.default",
        {**done.variables, "log_id": id_},
        (*done.effects, *effects),
        delay_ms=done.delay_ms,
    )


HANDLERS: dict[str, Handler] = {"executeTool": execute}
