"""Why no value, or none of the type that a schema is about, fits it: by its own keywords alone."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from emulator.http.messages import Json
from emulator.schema.instances import has_type, key, listed
from emulator.schema.keywords import words
from emulator.schema.numbers import bounds_of, step_of
from emulator.schema.regex.generate import accepts
from emulator.schema.regex.nothing import fits_nothing

#: Longer lists of values are not looked through: two of them are compared at every `allOf`.
_FEW = 1_000
#: Without one of these a schema has nothing to be empty by; most have none.
_LIMITS = words(
    "minimum maximum exclusiveMinimum exclusiveMaximum if pattern const enum oneOf allOf minItems"
    " required"
)

Schema = Mapping[str, Json]


def empty_reasons(schema: Schema) -> Iterator[str]:
    """What no value keeps, in words; nothing is said of what lies behind a `$ref`."""
    if _LIMITS.isdisjoint(schema):
        return
    low, high = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None and low >= high:
        yield f"`exclusiveMinimum` {low} is not below `exclusiveMaximum` {high}: no value fits"
    else:
        yield from _numbers(schema)
    if schema.get("if") is True and schema.get("then") is False:
        yield "`if` is true and `then` false: no value fits"
    if fits_nothing(schema.get("pattern", "")):
        yield "`pattern` fits no text"
    yield from _values(schema)
    yield from _branches(schema)
    yield from _arrays(schema)
    yield from _objects(schema)


def _numbers(schema: Schema) -> Iterator[str]:
    bounds, step = bounds_of(dict(schema)), step_of(dict(schema))
    if bounds.low is None or bounds.high is None or bounds.low > bounds.high:
        return
    if step is not None:
        first, last = bounds.multiples(step)
        if first is not None and last is not None and first > last:
            yield f"no multiple of {schema['multipleOf']} is within the bounds: no number fits"
    elif schema.get("type") == "integer":
        first, last = bounds.multiples(Fraction(1))
        if first is not None and last is not None and first > last:
            yield "no whole number is within the bounds: no value fits"


def _given(schema: Json) -> list[Json] | None:
    """The values that a schema lists, null aside; None where it lists none, or very many."""
    if not isinstance(schema, dict):
        return None
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) and len(values) <= _FEW else None


def _fits(value: Json, types: Json) -> bool:
    return any(has_type(value, name) for name in listed(types))


def _values(schema: Schema) -> Iterator[str]:
    values, types = _given(schema), schema.get("type")
    # A null may be let in by `nullable`, which is read apart.
    if not values or types is None or None in values:
        return
    if not any(_fits(value, types) for value in values):
        word = "`const` is not" if "const" in schema else "no value of `enum` is"
        yield f"{word} of `type` {_names(types)}"


def _names(types: Json) -> str:
    return " or ".join(map(str, listed(types)))


def _branches(schema: Schema) -> Iterator[str]:
    options = schema.get("oneOf", ())
    if len(options) > 1 and all(each is True or each == {} for each in options):
        yield "all branches of `oneOf` accept every value, and so `oneOf` none"
    elif len(options) > 1 and _equal(options):
        yield "the branches of `oneOf` are equal: what fits one fits all, and so none alone"
    parts = [each for each in (schema, *schema.get("allOf", ())) if isinstance(each, dict)]
    if len(parts) > 1:
        yield from _types_apart(parts)
        yield from _values_apart(parts)


def _equal(schemas: list[Json]) -> bool:
    # Python's true is 1, JSON's is not; to compare first costs less where they differ at once.
    return all(each == schemas[0] for each in schemas) and len({*map(key, schemas)}) == 1


def _types_apart(parts: list[dict[str, Json]]) -> Iterator[str]:
    shared: set[str] | None = None
    for part in parts:
        if "type" not in part:
            continue
        types = set(listed(part["type"]))
        types |= {"integer"} if "number" in types else set()
        if shared is not None and not shared & types:
            yield f"`allOf` asks for {_names(sorted(shared))} and for {_names(part['type'])}"
            return
        shared = types if shared is None else shared & types


def _values_apart(parts: list[dict[str, Json]]) -> Iterator[str]:
    shared: set[Json] | None = None
    for part in parts:
        values = _given(part)
        if values is None:
            continue
        marks = {key(value) for value in values}
        if shared is not None and not shared & marks:
            yield "no value is in each `enum` or `const` of `allOf`"
            return
        shared = marks if shared is None else shared & marks


def _arrays(schema: Schema) -> Iterator[str]:
    least, items = schema.get("minItems", 0), schema.get("items", True)
    tuple_length = len(schema.get("prefixItems", ()))
    if items is False and least > tuple_length:
        yield f"`items` is false and `minItems` {least}: no array fits"
    elif schema.get("uniqueItems") is True and not tuple_length and isinstance(items, dict):
        values = _given(items)
        if values is None and items.get("type") in ("boolean", "null"):
            values = [False, True] if items["type"] == "boolean" else [None]
        if values is not None and least > len({key(value) for value in values}):
            yield f"`minItems` {least} is above the number of values that differ: no array fits"


def _objects(schema: Schema) -> Iterator[str]:
    properties = schema.get("properties", {})
    # Without patterns it is `required-but-forbidden`, and mended.
    closed = schema.get("additionalProperties") is False
    patterns = schema.get("patternProperties", ())
    for name in schema.get("required", ()):
        if properties.get(name) is False:
            yield f"{name!r} is required, and its schema is false: no object fits"
        elif closed and name not in properties and not any(accepts(p, name) for p in patterns):
            yield f"{name!r} is required, and `additionalProperties` is false: no object fits"
