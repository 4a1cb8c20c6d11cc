"""Invent properties that a schema does not name: entries of a map, or what minProperties lacks."""

from collections.abc import Iterable
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.draws import Word, between, pick
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.merge import Flat, conjunction, property_schema
from emulator.schema.generate import words
from emulator.schema.generate.drawing import Above, Drawing, DrawPlan, DrawPlans
from emulator.schema.regex import generate as patterns

#: The drawing, the depth of the object, and the references above it.
Where: TypeAlias = tuple[Drawing, int, Above]


class Inventor:
    """Invents names of properties for a flat schema."""

    __slots__ = ("_closed", "_described", "_flat", "_names", "_plans", "_properties", "_shapes")

    def __init__(self, flat: Flat, plans: DrawPlans) -> None:
        self._flat = flat
        self._plans = plans
        self._properties: dict[str, Json] = flat.get("properties", {})
        shapes = flat.get("patternProperties", {})
        others = flat.get("additionalProperties")
        self._shapes = [shape for shape, sub in shapes.items() if sub is not False]
        self._closed = others is False
        #: Whether the schema describes values of any name.
        self._described = bool(shapes) or isinstance(others, dict)
        self._names: Json = True
        if "propertyNames" in flat:
            self._names = conjunction([{"type": "string"}, flat["propertyNames"]])

    def plan(self, name: str) -> DrawPlan:
        """The plan of a property."""
        return self._plans.of(property_schema(self._flat, name), name)

    def names(
        self, taken: Iterable[str], missing: int, room: int, where: Where, lavish: bool
    ) -> list[str]:
        """As many names as are missing, or an entry or two of a map if there is room."""
        drawing, _, above = where
        wanted = missing
        if missing <= 0:
            if self._properties or not (drawing.any_type or (self._described and lavish)):
                return []
            wanted = min(between(drawing.word, 0 if drawing.any_type else 1, 2), room)
        known = set(taken)
        found: list[str] = []
        if missing > 0:
            unused = [n for n, s in self._properties.items() if n not in known and s is not False]
            found = unused[:missing]
            known.update(found)
        for attempt in range(wanted * 2 + 20):
            if len(found) >= wanted:
                break
            name = self._name(attempt, where)
            if name is None or name in known or name in self._properties:
                continue
            if self.plan(name).wanted(above):
                known.add(name)
                found.append(name)
        return found

    def _name(self, attempt: int, where: Where) -> str | None:
        drawing, depth, above = where
        word = drawing.word
        if self._shapes and (attempt % 2 == 0 or self._closed):
            name = _shaped_name(pick(word, self._shapes), word)
            rule = self._flat.get("propertyNames", True)
            return name if name is None or drawing.checker.accepts(rule, name) else None
        if self._closed:
            return None
        if "propertyNames" in self._flat:
            try:
                drawing.effort.spend()
                plan = self._plans.of(self._names, "key")
                return str(plan.draw(drawing, depth + 1, above, 0))
            except Ungeneratable:
                return None
        name = pick(word, words.NOUNS)
        return name if attempt < 20 else f"{name}_{attempt}"


def _shaped_name(shape: str, word: Word) -> str | None:
    """A name that matches a pattern, followed by a word where the pattern allows one."""
    name = patterns.sample(shape, word, 0, 64)
    longer = f"{name}{pick(word, words.NOUNS)}"
    return longer if name is not None and patterns.accepts(shape, longer) else name
