"""Where text can be a scalar or the only item of an array: which scalars the schema takes."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.coerce.coercion import ALL_TYPES, SCALAR_TYPES
from emulator.schema.validators import compile_schemas

#: Schemas that apply together, all that they refer to among them, and the types they leave.
Typed: TypeAlias = tuple[Sequence[Mapping[str, Json]], frozenset[str]]

#: Keywords by which a string can be anything but any string.
TEXT_LIMITS = frozenset({"enum", "const", "pattern", "format", "minLength"})
_LIMITS = (
    *(*sorted(TEXT_LIMITS), "maxLength", "multipleOf"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
)


def judge_of_scalars(alternatives: Sequence[Typed]) -> Callable[[Json], bool] | None:
    """What says whether a scalar is valid under one of the alternatives.

    None where none is meant, or any text is valid. It is compiled when it is first asked.
    """
    types = frozenset[str]().union(*(types for _, types in alternatives))
    if types == ALL_TYPES or not types & SCALAR_TYPES - {"null"}:
        return None
    texts = [schemas for schemas, types in alternatives if "string" in types]
    if any(not any(schema.keys() & set(_LIMITS) for schema in schemas) for schemas in texts):
        return None

    @cache
    def validator() -> Callable[[Json], bool]:
        each = [{"allOf": [_for_scalars(s) for s in schemas]} for schemas, _ in alternatives]
        return compile_schemas({"": {"anyOf": each}}, {}).validator("")

    return lambda value: validator()(value)


def _for_scalars(schema: Mapping[str, Json]) -> dict[str, Json]:
    return {name: schema[name] for name in ("type", *_LIMITS) if name in schema}
