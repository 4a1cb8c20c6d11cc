"""Schemas without alternatives, of which the validator's own list of errors is short and clear."""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.schema.flatten.references import resolve_or_any
from emulator.schema.keywords import subschemas, words

#: Where these stand, one mistake may be found in several places, or is told better by us.
_ALTERNATIVES = words(
    "allOf anyOf oneOf not if contains dependentSchemas propertyNames unevaluatedItems "
    "unevaluatedProperties"
)


def is_plain(schema: Json, definitions: Mapping[str, Json]) -> bool:
    """Whether nothing in the schema, or in what it refers to, has alternatives."""
    seen: set[int] = set()
    left = [schema]
    while left:
        schema = left.pop()
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        if not _ALTERNATIVES.isdisjoint(schema):
            return False
        if schema.get("additionalProperties") is False and not schema.get("properties"):
            return False
        left += subschemas(schema)
        if "$ref" in schema:
            left.append(resolve_or_any(schema["$ref"], definitions))
    return True
