"""Merge two flat schemas into one that asks for both."""

import math
from collections.abc import Callable
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.negation import REFUSED
from emulator.schema.instances import key, listed
from emulator.schema.numbers import exact
from emulator.schema.regex import generate as patterns

Flat: TypeAlias = dict[str, Json]

_OBJECT = ("properties", "patternProperties", "additionalProperties")


def conjunction(parts: list[Json]) -> Json:
    """The simplest schema that asks for all of several."""
    kept: list[Json] = []
    for part in parts:
        if part is False:
            return False
        if part is not True and part != {} and not any(part is other for other in kept):
            kept.append(part)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else {"allOf": kept}


def describes(schema: Flat, name: str) -> bool:
    """Whether `properties` or `patternProperties` describe a property."""
    return name in schema.get("properties", ()) or any(
        patterns.accepts(shape, name) for shape in schema.get("patternProperties", ())
    )


def property_schema(flat: Flat, name: str) -> Json:
    """The schema of the property of this name."""
    if "patternProperties" not in flat and name in flat.get("properties", ()):
        return flat["properties"][name]
    parts = [flat["properties"][name]] if name in flat.get("properties", {}) else []
    for shape, sub in flat.get("patternProperties", {}).items():
        if patterns.accepts(shape, name):
            parts.append(sub)
    return conjunction(parts) if parts else flat.get("additionalProperties", True)


def item_schema(flat: Flat, index: int) -> Json:
    """The schema of the item at this index."""
    prefix = flat.get("prefixItems", ())
    return prefix[index] if index < len(prefix) else flat.get("items", True)


def merge(first: Flat, second: Flat) -> Flat:
    """A schema whose values both schemas accept; raises Ungeneratable where they contradict.

    Annotations are the first one's. Neither may hold a keyword that applies a schema in place.
    """
    if not first or not second:
        return {**first, **second}
    merged = {**second, **first}
    for keyword in [k for k in first if k in second]:
        combine = _COMBINE.get(keyword)
        if combine is not None:
            merged[keyword] = combine(first[keyword], second[keyword])
    if any(keyword in merged for keyword in _OBJECT):
        merged |= _merged_object(first, second)
    if "prefixItems" in merged:
        longest = max(len(first.get("prefixItems", ())), len(second.get("prefixItems", ())))
        merged["prefixItems"] = [
            conjunction([item_schema(first, i), item_schema(second, i)]) for i in range(longest)
        ]
    return merged


def _merged_object(first: Flat, second: Flat) -> Flat:
    names = dict.fromkeys((*first.get("properties", ()), *second.get("properties", ())))
    merged: Flat = {
        "properties": {
            name: conjunction([property_schema(first, name), property_schema(second, name)])
            for name in names
        }
    }
    shapes = dict(first.get("patternProperties", {}))
    for shape, sub in second.get("patternProperties", {}).items():
        shapes[shape] = conjunction([shapes[shape], sub]) if shape in shapes else sub
    if shapes:
        merged["patternProperties"] = shapes
    return merged


def _both(first: Json, second: Json) -> Json:
    return conjunction([first, second])


def _types(first: Json, second: Json) -> Json:
    ours, theirs = listed(first), listed(second)
    common = [t for t in ours if t in theirs or (t == "integer" and "number" in theirs)]
    if "number" in ours and "integer" in theirs and "integer" not in common:
        common.append("integer")
    if not common:
        raise Ungeneratable(f"no value has the types {first} and {second} at once")
    return common


def _enums(first: Json, second: Json) -> Json:
    theirs = [key(option) for option in second]
    common = [option for option in first if key(option) in theirs]
    if not common:
        raise Ungeneratable("two lists of allowed values have none in common")
    return common


def _multiple(first: Json, second: Json) -> Json:
    one, other = exact(first), exact(second)
    if not one or not other:
        return first
    scale = math.lcm(one.denominator, other.denominator)
    step = math.lcm(int(one * scale), int(other * scale))
    return step // scale if step % scale == 0 else step / scale


def _union(first: Json, second: Json) -> Json:
    return list(dict.fromkeys((*first, *second)))


def _patterns(first: Json, second: Json) -> Json:
    return _union(listed(first), listed(second))


def _dependent(first: Json, second: Json) -> Json:
    return {
        name: _union(first.get(name, ()), second.get(name, ())) for name in _union(first, second)
    }


def _neither(first: Json, second: Json) -> Json:
    return {"anyOf": [first, second]}


_COMBINE: dict[str, Callable[[Json, Json], Json]] = {
    **dict.fromkeys(
        ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"),
        max,
    ),
    **dict.fromkeys(
        ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"),
        min,
    ),
    **dict.fromkeys(("items", "contains", "propertyNames", "additionalProperties"), _both),
    "type": _types,
    "enum": _enums,
    "multipleOf": _multiple,
    "uniqueItems": lambda first, second: first or second,
    "required": _union,
    "pattern": _patterns,
    "dependentRequired": _dependent,
    REFUSED: _neither,
}
