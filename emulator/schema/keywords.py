"""Check the values of JSON Schema's keywords, and read what was meant by wrong ones."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from emulator.http.exact import decimal, is_number
from emulator.http.messages import Json
from emulator.schema.fakers import KEYWORD, FakerError, faked

TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")
_NUMBER = re.compile(r"\s*[-+]?[0-9]{1,15}(\.[0-9]{1,15})?\s*")


def words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


class WrongValueError(Exception):
    """A keyword's value can't be used; the message says what it must be."""


def boolean(value: Json) -> bool:
    """True or false, also when quoted."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise WrongValueError("must be true or false")
    return value


def text(value: Json) -> str:
    """A string; a number or boolean is read as one that lacks its quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return str(value)
    if not isinstance(value, str):
        raise WrongValueError("must be a string")
    return value


def number(value: Json) -> int | float | Decimal:
    """A finite number, also when quoted."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = decimal(value) if "." in value else int(value)
    if not is_number(value) or (isinstance(value, float) and not math.isfinite(value)):
        raise WrongValueError("must be a number")
    found: int | float | Decimal = value
    return found


def bound(value: Json) -> int | float | Decimal | bool:
    """An exclusive bound: a number, or draft 4's boolean, which OpenAPI 3.0 uses."""
    return value if isinstance(value, bool) else number(value)


def count(value: Json) -> int:
    """A non-negative whole number."""
    size = number(value)
    if size != int(size) or size < 0:
        raise WrongValueError("must be a whole number, 0 or more")
    return int(size)


def divisor(value: Json) -> int | float | Decimal:
    """A number above 0."""
    size = number(value)
    if size <= 0:
        raise WrongValueError("must be a number above 0")
    return size


def names(value: Json) -> list[str]:
    """A list of different strings."""
    if not isinstance(value, list):
        raise WrongValueError("must be a list of strings")
    return list(dict.fromkeys(text(item) for item in value))


def dependencies(value: Json) -> dict[str, list[str]]:
    """Lists of strings by name."""
    if not isinstance(value, dict):
        raise WrongValueError("must be an object of lists of strings")
    return {name: names(item) for name, item in value.items()}


def choices(value: Json) -> list[Json]:
    """A list of at least one value."""
    if not isinstance(value, list) or not value:
        raise WrongValueError("must be a list of at least one value")
    return value


def examples(value: Json) -> list[Json]:
    """A list; an object of Example Objects, as OpenAPI has elsewhere, is read as their values."""
    if isinstance(value, dict) and all(
        isinstance(e, dict) and "value" in e for e in value.values()
    ):
        return [example["value"] for example in value.values()]
    if not isinstance(value, list):
        raise WrongValueError("must be a list")
    return value


def types(value: Json) -> str | list[str]:
    """One of the seven types, or a list of different ones."""
    if not isinstance(value, list):
        return _type(value)
    found = list(dict.fromkeys(_type(item) for item in value))
    if not found:
        raise WrongValueError("must name at least one type")
    return found


def _type(value: Json) -> str:
    name = "null" if value is None else value.lower() if isinstance(value, str) else ""
    if name not in TYPES:
        raise WrongValueError(f"must be one of {', '.join(TYPES)}")
    return name


def faker(value: Json) -> Json:
    """What Faker can draw, where it is installed."""
    try:
        faked(value)
    except FakerError as error:
        raise WrongValueError(f"is ignored: {error}") from error
    return value


#: What makes a keyword's value usable; keywords that hold schemas are not among them.
CHECKS: Mapping[str, Callable[[Json], Json]] = {
    "type": types,
    "enum": choices,
    "examples": examples,
    "multipleOf": divisor,
    "minimum": number,
    "maximum": number,
    "exclusiveMinimum": bound,
    "exclusiveMaximum": bound,
    "required": names,
    "dependentRequired": dependencies,
    **dict.fromkeys(
        ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"], count
    ),
    **dict.fromkeys(["minContains", "maxContains"], count),
    **dict.fromkeys(["uniqueItems", "readOnly", "writeOnly", "deprecated", "nullable"], boolean),
    **dict.fromkeys(["format", "title", "description", "$comment", "pattern"], text),
    **dict.fromkeys(["contentEncoding", "contentMediaType"], text),
    KEYWORD: faker,
}

#: Keywords whose value is a schema, a list of schemas, or schemas by name.
ONE = words(
    "items additionalProperties not if then else contains propertyNames unevaluatedItems "
    "unevaluatedProperties contentSchema"
)
MANY = frozenset(["allOf", "anyOf", "oneOf", "prefixItems"])
NAMED = frozenset(["properties", "patternProperties", "dependentSchemas"])
#: Schemas by name that count only where something refers to them.
DEFINITIONS = frozenset(["$defs", "definitions"])

#: Keywords that describe and don't test.
ANNOTATIONS = words(
    "title description default examples readOnly writeOnly deprecated externalDocs xml $comment"
)


def subschemas(schema: Mapping[str, Json]) -> Iterator[Json]:
    """The schemas that a schema applies, to a value or to what is in it."""
    for keyword, value in schema.items():
        if keyword in ONE:
            yield value
        elif keyword in MANY and isinstance(value, list):
            yield from value
        elif keyword in NAMED and isinstance(value, dict):
            yield from value.values()


def with_subschemas(schema: Mapping[str, Json], change: Callable[[Json], Json]) -> dict[str, Json]:
    """The schema with each of its subschemas changed."""
    changed = dict(schema)
    for keyword, value in schema.items():
        if keyword in ONE:
            changed[keyword] = change(value)
        elif keyword in MANY and isinstance(value, list):
            changed[keyword] = [change(sub) for sub in value]
        elif keyword in NAMED and isinstance(value, dict):
            changed[keyword] = {name: change(sub) for name, sub in value.items()}
    return changed
