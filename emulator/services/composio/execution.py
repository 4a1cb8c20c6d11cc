"""Executing a tool: a tool that fails is still HTTP 200, with `successful: false`."""

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.services.composio.accounts import choose_account
from emulator.services.composio.catalogue import BASE, find_tool, version_of
from emulator.services.composio.deprecation import telling
from emulator.services.composio.journal import Execution, log
from emulator.services.composio.natural_language import read_arguments
from emulator.services.composio.records import Record
from emulator.services.tools import ToolRun, run_tool


def execute(call: Call) -> Answer | Problem:
    """Execute a tool with `arguments`, or with what `text` says; none given means none."""
    body = call.request.body or {}
    slug, version = call.path("tool_slug"), body.get("version") or BASE
    tool = find_tool(call, slug, version)
    if tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    answer = _execute(call, tool, body)
    return telling(call, answer, [(tool, version)]) if isinstance(answer, Answer) else answer


def _execute(call: Call, tool: Tool, body: Record) -> Answer | Problem:
    if tool.raw.get("deprecated"):
        return Answer("410.default", {"tool": tool.raw})
    account = choose_account(call, tool, body)
    if isinstance(account, Answer):
        return account
    arguments = body.get("arguments", {})
    if "text" in body and "arguments" not in body:
        arguments = read_arguments(tool.input, body["text"])
    done = run(call, tool, arguments)
    return _logged(call, tool, done, account, arguments)


def run(call: Call, tool: Tool, arguments: Json) -> ToolRun:
    """A tool's run; arguments that break the tool's schema are a failure of the tool."""
    done = run_tool(call, tool.slug, arguments)
    if isinstance(done, ToolRun):
        return done
    said = {
        "tool": tool.raw,
        "arguments": arguments,
        "violations": [violation.as_json() for violation in done.violations],
    }
    error = call.shaped("invalid_arguments", **said)
    return ToolRun({**said, "error": error}, failed=True)


def _logged(
    call: Call, tool: Tool, done: ToolRun, account: Record | None, arguments: Json
) -> Answer:
    body = call.request.body or {}
    execution = Execution(
        tool,
        arguments,
        done.variables,
        user=body.get("user_id") or body.get("entity_id"),
        account=account,
        version=version_of(tool, body.get("version") or BASE),
        own_credentials=bool(body.get("custom_connection_data")),
    )
    id_, effects = log(call, execution)
    return Answer(
        done.fixture or "200.default",
        {**done.variables, "log_id": id_},
        (*done.effects, *effects),
        delay_ms=done.delay_ms,
    )


BEHAVIOURS: dict[str, Behaviour] = {"executeTool": execute}
