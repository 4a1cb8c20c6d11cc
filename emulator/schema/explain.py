"""A schema's error, explained to the author of a file: what was expected, and what was found."""

import json
from collections.abc import Iterable, Mapping, Sequence

import jsonschema_rs
from msgspec import Struct

from emulator.http.messages import Json
from emulator.http.nearest import nearest
from emulator.schema.pointers import pointer_of

_KINDS = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
#: Keywords that `_expected` puts into words.
_IN_WORDS = {"type", "enum", "const", "minimum", "maximum", "minItems"}
#: Characters of a value that are quoted.
_QUOTED = 60


class Explanation(Struct, frozen=True):
    """What is wrong at a JSON pointer; `hint` is the way out, empty where the schema shows none."""

    pointer: str
    message: str
    hint: str


def explain(schema: Json, errors: Iterable[jsonschema_rs.ValidationError]) -> Explanation:
    """The first error in words; unknown fields go first, for they explain others.

    `x-emulator-message` beside the keyword that fails is what can't be said of it in general, and
    `examples` are the way out.
    """
    return _explain(schema, min(errors, key=lambda e: e.kind.name != "additionalProperties"))


def _explain(schema: Json, error: jsonschema_rs.ValidationError) -> Explanation:
    details, place, keyword = error.kind.as_dict(), tuple(error.instance_path), error.kind.name
    node = _node(schema, error.schema_path[:-1])
    if keyword == "additionalProperties":
        name = details["unexpected"][0]
        known = sorted(node["properties"])
        hint = nearest(name, known) or f"one of {', '.join(known)}"
        return Explanation(pointer_of((*place, name)), f"unknown field {name!r}", hint)
    if keyword == "required":
        name = details["property"]
        needed = _property(schema, error.schema_path, name)
        expected = _expected(needed)
        message = f"{name} is missing" + (f": expected {expected}" if expected else "")
        return Explanation(pointer_of((*place, name)), message, _example(needed))
    if keyword in ("anyOf", "oneOf") and (branch := _nearest_branch(error)):
        return _explain(schema, branch)
    if keyword == "propertyNames":
        place = (*place, details["error"].instance)
    if keyword in _IN_WORDS:
        message = f"expected {_expected(node)}, found {_found(error.instance)}"
    else:
        message = node.get("x-emulator-message", error.message)
    return Explanation(pointer_of(place), message, _hint(node, error.instance))


def _node(schema: Json, path: Sequence[str | int]) -> Mapping[str, Json]:
    for part in path:
        schema = schema[part]
    node: Mapping[str, Json] = schema
    return node


def _property(schema: Json, path: Sequence[str | int], name: str) -> Mapping[str, Json]:
    """The schema of a property: at the node that requires it, or else at one above."""
    for length in range(len(path) - 1, -1, -1):
        node = _node(schema, path[:length])
        if isinstance(node, dict) and name in node.get("properties", {}):
            return _node(node, ("properties", name))
    return {}


def _nearest_branch(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError | None:
    """The first error of the only branch that is for values of this kind."""

    def is_for_others(branch: Sequence[jsonschema_rs.ValidationError]) -> bool:
        here = {each.kind.name for each in branch if each.instance_path == error.instance_path}
        return not here.isdisjoint(("type", "const", "enum"))

    fitting = [
        branch[0]
        for branch in error.kind.as_dict()["context"]
        if branch and not is_for_others(branch)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _expected(node: Mapping[str, Json]) -> str:
    if "enum" in node:
        return "one of " + ", ".join(map(str, node["enum"]))
    if "const" in node:
        return _quoted(node["const"])
    kinds = node.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join(_KINDS[kind] for kind in kinds if kind != "null")
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None:
        words += f" of {low} or more" if high is None else f" from {low} to {high}"
    elif high is not None:
        words += f" of {high} or less"
    if least := node.get("minItems"):
        words += " that is not empty" if least == 1 else f" of {least} or more"
    return words


def _found(value: Json) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list" if value else "an empty list"
    return "nothing" if value is None else _quoted(value)


def _quoted(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def _hint(node: Mapping[str, Json], value: Json) -> str:
    if isinstance(value, str) and (meant := nearest(value, map(str, node.get("enum", ())))):
        return meant
    return _example(node)


def _example(node: Mapping[str, Json]) -> str:
    for example in node.get("examples", ()):
        return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
    return ""
