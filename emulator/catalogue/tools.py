"""Tools as data: what a tool takes, checked by its own schema, and what comes of a call."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.errors import FixtureError
from emulator.messages import Json, Violation
from emulator.spec.bank import Schemas
from emulator.spec.collect import SchemaCollector
from emulator.templates import Template, compile_expression, compile_template

SIDE_EFFECTS = ("read", "write", "delete", "send")

_FIELDS = {
    *("slug", "toolkit", "name", "description", "source", "side_effect", "versions"),
    *("deprecated", "input", "output", "outcomes", "tags", "scopes"),
}
_OUTCOME_FIELDS = {"name", "when", "fixture", "result", "error"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a call can end: a stored response by its id, a result, or an error text.

    What fails may have a result too: some services show the provider's answer beside the error.
    """

    name: str
    when: Template | None
    result: Template | None = None
    error: Template | None = None
    fixture: str | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `raw` is its file's object, as templates see it."""

    slug: str
    file: str
    input: Json
    outcomes: tuple[Outcome, ...]
    raw: Mapping[str, Json]

    def outcome(self, variables: Mapping[str, Json]) -> Outcome | None:
        """The first outcome whose condition holds for these variables (`arguments`, …)."""
        for outcome in self.outcomes:
            if outcome.when is None or outcome.when(variables):
                return outcome
        return None


@dataclass(frozen=True, slots=True)
class Toolbox:
    """A service's tools by slug, with one validator for all their inputs."""

    tools: Mapping[str, Tool]
    inputs: Schemas

    def violations(self, tool: Tool, arguments: Json) -> tuple[Violation, ...]:
        """Everything the tool's own schema finds wrong with these arguments."""
        return self.inputs.violations(tool.slug, arguments, "arguments")


def compile_toolbox(tools: Mapping[str, Tool]) -> Toolbox:
    """Compile the tools of one service together; raises FixtureError for a schema that is none."""
    collector = SchemaCollector({}, "request")
    for tool in tools.values():
        try:
            collector.add(tool.slug, tool.input)
        except KeyError as error:
            hint = "write the schema inline"
            raise FixtureError(
                tool.file, f"$ref to {error} can't be resolved", "/input", hint
            ) from error
    try:
        return Toolbox(tools, collector.compile())
    except ValueError:
        for tool in tools.values():
            _check_schema(tool)
        raise


def _check_schema(tool: Tool) -> None:
    collector = SchemaCollector({}, "request")
    collector.add(tool.slug, tool.input)
    try:
        collector.compile()
    except ValueError as error:
        raise FixtureError(tool.file, f"input is not a JSON Schema: {error}", "/input") from error


def parse_tool(raw: Json, file: str) -> Tool:
    """A tool file; raises FixtureError with a pointer to what is wrong."""
    if not isinstance(raw, dict):
        raise FixtureError(file, "a tool is an object with slug, input and outcomes")
    for unknown in sorted(set(raw) - _FIELDS):
        raise FixtureError(
            file,
            f"unknown field {unknown!r}",
            f"/{unknown}",
            f"one of {', '.join(sorted(_FIELDS))}",
        )
    if not isinstance(raw.get("slug"), str) or not raw["slug"]:
        raise FixtureError(file, "a tool needs a text `slug`", "/slug")
    if raw.get("side_effect", "read") not in SIDE_EFFECTS:
        hint = f"one of {', '.join(SIDE_EFFECTS)}"
        raise FixtureError(file, "unknown side effect", "/side_effect", hint)
    if not isinstance(raw.get("input"), dict):
        raise FixtureError(file, "a tool needs a JSON Schema `input`", "/input")
    outcomes = raw.get("outcomes")
    if not isinstance(outcomes, list) or not outcomes:
        raise FixtureError(file, "a tool needs at least one outcome", "/outcomes")
    parsed = tuple(_outcome(each, file, f"/outcomes/{i}") for i, each in enumerate(outcomes))
    return Tool(raw["slug"], file, raw["input"], parsed, raw)


def _outcome(raw: Json, file: str, pointer: str) -> Outcome:
    if not isinstance(raw, dict):
        raise FixtureError(file, "an outcome is an object", pointer)
    for unknown in sorted(set(raw) - _OUTCOME_FIELDS):
        hint = f"one of {', '.join(sorted(_OUTCOME_FIELDS))}"
        raise FixtureError(file, f"unknown field {unknown!r}", f"{pointer}/{unknown}", hint)
    ends = [field for field in ("fixture", "result", "error") if field in raw]
    if not ends or ("fixture" in ends and len(ends) > 1):
        hint = "a fixture alone, or result, error or both"
        raise FixtureError(file, "an outcome must say what comes of the call", pointer, hint)
    if not isinstance(raw.get("fixture", ""), str):
        raise FixtureError(file, "fixture is not a text", f"{pointer}/fixture", "200.default")

    def template(field: str) -> Template | None:
        return compile_template(raw[field], file, f"{pointer}/{field}") if field in raw else None

    when = raw.get("when")
    return Outcome(
        name=str(raw.get("name") or ends[0]),
        when=None if when is None else compile_expression(str(when), file, f"{pointer}/when"),
        result=template("result"),
        error=template("error"),
        fixture=raw.get("fixture"),
    )
