"""Extending: what a tool takes over, and its arguments and answers made from the other's."""

import re
from collections.abc import Mapping

from emulator.catalogue.outcomes import parse_events
from emulator.catalogue.tools import Extension, Tool
from emulator.errors import FixtureError
from emulator.messages import Json
from emulator.spec.pointers import escape
from emulator.templates import Template, compile_template

#: What belongs to one tool alone.
_OWN = {
    *("slug", "outcomes", "values", "extends", "arguments", "result", "error", "examples"),
    *("events", "versions", "deprecated"),
}
#: An expression that takes an argument, perhaps with a filter for where there is none.
_TAKEN = re.compile(r"\s*\{\{\s*arguments((?:\.\w+|\['[^']+'\])+)\s*(?:\|[^|]*)?\}\}\s*")
_PLAIN = re.compile(r"\s*\{\{\s*arguments((?:\.\w+|\['[^']+'\])+)\s*\}\}\s*")
_STEP = re.compile(r"\.(\w+)|\['([^']+)'\]")


def inherit(raw: Mapping[str, Json], base: Tool) -> Mapping[str, Json]:
    """The file's object over what it takes over; its toolkit is the provider, if it names none."""
    inherited = {field: value for field, value in base.raw.items() if field not in _OWN}
    return {"toolkit": base.slug.split("/", maxsplit=1)[0], **inherited, **raw}


def parse_extension(raw: Mapping[str, Json], file: str, base: Tool) -> Extension:
    """How a tool's file says that it stands on `base`; raises FixtureError with the place."""
    mapping = _mapping(raw, file, base)
    if "result" in raw and "output" not in raw:
        hint = "`output` is the JSON Schema of the results as this tool gives them"
        raise FixtureError(file, "a result of its own needs an output", "/output", hint)
    return Extension(
        base=base,
        arguments=_arguments(mapping, base, file),
        result=compile_template(raw["result"], file, "/result") if "result" in raw else None,
        error=compile_template(raw["error"], file, "/error") if "error" in raw else None,
        events=parse_events(raw.get("events", []), file, "/events"),
        examples=_examples(raw, file, base, mapping),
    )


def _mapping(raw: Mapping[str, Json], file: str, base: Tool) -> Mapping[str, Json]:
    """The base's arguments from ours: as `arguments` says, else from ours of the same name."""
    given = raw.get("arguments", {})
    known = _properties(base.input)
    if not isinstance(given, dict):
        raise FixtureError(file, "arguments is not an object", "/arguments")
    for name in given:
        if name not in known:
            hint = f"one of {', '.join(known)}" if known else "it takes none"
            message = f"{base.slug} has no argument {name!r}"
            raise FixtureError(file, message, f"/arguments/{escape(name)}", hint)
    own = raw.get("input", base.input)
    shared = [name for name in _properties(own) if name in known and name not in given]
    mapping = {**{name: _taking(name) for name in shared}, **given}
    for name in _required(base.input):
        _check_required(name, mapping.get(name), own, file, base)
    return mapping


def _taking(name: str) -> str:
    # A path with dots needs none of the template language when it is evaluated.
    step = f".{name}" if name.isidentifier() else f"['{name}']"
    return "{{ arguments" + step + " }}"


def _check_required(name: str, source: Json, own: Json, file: str, base: Tool) -> None:
    pointer = f"/arguments/{escape(name)}"
    if source is None:
        hint = "say in `arguments` what it is made of"
        raise FixtureError(file, f"{base.slug} requires the argument {name!r}", pointer, hint)
    plain = _PLAIN.fullmatch(source) if isinstance(source, str) else None
    if plain is not None and _steps(plain[1])[0] not in _required(own):
        hint = f"require {_steps(plain[1])[0]!r} in `input`, or give a default"
        message = f"{base.slug} requires {name!r}, which is made of what may be missing"
        raise FixtureError(file, message, pointer, hint)


def _arguments(mapping: Mapping[str, Json], base: Tool, file: str) -> Template:
    """Makes the base's arguments. What has no value is left to the base's default."""
    defaults = {
        name: schema["default"]
        for name, schema in _properties(base.input).items()
        if isinstance(schema, dict) and "default" in schema
    }
    template = compile_template(dict(mapping), file, "/arguments")

    def make(variables: Mapping[str, Json]) -> Json:
        made = template(variables)
        return defaults | {name: value for name, value in made.items() if value is not None}

    return make


def _examples(
    raw: Mapping[str, Json], file: str, base: Tool, mapping: Mapping[str, Json]
) -> Mapping[str, Mapping[str, Json] | None]:
    """Arguments that lead to the base's outcomes: those given, else the base's own turned back."""
    given = raw.get("examples", {})
    cases = {outcome.name: example for outcome, example in base.cases()}
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        hint = "the arguments that lead to an outcome, by its name"
        raise FixtureError(file, "examples is not an object of objects", "/examples", hint)
    for name in given:
        if name not in cases:
            message, hint = f"{base.slug} has no outcome {name!r}", f"one of {', '.join(cases)}"
            raise FixtureError(file, message, f"/examples/{escape(name)}", hint)
    # Where an example needs an argument that is never made, nothing leads there from here.
    turned = {
        name: None if example is None else _turned_back(mapping, example)
        for name, example in cases.items()
        if not example or example.keys() <= mapping.keys()
    }
    return {**turned, **given}


def _turned_back(mapping: Json, example: Json) -> dict[str, Json]:
    """Our arguments from which the mapping would make these; what is no plain path is left out."""
    found: dict[str, Json] = {}
    pairs: list[tuple[Json, Json]] = [(mapping, example)]
    while pairs:
        template, value = pairs.pop(0)
        if isinstance(template, dict) and isinstance(value, dict):
            pairs += [(template[name], value[name]) for name in template if name in value]
        elif isinstance(template, list) and isinstance(value, list):
            pairs += zip(template, value, strict=False)
        elif isinstance(template, str) and (taken := _TAKEN.fullmatch(template)):
            _put(found, _steps(taken[1]), value)
    return found


def _put(place: Json, steps: list[str], value: Json) -> None:
    *above, last = steps
    for step in above:
        place = place.setdefault(step, {}) if isinstance(place, dict) else None
    if isinstance(place, dict):
        place[last] = value


def _steps(path: str) -> list[str]:
    return [dotted or quoted for dotted, quoted in _STEP.findall(path)]


def _properties(schema: Json) -> Mapping[str, Json]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}


def _required(schema: Mapping[str, Json]) -> list[str]:
    """The names a schema requires; whether it is a schema at all is found out later."""
    required = schema.get("required")
    return (
        [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    )
