"""Negate a schema, without `not` as far as possible.

The rest uses REFUSED, which the checker reads as `not` and the flattener leaves alone.
"""

from collections.abc import Callable

from emulator.http.messages import Json
from emulator.schema.instances import listed
from emulator.schema.keywords import ANNOTATIONS, words
from emulator.schema.regex.classes import PatternError
from emulator.schema.regex.parse import parse

#: Our own keyword in flattened schemas.
REFUSED = "$not"

_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
#: Keywords that mean something only together.
_GROUPS = (
    frozenset(("if", "then", "else")),
    frozenset(("contains", "minContains", "maxContains")),
    frozenset(("prefixItems", "items")),
    frozenset(("patternProperties", "additionalProperties")),
)
_ANNOTATIONS = ANNOTATIONS | words(
    "example discriminator contentMediaType contentEncoding contentSchema"
)
_TYPE_OF: dict[str, str] = {
    "format": "string",
    "multipleOf": "number",
    **dict.fromkeys(("contains", "prefixItems", "items", "uniqueItems"), "array"),
    **dict.fromkeys(("patternProperties", "additionalProperties", "propertyNames"), "object"),
    "unevaluatedItems": "array",
    "unevaluatedProperties": "object",
}


def negate(schema: Json) -> Json:
    """A schema that accepts only what the given one refuses."""
    if not isinstance(schema, dict):
        return schema is False
    parts = [_negate_part(part) for part in _parts(schema)]
    parts = [part for part in parts if part is not False]
    if not parts:
        return False
    return parts[0] if len(parts) == 1 else {"anyOf": parts}


def _negate_part(part: dict[str, Json]) -> Json:
    """The negation of one keyword, or of a group of keywords that belong together."""
    keyword, argument = next(iter(part.items()))
    opposite = _OPPOSITES.get(keyword)
    if opposite is not None and len(part) == 1:
        return opposite(argument)
    type_name = _TYPE_OF.get(keyword)
    return {"type": type_name, REFUSED: part} if type_name else {REFUSED: part}


def _parts(schema: dict[str, Json]) -> list[dict[str, Json]]:
    """Split a schema into parts that hold or fail each on its own."""
    parts: list[dict[str, Json]] = []
    placed: set[str] = set()
    for keyword in schema:
        if keyword in placed or keyword in _ANNOTATIONS:
            continue
        group: frozenset[str] = next((g for g in _GROUPS if keyword in g), frozenset())
        together = {k: v for k, v in schema.items() if k == keyword or k in group}
        if keyword.startswith("unevaluated"):  # what is evaluated, any other keyword may say
            together = {keyword: schema[keyword], **schema}
        elif "properties" in schema and keyword in ("additionalProperties", "patternProperties"):
            together["properties"] = schema["properties"]
        placed |= group
        parts.append(together)
    return parts


def _other_types(types: Json) -> Json:
    refused = set(listed(types))
    if "number" in refused:
        refused.add("integer")
    rest = [t for t in _TYPES if t not in refused and not (t == "number" and "integer" in refused)]
    return {"type": rest} if rest else False


def _one_missing(names: Json) -> Json:
    return _any([{"type": "object", "properties": {name: False}} for name in names])


def _one_differs(properties: Json) -> Json:
    """A property with another value must be there: `properties` allows absent ones."""
    return _any(
        [
            {"type": "object", "required": [name], "properties": {name: opposite}}
            for name, opposite in ((n, negate(sub)) for n, sub in properties.items())
            if opposite is not False
        ]
    )


def _one_entry(keyword: str) -> Callable[[Json], Json]:
    return lambda sub: {"type": "object", "minProperties": 1, keyword: negate(sub)}


def _one_dependent_missing(table: Json) -> Json:
    return _any(
        [
            {"type": "object", "required": [cause], "properties": {name: False}}
            for cause, names in table.items()
            for name in names
            if name != cause
        ]
    )


def _one_dependent_fails(table: Json) -> Json:
    return _any(
        [
            {"type": "object", "required": [cause], "allOf": [negate(sub)]}
            for cause, sub in table.items()
        ]
    )


def _not_one(subs: Json) -> Json:
    """None of them, or two."""
    none: Json = {"allOf": [negate(sub) for sub in subs]}
    return _any([none, {"allOf": subs[:2]}]) if len(subs) > 1 else none


def _any(options: list[Json]) -> Json:
    if not options:
        return False
    return options[0] if len(options) == 1 else {"anyOf": options}


def _fewer(type_name: str, keyword: str) -> Callable[[Json], Json]:
    return lambda n: {"type": type_name, keyword: int(n) - 1} if n > 0 else False


def _more(type_name: str, keyword: str) -> Callable[[Json], Json]:
    return lambda n: {"type": type_name, keyword: int(n) + 1}


def _beyond(keyword: str) -> Callable[[Json], Json]:
    return lambda bound: {"type": "number", keyword: bound}


def _unmatched(pattern: Json) -> Json:
    """Texts that a pattern is not found in, as a pattern where that can be read."""
    unmatched = f"^(?![^]*(?:{pattern}))"
    try:
        parse(unmatched)
    except PatternError:
        return {"type": "string", REFUSED: {"pattern": pattern}}
    return {"type": "string", "pattern": unmatched}


_OPPOSITES: dict[str, Callable[[Json], Json]] = {
    "$ref": lambda reference: {"not": {"$ref": reference}},
    "type": _other_types,
    "not": lambda sub: sub,
    "allOf": lambda subs: _any([negate(sub) for sub in subs]),
    "anyOf": lambda subs: {"allOf": [negate(sub) for sub in subs]},
    "oneOf": _not_one,
    "pattern": _unmatched,
    "required": _one_missing,
    "properties": _one_differs,
    "items": lambda sub: {"type": "array", "contains": negate(sub)},
    "contains": lambda sub: {"type": "array", "items": negate(sub)},
    "additionalProperties": _one_entry("additionalProperties"),
    "propertyNames": _one_entry("propertyNames"),
    "dependentRequired": _one_dependent_missing,
    "dependentSchemas": _one_dependent_fails,
    "minLength": _fewer("string", "maxLength"),
    "maxLength": _more("string", "minLength"),
    "minItems": _fewer("array", "maxItems"),
    "maxItems": _more("array", "minItems"),
    "minProperties": _fewer("object", "maxProperties"),
    "maxProperties": _more("object", "minProperties"),
    "minimum": _beyond("exclusiveMaximum"),
    "maximum": _beyond("exclusiveMinimum"),
    "exclusiveMinimum": _beyond("maximum"),
    "exclusiveMaximum": _beyond("minimum"),
}
