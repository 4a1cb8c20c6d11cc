"""Find how deep the shallowest value of a schema is, so that recursion can end."""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.schema.flatten.references import resolve
from emulator.schema.instances import listed

#: The depth of what has no value: a `false` schema, or required properties without end.
ENDLESS = 1_000_000

_PLAIN = ("null", "boolean", "integer", "number", "string")
_SCALARS = frozenset(_PLAIN)
_CHOICES = frozenset(("$ref", "allOf", "oneOf", "anyOf"))


class Depths:
    """Depths of schemas that may refer to `definitions`, computed once per reference."""

    __slots__ = ("_definitions", "_known", "_open")

    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._definitions = definitions
        self._known: dict[str, int] = {}
        self._open: dict[str, int] = {}

    def of(self, schema: Json) -> int:
        """The levels of objects and arrays that every value has; ENDLESS if no value ends."""
        if (
            isinstance(schema, dict)
            and schema.get("type") in _PLAIN
            and _CHOICES.isdisjoint(schema)
        ):
            return 0
        depth = self._depth(schema, {})
        while self._open:
            self._settle()
            depth = self._depth(schema, {})
        return depth

    def _settle(self) -> None:
        """Lower the estimates of all open references until they hold together."""
        before: dict[str, int] = {}
        while self._open != before:
            before = dict(self._open)
            for reference in before:
                self._open[reference] = self._depth({"$ref": reference}, {})
        self._known.update(self._open)
        self._open.clear()

    def _depth(self, schema: Json, seen: dict[str, int] | None) -> int:
        """Follow a reference in place; it adds nothing within itself (`seen`).

        One below an object or an array (`seen` is None) counts as its latest estimate.
        """
        if not isinstance(schema, dict):
            return ENDLESS if schema is False else 0
        if "enum" in schema or "const" in schema:
            return 0
        depths = [self._depth(sub, seen) for sub in schema.get("allOf", ())]
        if "$ref" in schema:
            depths.append(self._reference(schema["$ref"], seen))
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                options = [self._depth(sub, seen) for sub in schema[keyword]]
                depths.append(min(options, default=ENDLESS))
        types = schema.get("type")
        if _SCALARS.isdisjoint(listed(types)):
            depths += [min(ENDLESS, 1 + self._depth(sub, None)) for sub in _needed(schema, types)]
        return max(depths, default=0)

    def _reference(self, reference: str, seen: dict[str, int] | None) -> int:
        if reference in self._known:
            return self._known[reference]
        if seen is None:
            return self._open.setdefault(reference, ENDLESS)
        if reference not in seen:
            seen[reference] = 0
            seen[reference] = self._depth(resolve(reference, self._definitions), seen)
        return seen[reference]


def _needed(schema: dict[str, Json], types: Json) -> list[Json]:
    """The schemas of the children that every value has."""
    if types in (None, "object", ["object"]):
        properties = schema.get("properties", {})
        needed = [properties[name] for name in schema.get("required", ()) if name in properties]
    else:
        needed = []
    if types in (None, "array", ["array"]) and schema.get("minItems", 0) > 0:
        prefix = schema.get("prefixItems", [])[: schema["minItems"]]
        needed += prefix
        if len(prefix) < schema["minItems"]:
            needed.append(schema.get("items", True))
    if types in ("array", ["array"]) and "contains" in schema and schema.get("minContains", 1):
        needed.append(schema["contains"])
    return needed
