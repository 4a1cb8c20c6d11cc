"""Composio: a tool that fails is still HTTP 200, with `successful: false`."""

from collections.abc import Mapping

from emulator.apis.behaviour import Answer, Behaviour, Call
from emulator.apis.tools import run_tool
from emulator.problems import Problem


def execute(call: Call) -> Answer | Problem:
    """Execute the tool with `arguments`; none given means none."""
    done = run_tool(call, call.path("tool_slug"), (call.request.body or {}).get("arguments", {}))
    if isinstance(done, Problem):
        return done
    return Answer(done.fixture or "200.default", done.variables)


BEHAVIOURS: Mapping[str, Behaviour] = {"executeTool": execute}
