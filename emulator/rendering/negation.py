"""What a schema asks for when it is negated, where that can be said without `not`."""

from emulator.messages import Json

_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")


def negate(schema: Json) -> Json:
    """A schema that accepts what the given one refuses: exact, or narrower, or just `not`."""
    if not isinstance(schema, dict):
        return schema is False
    if not schema:
        return False
    keywords = set(schema)
    if keywords == {"not"}:
        return schema["not"]
    if keywords == {"anyOf"}:
        return {"allOf": [negate(sub) for sub in schema["anyOf"]]}
    if keywords == {"allOf"}:
        return {"anyOf": [negate(sub) for sub in schema["allOf"]]}
    if keywords == {"type"}:
        return {"type": _other_types(schema["type"])}
    if keywords == {"required"} and len(schema["required"]) == 1:
        return {"properties": {schema["required"][0]: False}}
    if keywords <= {"properties", "required", "type"} and len(schema.get("properties", ())) == 1:
        return _other_property(schema)
    return {"not": schema}


def _other_types(types: Json) -> list[str]:
    refused = set(types if isinstance(types, list) else [types])
    if "number" in refused:
        refused.add("integer")
    return [t for t in _TYPES if t not in refused and not (t == "number" and "integer" in refused)]


def _other_property(schema: dict[str, Json]) -> Json:
    """The one property has another value: it must be there, for without it the schema holds."""
    (name, sub), *_ = schema["properties"].items()
    if schema.get("required", [name]) != [name] or schema.get("type", "object") != "object":
        return {"not": schema}
    return {"type": "object", "required": [name], "properties": {name: negate(sub)}}
