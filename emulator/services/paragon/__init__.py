"""Paragon ActionKit: the answer of a run is the provider's own, unwrapped."""

from collections.abc import Mapping

from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.services.paragon import other_hosts as neighbours
from emulator.services.paragon.access import refuse_caller, refuse_run
from emulator.services.paragon.listing import tools_by_integration
from emulator.services.tools import run_tool


def run(exchange: Exchange) -> Plan | Problem:
    """Run the tool named by `tool` or, as older callers write, `action`."""
    body = exchange.body
    slug = body["tool"] if "tool" in body else body["action"]
    registry = exchange.fixtures.tools
    tool = registry.by_slug.get(slug) if registry else None
    refusal = refuse_caller(exchange) or (refuse_run(exchange, tool) if tool else None)
    if refusal is not None:
        return refusal
    done = run_tool(exchange, slug, body["parameters"])
    if isinstance(done, Problem):
        return done
    # A refusal that the provider sent as an answer, like Slack's `ok: false`, comes through as one.
    if done.failed and "result" not in done.variables:
        return exchange.respond("500.tool-failure", done.variables, delay_ms=done.delay_ms)
    return exchange.respond(
        done.fixture or "200.default",
        done.variables,
        effects=done.effects,
        delay_ms=done.delay_ms,
    )


def list_tools(exchange: Exchange) -> Plan | Problem:
    """The tools the caller can run, as the query asks for them."""
    return refuse_caller(exchange) or exchange.respond(
        "200.default", {"listed": tools_by_integration(exchange)}
    )


HANDLERS: Mapping[str, Handler] = {
    "runTool": run,
    "listTools": list_tools,
    "listActions": list_tools,
    **neighbours.HANDLERS,
}
