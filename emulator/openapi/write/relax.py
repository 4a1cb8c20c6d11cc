"""Make schemas satisfiable that no value satisfies, so that there is a response all the same."""

from emulator.http.messages import Json
from emulator.schema.keywords import with_subschemas, words

#: Keywords that make schemas impossible to satisfy more often than others.
STRICT = words(
    "not pattern if then else uniqueItems propertyNames contains minContains "
    "unevaluatedProperties unevaluatedItems dependentSchemas"
)


#: Steps away from a schema, from small to large. Without `required` any recursion comes to an end.
STEPS = (STRICT, STRICT | {"required", "minItems", "minProperties"})


def relax(schema: Json, without: frozenset[str] = STRICT) -> Json:
    """The schema without some keywords, the strictest ones, and with `anyOf` for `oneOf`."""
    if not isinstance(schema, dict):
        return True if schema is False else schema
    kept = {keyword: value for keyword, value in schema.items() if keyword not in without}
    relaxed = with_subschemas(kept, lambda part: relax(part, without))
    if "oneOf" in relaxed and "anyOf" not in schema:
        relaxed["anyOf"] = relaxed.pop("oneOf")
    return relaxed
