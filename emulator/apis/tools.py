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
    said: dict[str, Json] = {"tool": tool.raw, "arguments": arguments}
    violations = toolbox.violations(tool, arguments)
    if violations:
        detail = "; ".join(violation.message for violation in violations)
        return problem("arguments-invalid", detail, violations, variables=said)
    values = call.values.all(said)
    outcome = tool.outcome(values)
    if outcome is None:
        return ToolRun(said | {"error": "the tool has no outcome for these arguments"}, failed=True)
    ends = {"result": outcome.result, "error": outcome.error}
    said |= {name: template(values) for name, template in ends.items() if template is not None}
    return ToolRun(said, outcome.error is not None, outcome.fixture)
