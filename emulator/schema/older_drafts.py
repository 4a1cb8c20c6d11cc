"""Rewrite keywords of OpenAPI 3.0 and older drafts to those of 2020-12."""

from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.instances import listed
from emulator.schema.keywords import ANNOTATIONS

Schema: TypeAlias = dict[str, Json]

_INTEGER_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
# Beside these, a list of types that has null would not be enough to let null pass.
_MAY_REFUSE_NULL = frozenset(["$ref", "allOf", "anyOf", "oneOf", "not", "if", "const"])


def exclusive_bounds(schema: Schema) -> None:
    """Draft 4's booleans say that the bound beside them is exclusive; since draft 6, it is one."""
    if "exclusiveMinimum" not in schema and "exclusiveMaximum" not in schema:
        return
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = schema.get(exclusive)
        if not isinstance(value, bool):
            continue
        del schema[exclusive]
        if value and inclusive in schema:
            schema[exclusive] = schema.pop(inclusive)


def integer_range(schema: Schema) -> None:
    """`int32` and `int64` of integers are limits, but only annotations to a validator."""
    limits = _INTEGER_RANGES.get(schema.get("format", ""))
    if limits is None or "integer" not in listed(schema.get("type")):
        return
    low, high = limits
    if schema.get("exclusiveMinimum", low - 1) < low:
        schema["minimum"] = max(schema.get("minimum", low), low)
    if schema.get("exclusiveMaximum", high + 1) > high:
        schema["maximum"] = min(schema.get("maximum", high), high)


def example(schema: Schema) -> None:
    """`example` is one of the `examples` since 3.1."""
    if "example" in schema:
        schema["examples"] = [schema.pop("example"), *schema.get("examples", [])]


def or_null(schema: Schema) -> Schema:
    """The schema, but null is valid as well; only an `enum` without it still refuses it."""
    refused = None not in schema.get("enum", [None])
    if not (refused or _MAY_REFUSE_NULL.isdisjoint(schema)):
        # The schema itself goes inside: its `$ref`, if it has one, is still to be rewritten.
        moved = [key for key in schema if key in ANNOTATIONS or key.startswith("x-")]
        outer = {key: schema.pop(key) for key in moved}
        return {**outer, "anyOf": [schema, {"type": "null"}]}
    types = listed(schema.get("type", []))
    if types and "null" not in types:
        schema["type"] = [*types, "null"]
    return schema
