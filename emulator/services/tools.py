"""Running a tool, as all three services do: find it, check its arguments, select an outcome."""

from collections.abc import Callable, Mapping
from functools import partial

from emulator.fixtures.templates.queries.table import QUERIES
from emulator.fixtures.templates.variables import Variables
from emulator.fixtures.tools.registry import ToolRegistry
from emulator.fixtures.tools.run import Makers, ToolRun
from emulator.http.messages import Json, Violation
from emulator.http.problems import Problem, problem
from emulator.http.redaction import abbreviated
from emulator.mock.exchange import Exchange
from emulator.mock.state.events import Emit
from emulator.mock.state.store import Execute, Put, Remove

#: What tools change, as effects of the response.
MAKERS = Makers(Put, Remove, Emit)


#: The variables of every run: copied with room for those that are a run's own.
_KNOWN: Mapping[str, Json] = {
    **QUERIES,
    **dict.fromkeys(("tool", "arguments", "records", "sequence", "stored", "fresh_id")),
}

#: Who hears of events of a service that knows none.
_NOBODY: Callable[[str], bool] = lambda _: False  # noqa: E731


def run_tool(
    exchange: Exchange,
    slug: str,
    arguments: Json,
    key: str = "",
    tools: ToolRegistry | None = None,
) -> ToolRun | Problem:
    """Run the tool with this slug; no such tool and wrong arguments are Problems.

    The run has variables of its own, all that templates may read, and no template has read them;
    its effects end with its line in the ledger.

    `key` names the logical call where the request has no `X-Request-Id`. The tool is one of
    `tools`, by default of the service.
    """
    registry = tools or exchange.fixtures.tools
    tool = registry.by_slug.get(slug) if registry else None
    if registry is None or tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    accepts, run = registry.runner(tool, MAKERS)
    if not accepts(arguments):
        violations = registry.input_violations(tool, arguments)
        return arguments_invalid(violations, {"tool": tool.raw, "arguments": arguments})
    snapshot = exchange.snapshot
    variables = Variables(_KNOWN)
    variables.source = exchange.circumstances
    variables["tool"], variables["arguments"] = tool.raw, arguments
    variables["records"], variables["sequence"] = snapshot.collections, snapshot.sequence
    variables["stored"], variables["fresh_id"] = snapshot.stored, exchange.fresh_id
    events = exchange.service.events if exchange.service is not None else None
    hears = partial(events.heard, exchange) if events is not None else _NOBODY
    result = run(variables, hears)
    if result is None:
        variables["error"] = "the tool has no outcome for these arguments"
        return ToolRun(None, variables)
    if not isinstance(result, ToolRun):
        return arguments_invalid(result, variables)
    variables.update(result.variables)
    result.variables, result.delay_ms = variables, tool.latency_ms
    executes = result.outcome is not None and result.outcome.executes
    if executes and tool.side_effect != "read":
        result.effects.append(execution(exchange, slug, tool.side_effect, arguments, key))
    return result


def arguments_invalid(
    violations: tuple[Violation, ...], variables: Mapping[str, Json] | None = None
) -> Problem:
    """Reject arguments that the tool does not accept."""
    detail = "; ".join(violation.message for violation in violations)
    return problem("arguments-invalid", detail, violations, variables=variables)


def execution(
    exchange: Exchange, tool: str, side_effect: str, arguments: Json, key: str = ""
) -> Execute:
    """The ledger entry of a tool that this exchange executed."""
    call = exchange.request.fields.get("x-request-id") or key
    caller = abbreviated(exchange.principal.credential)
    return Execute(tool, side_effect, arguments, caller, call, exchange.snapshot.sequence)
