"""JSON values as JSON Schema sees them: their types, and which of them are equal."""

from emulator.http.messages import Json


def key(value: Json) -> Json:
    """Something hashable that is equal for values JSON Schema calls equal: 1 and 1.0, not true."""
    if isinstance(value, bool) or value is None:
        return (value, "literal")
    if isinstance(value, list):
        return ("list", *map(key, value))
    if isinstance(value, dict):
        return ("dict", frozenset((name, key(item)) for name, item in value.items()))
    return value


def has_type(value: Json, name: str) -> bool:
    """Whether a value has a type of JSON Schema."""
    match value:
        case None:
            return name == "null"
        case bool():
            return name == "boolean"
        case int():
            return name in ("integer", "number")
        case float():
            return name == "number" or (name == "integer" and value.is_integer())
        case str():
            return name == "string"
        case list():
            return name == "array"
        case _:
            return name == "object"
