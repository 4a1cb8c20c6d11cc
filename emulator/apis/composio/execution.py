"""Executing a tool: a tool that fails is still HTTP 200, with `successful: false`."""

from emulator.apis.behaviour import Answer, Behaviour, Call
from emulator.apis.composio.accounts import DEFAULT_USER, refuse_account
from emulator.apis.composio.catalogue import BASE, find_tool
from emulator.apis.composio.plain_words import read_arguments
from emulator.apis.tools import ToolRun, run_tool
from emulator.catalogue.tools import Tool
from emulator.messages import Json
from emulator.problems import Problem, problem
from emulator.state.store import Execute


def execute(call: Call) -> Answer | Problem:
    """Execute a tool with `arguments`, or with what `text` says; none given means none."""
    body = call.request.body or {}
    slug = call.path("tool_slug")
    tool = find_tool(call, slug, body.get("version") or BASE)
    if tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    if tool.raw.get("deprecated"):
        return Answer("410.default", {"tool": tool.raw})
    refused = refuse_account(call, tool, body)
    if refused is not None:
        return refused
    arguments = body.get("arguments", {})
    if "text" in body and "arguments" not in body:
        arguments = read_arguments(tool.input, body["text"])
    done = run_tool(call, slug, arguments)
    if isinstance(done, Problem):
        return done
    user = body.get("user_id") or body.get("entity_id") or DEFAULT_USER
    return Answer(done.fixture or "200.default", done.variables, executed(call, tool, done, user))


def executed(call: Call, tool: Tool, done: ToolRun, user: Json) -> tuple[Execute, ...]:
    """What the ledger notes of a run: side effects that happened.

    Attempts of one call have the same `x-request-id`.
    """
    side_effect = str(tool.raw.get("side_effect") or "read")
    if side_effect == "read" or done.failed:
        return ()
    attempt = call.request.request.header("x-request-id") or ""
    return (Execute(tool.slug, side_effect, done.variables["arguments"], str(user), attempt),)


BEHAVIOURS: dict[str, Behaviour] = {"executeTool": execute}
