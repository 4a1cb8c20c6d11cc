"""Whether a schema judges each part of a value on its own."""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.schema.flatten.references import resolve_or_any
from emulator.schema.keywords import subschemas, words

_SCALARS = words("string integer number boolean null")
#: Keywords by which one part of a value decides about another.
_TYING = words(
    "not if then else dependentSchemas unevaluatedProperties unevaluatedItems contains uniqueItems "
    "$dynamicRef"
)


def is_local(schema: Json, definitions: Mapping[str, Json]) -> bool:
    """Whether changing a part of a value can make no other part valid, nor invalid.

    False where that is not plain to see. Parts are only changed, not added nor taken away.
    """
    seen: set[str] = set()
    pending = [schema]
    while pending:
        each = pending.pop()
        if not isinstance(each, dict):
            continue
        if not _TYING.isdisjoint(each) or _names_containers(each):
            return False
        for keyword in ("anyOf", "oneOf"):
            if sum(not _is_scalar(option) for option in each.get(keyword, ())) > 1:
                return False
        reference = each.get("$ref")
        if isinstance(reference, str) and reference not in seen:
            seen.add(reference)
            pending.append(resolve_or_any(reference, definitions))
        pending += subschemas(each)
    return True


def _is_scalar(schema: Json) -> bool:
    """Whether a schema is plainly for values without parts."""
    if not isinstance(schema, dict):
        return False
    types = schema.get("type")
    return _SCALARS.issuperset(types if isinstance(types, list) else (types,))


def _names_containers(schema: dict[str, Json]) -> bool:
    """Whether `enum` or `const` name values that have parts."""
    named = [*schema.get("enum", ()), schema.get("const")]
    return any(isinstance(value, dict | list) for value in named)
