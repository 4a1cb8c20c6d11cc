"""Executing a tool: a tool that fails is still HTTP 200, with `successful: false`."""

from emulator.apis.behaviour import Answer, Behaviour, Call
from emulator.apis.composio.accounts import refuse_account
from emulator.apis.composio.catalogue import BASE, find_tool
from emulator.apis.composio.deprecation import telling
from emulator.apis.composio.plain_words import read_arguments
from emulator.apis.composio.records import Record
from emulator.apis.tools import run_tool
from emulator.catalogue.tools import Tool
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
    refused = refuse_account(call, tool, body)
    if refused is not None:
        return refused
    arguments = body.get("arguments", {})
    if "text" in body and "arguments" not in body:
        arguments = read_arguments(tool.input, body["text"])
    done = run_tool(call, tool.slug, arguments)
    if isinstance(done, Problem):
        return done
    return Answer(
        done.fixture or "200.default", done.variables, done.effects, delay_ms=done.delay_ms
    )


BEHAVIOURS: dict[str, Behaviour] = {"executeTool": execute}
