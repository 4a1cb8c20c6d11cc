"""Leave out of a schema what no value satisfies, little by little."""

from emulator.http.messages import Json
from emulator.schema.keywords import with_subschemas, words

#: Keywords that make schemas impossible to satisfy more often than others.
STRICT = words(
    "not pattern if then else uniqueItems propertyNames contains minContains "
    "unevaluatedProperties unevaluatedItems dependentSchemas"
)
#: What is left out of a whole schema, from little to much. Without `required`, any recursion ends.
LOOSENED = (STRICT, STRICT | {"required", "minItems", "minProperties"})
#: What is left out of a schema of texts or numbers. The pattern is the assertion: it outlives a
#: format that contradicts it.
LOOSENED_VALUES = (
    frozenset({"format"}),
    STRICT,
    STRICT | words("format minLength maxLength multipleOf"),
    STRICT
    | words(
        "format minLength maxLength multipleOf minimum maximum exclusiveMinimum exclusiveMaximum"
    ),
)


def loosen(schema: Json, without: frozenset[str] = STRICT) -> Json:
    """The schema without some keywords, and with `anyOf` for `oneOf`."""
    if not isinstance(schema, dict):
        return True if schema is False else schema
    kept = {keyword: value for keyword, value in schema.items() if keyword not in without}
    loosened = with_subschemas(kept, lambda part: loosen(part, without))
    if "oneOf" in loosened and "anyOf" not in schema:
        loosened["anyOf"] = loosened.pop("oneOf")
    return loosened
