"""Executing a tool: a tool that fails is still HTTP 200, with `successful: false`."""

from emulator.apis.behaviour import Answer, Behaviour, Call
from emulator.apis.composio.accounts import choose_account
from emulator.apis.composio.catalogue import BASE, find_tool, version_of
from emulator.apis.composio.deprecation import telling
from emulator.apis.composio.journal import Execution, log
from emulator.apis.composio.plain_words import read_arguments
from emulator.apis.composio.records import Record
from emulator.apis.tools import ToolRun, run_tool
from emulator.catalogue.tools import Tool
from emulator.messages import Json
from emulator.problems import Problem, problem


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
