"""Draw a value for a flat schema: from `enum`, from an example, or by type."""

import copy
from collections.abc import Iterator

from emulator.http.messages import Json
from emulator.schema.draws import chance, pick, shuffled
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.merge import Flat
from emulator.schema.generate import names, numbers
from emulator.schema.generate.arrays import draw_array
from emulator.schema.generate.drawing import Draw, Drawing, Position
from emulator.schema.generate.objects import draw_object
from emulator.schema.generate.strings import draw_string
from emulator.schema.keywords import words

_TYPES = ["string", "integer", "number", "boolean", "object", "array", "null"]
_KEYWORDS = {
    "object": words(
        "properties required additionalProperties patternProperties propertyNames minProperties "
        "maxProperties dependentRequired"
    ),
    "array": words("items prefixItems contains minItems maxItems uniqueItems"),
    "string": words("pattern minLength maxLength contentEncoding"),
    "number": words("minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
}
_NUMERIC_FORMATS = {"int32": "integer", "int64": "integer", "float": "number", "double": "number"}
#: Keywords besides which a list of allowed values needs no check.
_ANNOTATIONS = frozenset(("enum", "title", "description", "examples", "example", "default"))


def draw_flat(flat: Flat, position: Position, drawing: Drawing, draw: Draw) -> Json:
    """A value for a schema without applicators in place; raises Ungeneratable."""
    if "enum" in flat:
        return _allowed(flat, drawing)
    if drawing.mode.examples:
        for candidate in _examples(flat, drawing):
            if drawing.checker.accepts(flat, candidate):
                return copy.deepcopy(candidate)
    types = _types(flat, position, drawing)
    reason = "the schema allows no type"
    for name in types:
        try:
            return _of_type(name, flat, position, drawing, draw)
        except Ungeneratable as error:
            reason = error.reason
    raise Ungeneratable(reason)


def _allowed(flat: Flat, drawing: Drawing) -> Json:
    """One of the values of `enum`, null last."""
    options = shuffled(drawing.rng, flat["enum"])
    if not drawing.mode.any_type:
        options.sort(key=lambda option: option is None)
    rest = {k: v for k, v in flat.items() if k not in _ANNOTATIONS}
    for option in options:
        if drawing.checker.accepts(rest, option):
            return copy.deepcopy(option)
    raise Ungeneratable("no value of enum satisfies the rest of the schema")


def _examples(flat: Flat, drawing: Drawing) -> Iterator[Json]:
    """One of the examples, then the default unless it is empty."""
    examples = flat.get("examples")
    if isinstance(examples, list) and examples:
        yield pick(drawing.rng, examples)
    if "example" in flat:
        yield flat["example"]
    if flat.get("default") not in (None, "", [], {}):
        yield flat["default"]


def _types(flat: Flat, position: Position, drawing: Drawing) -> list[str]:
    """The types to try, the likeliest first."""
    types = flat.get("type")
    if isinstance(types, str):
        return [types]
    if not isinstance(types, list):
        types = _guessed(flat, position)
        if drawing.mode.any_type:
            return shuffled(drawing.rng, [*types, *_TYPES])
        return types
    order = shuffled(drawing.rng, types)
    if drawing.mode.any_type:
        return order
    deep = not drawing.lavish(position) and ("object" in types or "array" in types)
    null_first = deep or names.ends_paging(position.name)
    order.sort(key=lambda name: (name == "null") is not null_first)
    return order


def _guessed(flat: Flat, position: Position) -> list[str]:
    """Guess the type from format, keywords or the property's name; else it is a string."""
    if "format" in flat:
        return [_NUMERIC_FORMATS.get(flat["format"], "string")]
    for name, keywords in _KEYWORDS.items():
        if not keywords.isdisjoint(flat):
            return [name]
    if names.text_for(position.name) is None and names.window_for(position.name) is not None:
        return ["integer"]
    return ["string"]


def _of_type(name: str, flat: Flat, position: Position, drawing: Drawing, draw: Draw) -> Json:
    match name:
        case "object":
            return draw_object(flat, position, drawing, draw)
        case "array":
            return draw_array(flat, position, drawing, draw)
        case "null":
            return None
        case "boolean":
            return _truth(position, drawing)
    value: Json = None
    if name == "string":
        value = draw_string(flat, position.name, drawing.rng)
    elif name == "integer":
        value = numbers.integer(flat, drawing.rng, position.name)
    elif name == "number":
        value = numbers.number(flat, drawing.rng, position.name)
    if value is None:
        raise Ungeneratable(f"no {name} keeps to all of its bounds and patterns")
    return value


def _truth(position: Position, drawing: Drawing) -> bool:
    usual = names.truth_for(position.name)
    if usual is None or drawing.mode.any_type:
        return chance(drawing.rng, 0.5)
    return usual
