"""What comes of a call: the outcome that is taken, own ones before those of what is extended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from emulator.catalogue.outcomes import Event, Outcome
from emulator.catalogue.toolbox import Toolbox
from emulator.catalogue.tools import Extension, Tool
from emulator.encode import dump
from emulator.messages import Json, Violation


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended. `values` are what the outcome's templates see, `says` its answer.

    `says` holds `result`, `error` or both; an error that is no text has become one, as JSON.
    `events` are types and data of what happens then.
    """

    outcome: Outcome
    values: Mapping[str, Json]
    says: Mapping[str, Json]
    events: tuple[tuple[str, Json], ...] = ()


def ending_of(
    toolbox: Toolbox, tool: Tool, variables: Mapping[str, Json]
) -> Ending | tuple[Violation, ...] | None:
    """How a call with these variables ends; None where no outcome fits.

    Violations say what the extended tool finds wrong with the arguments that were made for it.
    """
    values = dict(variables)
    for name, template in tool.values.items():
        values[name] = template(values)
    outcome = tool.outcome(values)
    if outcome is not None:
        ends = {"result": outcome.result, "error": outcome.error}
        says = {name: template(values) for name, template in ends.items() if template is not None}
        return Ending(outcome, values, _with_text(says), _happening(outcome.events, values))
    return _extended(toolbox, tool.extension, values) if tool.extension else None


def _extended(
    toolbox: Toolbox, extension: Extension, values: Mapping[str, Json]
) -> Ending | tuple[Violation, ...] | None:
    arguments = extension.arguments(values)
    violations = toolbox.violations(extension.base, arguments)
    if violations:
        return violations
    below = ending_of(toolbox, extension.base, {**values, "arguments": arguments})
    if not isinstance(below, Ending):
        return below
    reworded = _reworded(extension, below, values)
    happening = extension.events if below.outcome.executes else ()
    if not (reworded or happening):
        return below
    says = {**below.says, **reworded}
    events = _happening(happening, {**values, **says})
    return replace(below, says=_with_text(says), events=(*below.events, *events))


def _reworded(
    extension: Extension, below: Ending, values: Mapping[str, Json]
) -> Mapping[str, Json]:
    name = "error" if below.outcome.error is not None else "result"
    template = extension.error if name == "error" else extension.result
    if template is None or name not in below.says:
        return {}
    return {name: template({**values, **below.says})}


def _happening(events: Iterable[Event], values: Mapping[str, Json]) -> tuple[tuple[str, Json], ...]:
    return tuple((event.type, event.data(values)) for event in events)


def _with_text(says: Mapping[str, Json]) -> Mapping[str, Json]:
    error = says.get("error", "")
    return says if isinstance(error, str) else {**says, "error": dump(error).decode()}
