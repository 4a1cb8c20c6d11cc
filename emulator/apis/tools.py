"""Running a tool, as all three services do: find it, judge its arguments, take an outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.apis.behaviour import Call
from emulator.messages import Json
from emulator.problems import Problem, problem


@dataclass(frozen=True, slots=True)
class ToolRun:
    """A run that took place. `fixture` is the id of the stored response the tool asked for."""

    variables: Mapping[str, Json]
    failed: bool
    fixture: str | None = None


def run_tool(call: Call, slug: str, arguments: Json) -> ToolRun | Problem:
    """Run the tool with this slug; no such tool and wrong arguments are Problems."""
    toolbox = call.catalogue.toolbox
    tool = toolbox.tools.get(slug) if toolbox else None
    if toolbox is None or tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    violations = toolbox.violations(tool, arguments)
    if violations:
        detail = "; ".join(violation.message for violation in violations)
        return problem("arguments-invalid", detail, violations)
    outcome = tool.outcome(arguments)
    variables = {"tool": tool.raw, "arguments": arguments, "result": None, "error": None}
    if outcome is None:
        return ToolRun({**variables, "error": "the tool has no outcome for these arguments"}, True)
    if outcome.error is not None:
        return ToolRun({**variables, "error": outcome.error(variables)}, True)
    if outcome.result is not None:
        variables["result"] = outcome.result(variables)
    return ToolRun(variables, False, outcome.fixture)
