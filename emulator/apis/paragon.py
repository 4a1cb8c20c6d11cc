"""Paragon ActionKit: the answer of a run is the provider's own, unwrapped."""

from collections.abc import Mapping

from emulator.apis.behaviour import Answer, Behaviour, Call
from emulator.apis.tools import run_tool
from emulator.problems import Problem


def run(call: Call) -> Answer | Problem:
    """Run the tool named by `tool` or, as older callers write, `action`."""
    body = call.request.body
    slug = body["tool"] if "tool" in body else body["action"]
    done = run_tool(call, slug, body["parameters"])
    if isinstance(done, Problem):
        return done
    if done.failed:
        return Answer("500.default", done.variables)
    return Answer(
        done.fixture or "200.default",
        done.variables,
        effects=done.effects,
        delay_ms=done.delay_ms,
    )


BEHAVIOURS: Mapping[str, Behaviour] = {"runTool": run}
