"""Paragon ActionKit: the answer of a run is the provider's own, unwrapped."""

from collections.abc import Mapping

from emulator.http.problems import Problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.services.paragon import other_hosts as neighbours
from emulator.services.paragon.access import refuse_caller, refuse_run
from emulator.services.paragon.listing import tools_by_integration
from emulator.services.tools import run_tool


def run(call: Call) -> Answer | Problem:
    """Run the tool named by `tool` or, as older callers write, `action`."""
    body = call.request.body
    slug = body["tool"] if "tool" in body else body["action"]
    registry = call.fixtures.tools
    tool = registry.by_slug.get(slug) if registry else None
    refusal = refuse_caller(call) or (refuse_run(call, tool) if tool else None)
    if refusal is not None:
        return refusal
    done = run_tool(call, slug, body["parameters"])
    if isinstance(done, Problem):
        return done
    # A refusal that the provider sent as an answer, like Slack's `ok: false`, comes through as one.
    if done.failed and "result" not in done.variables:
        return Answer("500.tool-failure", done.variables, delay_ms=done.delay_ms)
    return Answer(
        done.fixture or "200.default",
        done.variables,
        effects=done.effects,
        delay_ms=done.delay_ms,
    )


def list_tools(call: Call) -> Answer | Problem:
    """The tools the caller can run, as the query asks for them."""
    return refuse_caller(call) or Answer("200.default", {"listed": tools_by_integration(call)})


BEHAVIOURS: Mapping[str, Behaviour] = {
    "runTool": run,
    "listTools": list_tools,
    "listActions": list_tools,
    **neighbours.BEHAVIOURS,
}
