"""A service's tools together, with one validator for what they take and one for what they give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.catalogue.tools import Tool
from emulator.errors import FixtureError
from emulator.messages import Json, Violation
from emulator.spec.bank import Schemas
from emulator.spec.collect import SchemaCollector
from emulator.spec.pointers import escape


@dataclass(frozen=True, slots=True)
class Toolbox:
    """A service's tools by slug. The validators know the tools that these extend as well."""

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
    """Compile the tools of one service together, and those they extend.

    Raises FixtureError for a schema that is none, for a constant result that breaks `output`, and
    for an example that breaks `input`.
    """
    every = {each.slug: each for tool in tools.values() for each in tool.chain()}
    toolbox = Toolbox(tools, _schemas(every, "input"), _schemas(every, "output"))
    for tool in every.values():
        _check_examples(toolbox, tool)
        for number, outcome in enumerate(tool.outcomes):
            if outcome.constant and outcome.error is None and outcome.result is not None:
                _check_result(toolbox, tool, outcome.result({}), f"/outcomes/{number}/result")
    return toolbox


def _check_result(toolbox: Toolbox, tool: Tool, result: Json, pointer: str) -> None:
    for violation in toolbox.complaints(tool, result):
        message = f"the result breaks the tool's `output`: {violation.message}"
        raise FixtureError(tool.file, message, pointer + violation.pointer)


def _check_examples(toolbox: Toolbox, tool: Tool) -> None:
    given = {f"/outcomes/{i}/example": each.example for i, each in enumerate(tool.outcomes)}
    for name, example in (tool.raw.get("examples") or {}).items():
        given[f"/examples/{escape(name)}"] = example
    for pointer, example in given.items():
        for violation in toolbox.violations(tool, example) if example is not None else ():
            message = f"the example breaks the tool's `input`: {violation.message}"
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
