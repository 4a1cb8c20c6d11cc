"""JSON values as JSON Schema sees them: their types, depth, copies, which of them are equal."""

from decimal import Decimal

from emulator.http.messages import Json

_CONTAINERS = (dict, list)
#: The first whole number from which on doubles are not what is written.
_FIRST_UNSURE = 2**53


def key(value: Json) -> Json:
    """Something hashable that is equal for values JSON Schema calls equal: 1 and 1.0, not true."""
    if isinstance(value, bool) or value is None:
        return (value, "literal")
    if isinstance(value, list):
        return ("list", *map(key, value))
    if isinstance(value, dict):
        return ("dict", frozenset((name, key(item)) for name, item in value.items()))
    if isinstance(value, float) and value.is_integer() and abs(value) >= _FIRST_UNSURE:
        return int(Decimal(repr(value)))  # as it is written: 1e23 is a whole number, no double
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
        case float() | Decimal():
            return name == "number" or (name == "integer" and value == int(value))
        case str():
            return name == "string"
        case list():
            return name == "array"
        case _:
            return name == "object"


def listed(value: Json) -> list[Json]:
    """The values of a keyword that has one, or a list of them."""
    return value if isinstance(value, list) else [value]


def deeper_than(levels: int, value: Json) -> bool:
    """Whether arrays and objects nest deeper than so many levels."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(levels + 1):
        if not level:
            return False
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, _CONTAINERS)
        ]
    return True


def larger_than(count: int, value: Json) -> bool:
    """Whether arrays and objects hold more members, all levels together."""
    left = [value] if isinstance(value, _CONTAINERS) else []
    for item in left:  # grows while it is read
        count -= len(item)
        if count < 0:
            return True
        for child in item.values() if isinstance(item, dict) else item:
            if isinstance(child, _CONTAINERS):
                left.append(child)
    return False


def copied(value: Json) -> Json:
    """A copy that shares nothing with the value."""
    if isinstance(value, dict):
        return {
            name: copied(item) if isinstance(item, dict | list) else item
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [copied(item) if isinstance(item, dict | list) else item for item in value]
    return value
