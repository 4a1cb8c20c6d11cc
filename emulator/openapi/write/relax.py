"""Schemas that no value satisfies, made satisfiable: their statuses are answered all the same."""

from emulator.http.messages import Json
from emulator.schema.collect import MANY, NAMED, ONE

#: Keywords that make schemas impossible to satisfy more often than others.
STRICT = frozenset(
    (
        *("not", "pattern", "if", "then", "else", "uniqueItems", "propertyNames", "contains"),
        *("minContains", "unevaluatedProperties", "unevaluatedItems", "dependentSchemas"),
    )
)


#: Steps away from a schema, from small to large. Without `required` any recursion comes to an end.
STEPS = (STRICT, STRICT | {"required", "minItems", "minProperties"})


def relax(schema: Json, without: frozenset[str] = STRICT) -> Json:
    """The schema without some keywords, the strictest ones, and with `anyOf` for `oneOf`."""
    if not isinstance(schema, dict):
        return True if schema is False else schema
    relaxed = {}
    for keyword, value in schema.items():
        if keyword in without:
            continue
        if keyword in ONE:
            value = relax(value, without)
        elif keyword in MANY and isinstance(value, list):
            value = [relax(part, without) for part in value]
        elif keyword in NAMED and isinstance(value, dict):
            value = {name: relax(part, without) for name, part in value.items()}
        relaxed["anyOf" if keyword == "oneOf" and "anyOf" not in schema else keyword] = value
    return relaxed
