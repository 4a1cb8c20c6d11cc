"""Running a tool, as all three services do: find it, judge its arguments, take an outcome."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.apis.behaviour import Call
from emulator.auth.check import masked
from emulator.catalogue.outcomes import Outcome
from emulator.catalogue.tools import Tool
from emulator.messages import Json
from emulator.problems import Problem, problem
from emulator.state.events import Emit
from emulator.state.store import Effect, Execute, Put, Remove


@dataclass(frozen=True, slots=True)
class ToolRun:
    """A run that took place. `fixture` is the id of the stored response the tool asked for.

    `deltas` are parts of the result that came before the whole; `effects` what the run changed,
    with its line in the ledger.
    """

    variables: Mapping[str, Json]
    failed: bool
    fixture: str | None = None
    deltas: tuple[Json, ...] = ()
    effects: tuple[Effect, ...] = ()
    delay_ms: int = 0


def run_tool(call: Call, slug: str, arguments: Json, key: str = "") -> ToolRun | Problem:
    """Run the tool with this slug; no such tool and wrong arguments are Problems.

    `key` names the logical call where the request has no `X-Request-Id`.
    """
    toolbox = call.catalogue.toolbox
    tool = toolbox.tools.get(slug) if toolbox else None
    if toolbox is None or tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    said: dict[str, Json] = {"tool": tool.raw, "arguments": arguments}
    violations = toolbox.violations(tool, arguments)
    if violations:
        detail = "; ".join(violation.message for violation in violations)
        return problem("arguments-invalid", detail, violations, variables=said)
    said |= {
        "records": call.snapshot.collections,
        "stored": lambda collection: list(call.snapshot.records(collection).values()),
        "sequence": call.snapshot.sequence,
        "fresh_id": call.fresh_id,
    }
    values = call.values.all(said)
    outcome = tool.outcome(values)
    if outcome is None:
        return ToolRun(said | {"error": "the tool has no outcome for these arguments"}, failed=True)
    ends = {"result": outcome.result, "error": outcome.error}
    said |= {name: template(values) for name, template in ends.items() if template is not None}
    return ToolRun(
        said,
        outcome.error is not None,
        outcome.fixture,
        deltas=tuple(outcome.deltas(values)) if outcome.deltas else (),
        effects=tuple(_effects(call, tool, outcome, values, key)),
        delay_ms=tool.latency_ms,
    )


def _effects(
    call: Call, tool: Tool, outcome: Outcome, values: Mapping[str, Json], key: str
) -> Iterator[Effect]:
    for change in outcome.changes:
        id_ = str(change.id(values))
        if change.kind == "put":
            yield Put(change.collection, id_, change.record(values))
        else:
            yield Remove(change.collection, id_)
    for event in outcome.events:
        yield Emit(event.type, event.data(values))
    if outcome.executes and tool.side_effect != "read":
        plain = call.request.request
        yield Execute(
            tool=tool.slug,
            side_effect=tool.side_effect,
            arguments=values["arguments"],
            caller=masked(call.request.principal.credential),
            call=plain.header("x-request-id") or key or call.fresh_id("call_"),
        )
