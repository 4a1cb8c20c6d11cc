"""Tool files: an object as it was read → `Tool`, with what it extends; mistakes by their place."""

import re
from collections.abc import Iterable, Mapping

from emulator.catalogue.extending import inherit, parse_extension
from emulator.catalogue.outcomes import Outcome, parse_outcome
from emulator.catalogue.tools import SIDE_EFFECTS, Extension, Tool
from emulator.errors import FixtureError
from emulator.messages import Json
from emulator.spec.pointers import escape
from emulator.templates import Template, compile_template

_FIELDS = {
    *("slug", "toolkit", "name", "description", "source", "side_effect", "versions"),
    *("deprecated", "input", "output", "outcomes", "tags", "scopes"),
    *("latency_ms", "require_approval", "values"),
    *("extends", "arguments", "result", "error", "events", "examples"),
}

#: Fields that say how a tool stands on another one.
EXTENDING = ("arguments", "result", "error", "events", "examples")

_NAME = re.compile(r"[A-Za-z_]\w*")
#: Names that expressions of tools have already.
_TAKEN = frozenset(("arguments", "tool", "result", "error", "request", "records", "stored"))


def parse_tool(raw: Json, file: str, bases: Mapping[str, Tool] | None = None) -> Tool:
    """A service's tool file; raises FixtureError with a pointer to what is wrong.

    `bases` are the tools it may extend, by their names.
    """
    slug = raw.get("slug") if isinstance(raw, dict) else None
    if isinstance(raw, dict) and (not isinstance(slug, str) or not slug or "/" in slug):
        hint = "a name without /: those with one are the providers' tools"
        raise FixtureError(file, "a tool needs a text `slug`", "/slug", hint)
    return parse_any_tool(raw, file, str(slug), bases or {})


def parse_any_tool(raw: Json, file: str, slug: str, bases: Mapping[str, Tool]) -> Tool:
    """A tool file under the name it is called by."""
    if not isinstance(raw, dict):
        raise FixtureError(file, "a tool is an object with slug, input and outcomes")
    for unknown in sorted(set(raw) - _FIELDS):
        hint = f"one of {', '.join(sorted(_FIELDS))}"
        raise FixtureError(file, f"unknown field {unknown!r}", f"/{unknown}", hint)
    _check_extending(raw, file, bases)
    whole = inherit(raw, bases[raw["extends"]]) if "extends" in raw else raw
    _check_kinds(whole, file)
    outcomes = whole.get("outcomes", [] if "extends" in raw else None)
    if not isinstance(outcomes, list) or not (outcomes or "extends" in raw):
        raise FixtureError(file, "a tool needs at least one outcome", "/outcomes")
    source = str(whole.get("source", "documented"))
    own = tuple(_outcome(each, file, i, source) for i, each in enumerate(outcomes))
    return Tool(
        slug=slug,
        file=file,
        input=whole["input"],
        outcomes=own,
        raw=whole,
        output=whole.get("output", True),
        toolkit=str(whole.get("toolkit") or ""),
        side_effect=whole.get("side_effect", "read"),
        latency_ms=whole.get("latency_ms", 0),
        require_approval=whole.get("require_approval") is True,
        values=_values(raw.get("values", {}), file),
        extension=_extension(raw, file, bases, own) if "extends" in raw else None,
    )


def _extension(
    raw: Mapping[str, Json], file: str, bases: Mapping[str, Tool], own: Iterable[Outcome]
) -> Extension:
    base = bases[raw["extends"]].without({outcome.name for outcome in own})
    return parse_extension(raw, file, base)


def _outcome(raw: Json, file: str, number: int, source: str) -> Outcome:
    return parse_outcome(raw, file, f"/outcomes/{number}", source)


def _check_extending(raw: Mapping[str, Json], file: str, bases: Mapping[str, Tool]) -> None:
    for field in EXTENDING:
        if field in raw and "extends" not in raw:
            hint = "say which one with `extends`, or write outcomes"
            raise FixtureError(file, f"{field} is for tools that extend one", f"/{field}", hint)
    if "extends" in raw and not (isinstance(raw["extends"], str) and raw["extends"] in bases):
        hint = f"one of {', '.join(sorted(bases))}" if bases else "no tool can be extended here"
        message = f"no tool is called {raw['extends']!r}"
        raise FixtureError(file, message, "/extends", hint)


def _check_kinds(raw: Mapping[str, Json], file: str) -> None:
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


def _values(raw: Json, file: str) -> Mapping[str, Template]:
    if not isinstance(raw, dict):
        raise FixtureError(file, "values is not an object", "/values")
    for name in raw:
        if not _NAME.fullmatch(name) or name in _TAKEN:
            hint = f"letters, digits and _; not {', '.join(sorted(_TAKEN))}"
            raise FixtureError(file, f"no value can be called {name!r}", _at(name), hint)
    return {name: compile_template(value, file, _at(name)) for name, value in raw.items()}


def _at(name: str) -> str:
    return f"/values/{escape(name)}"
