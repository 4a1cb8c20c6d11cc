"""Invent properties that a schema does not name: entries of a map, or what minProperties lacks."""

from collections.abc import Iterable
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.draws import between, pick
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.merge import Flat, conjunction, property_schema
from emulator.schema.generate import words
from emulator.schema.generate.drawing import Above, Drawing, DrawPlan, DrawPlans

#: The drawing, the depth of the object, and the references above it.
Where: TypeAlias = tuple[Drawing, int, Above]


class Inventor:
    """Invents names of properties for a flat schema."""

    __slots__ = ("_closed", "_described", "_flat", "_names", "_plans", "_properties", "_rules")

    def __init__(self, flat: Flat, plans: DrawPlans) -> None:
        self._flat = flat
        self._plans = plans
        self._properties: dict[str, Json] = flat.get("properties", {})
        shapes = flat.get("patternProperties", {})
        others = flat.get("additionalProperties")
        self._closed = others is False
        #: Whether the schema describes values of any name.
        self._described = bool(shapes) or isinstance(others, dict)
        #: What a name of an entry keeps to, and for each pattern, what one that matches it does.
        self._names = conjunction([{"type": "string"}, flat.get("propertyNames", True)])
        self._rules = [
            conjunction([{"type": "string", "pattern": shape}, flat.get("propertyNames", True)])
            for shape, sub in shapes.items()
            if sub is not False
        ]

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
        rule = self._names
        shaped = bool(self._rules) and (attempt % 2 == 0 or self._closed)
        if shaped:
            rule = pick(word, self._rules)
        elif self._closed:
            return None
        elif "propertyNames" not in self._flat:
            name = pick(word, words.NOUNS)
            return name if attempt < 20 else f"{name}_{attempt}"
        try:
            drawing.effort.spend()
            name = str(self._plans.of(rule, "key").draw(drawing, depth + 1, above, 0))
        except Ungeneratable:
            return None
        # Followed by a word where that is a name, too, there are more of them.
        longer = f"{name}{pick(word, words.NOUNS)}"
        wanted = shaped or attempt % 4 == 3
        return longer if wanted and drawing.checker.accepts(rule, longer) else name
