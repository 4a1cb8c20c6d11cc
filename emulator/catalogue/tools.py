"""Tools as data: what a tool takes and gives, by its own schemas, and what comes of a call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.catalogue.outcomes import Outcome, parse_outcome
from emulator.errors import FixtureError
from emulator.messages import Json, Violation
from emulator.spec.bank import Schemas
from emulator.spec.collect import SchemaCollector

SIDE_EFFECTS = ("read", "write", "delete", "send")

_FIELDS = {
    *("slug", "toolkit", "name", "description", "source", "side_effect", "versions"),
    *("deprecated", "input", "output", "outcomes", "tags", "scopes"),
    *("latency_ms", "require_approval"),
}


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `raw` is its file's object, as templates see it."""

    slug: str
    file: str
    input: Json
    outcomes: tuple[Outcome, ...]
    raw: Mapping[str, Json]
    output: Json = True
    toolkit: str = ""
    side_effect: str = "read"
    latency_ms: int = 0
    require_approval: bool = False

    def outcome(self, variables: Mapping[str, Json]) -> Outcome | None:
        """The first outcome whose condition holds for these variables (`arguments`, …)."""
        for outcome in self.outcomes:
            if outcome.when is None or outcome.when(variables):
                return outcome
        return None


@dataclass(frozen=True, slots=True)
class Toolbox:
    """A service's tools by slug, with one validator for the inputs and one for the outputs."""

    tools: Mapping[str, Tool]
    inputs: Schemas
    outputs: Schemas

    def violations(self, tool: Tool, arguments: Json) -> tuple[Violation, ...]:
        """Everything the tool's own schema finds wrong with these arguments."""
        return self.inputs.violations(tool.slug, arguments, "arguments")

    def complaints(self, tool: Tool, result: Json) -> tuple[Violation, ...]:
        """Everything the tool's own schema finds wrong with what it gave."""
        return self.outputs.violations(tool.slug, result, "result")


def compile_toolbox(tools: Mapping[str, Tool]) -> Toolbox:
    """Compile the tools of one service together.

    Raises FixtureError for a schema that is none, and for a constant result that breaks `output`.
    """
    toolbox = Toolbox(tools, _schemas(tools, "input"), _schemas(tools, "output"))
    for tool in tools.values():
        for number, outcome in enumerate(tool.outcomes):
            if outcome.constant and outcome.error is None and outcome.result is not None:
                _check_result(toolbox, tool, outcome.result({}), f"/outcomes/{number}/result")
    return toolbox


def _check_result(toolbox: Toolbox, tool: Tool, result: Json, pointer: str) -> None:
    for violation in toolbox.complaints(tool, result):
        message = f"the result breaks the tool's `output`: {violation.message}"
        raise FixtureError(tool.file, message, pointer + violation.pointer)


def _schemas(tools: Mapping[str, Tool], field: Literal["input", "output"]) -> Schemas:
    try:
        return _compile(tools.values(), field)
    except ValueError:
        for tool in tools.values():
            try:
                _compile((tool,), field)
            except ValueError as error:
                message = f"{field} is not a JSON Schema: {error}"
                raise FixtureError(tool.file, message, f"/{field}") from error
        raise


def _compile(tools: Iterable[Tool], field: Literal["input", "output"]) -> Schemas:
    collector = SchemaCollector({}, "request" if field == "input" else "response")
    for tool in tools:
        try:
            collector.add(tool.slug, tool.input if field == "input" else tool.output)
        except KeyError as error:
            message, hint = f"$ref to {error} can't be resolved", "write the schema inline"
            raise FixtureError(tool.file, message, f"/{field}", hint) from error
    return collector.compile()


def parse_tool(raw: Json, file: str) -> Tool:
    """A tool file; raises FixtureError with a pointer to what is wrong."""
    if not isinstance(raw, dict):
        raise FixtureError(file, "a tool is an object with slug, input and outcomes")
    for unknown in sorted(set(raw) - _FIELDS):
        hint = f"one of {', '.join(sorted(_FIELDS))}"
        raise FixtureError(file, f"unknown field {unknown!r}", f"/{unknown}", hint)
    if not isinstance(raw.get("slug"), str) or not raw["slug"]:
        raise FixtureError(file, "a tool needs a text `slug`", "/slug")
    if raw.get("side_effect", "read") not in SIDE_EFFECTS:
        hint = f"one of {', '.join(SIDE_EFFECTS)}"
        raise FixtureError(file, "unknown side effect", "/side_effect", hint)
    if not isinstance(raw.get("input"), dict):
        raise FixtureError(file, "a tool needs a JSON Schema `input`", "/input")
    if not isinstance(raw.get("output", True), dict | bool):
        raise FixtureError(file, "output is not a JSON Schema", "/output")
    latency_ms = raw.get("latency_ms", 0)
    if type(latency_ms) is not int or not 0 <= latency_ms <= 600_000:
        hint = "a whole number of milliseconds up to 600000"
        raise FixtureError(file, "latency_ms is no such time", "/latency_ms", hint)
    outcomes = raw.get("outcomes")
    if not isinstance(outcomes, list) or not outcomes:
        raise FixtureError(file, "a tool needs at least one outcome", "/outcomes")
    return Tool(
        slug=raw["slug"],
        file=file,
        input=raw["input"],
        outcomes=tuple(
            parse_outcome(each, file, f"/outcomes/{i}") for i, each in enumerate(outcomes)
        ),
        raw=raw,
        output=raw.get("output", True),
        toolkit=str(raw.get("toolkit") or ""),
        side_effect=raw.get("side_effect", "read"),
        latency_ms=latency_ms,
        require_approval=raw.get("require_approval") is True,
    )
