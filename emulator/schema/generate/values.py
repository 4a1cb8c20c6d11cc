"""Draw a value for a flat schema: from `enum`, from an example, or by type."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from emulator.http.messages import Json
from emulator.schema.draws import chance, pick, shuffled
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.merge import Flat
from emulator.schema.generate import names
from emulator.schema.generate.around import Simple
from emulator.schema.generate.arrays import ArrayValue
from emulator.schema.generate.constants import Constant
from emulator.schema.generate.drawing import Above, Drawing, DrawPlans
from emulator.schema.generate.loosening import LOOSENED_VALUES
from emulator.schema.generate.numbers import integer, number
from emulator.schema.generate.objects import ObjectValue
from emulator.schema.generate.strings import string
from emulator.schema.instances import copied
from emulator.schema.keywords import words

_TYPES = ["string", "integer", "number", "boolean", "object", "array", "null"]
_KEYWORDS = {
    "object": words(
        "properties required additionalProperties patternProperties propertyNames minProperties "
        "maxProperties dependentRequired"
    ),
    "array": words("items prefixItems contains minItems maxItems uniqueItems"),
    "string": words("pattern minLength maxLength contentEncoding"),
    "number": words("minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
}
_NUMERIC_FORMATS = {"int32": "integer", "int64": "integer", "float": "number", "double": "number"}
#: Keywords besides which a list of allowed values needs no check.
_ANNOTATIONS = frozenset(("enum", "title", "description", "examples", "example", "default"))
_MAKERS: dict[str, Callable[[Flat, str], Simple]] = {
    "string": string,
    "integer": integer,
    "number": number,
}
_PARTS: dict[str, type[ArrayValue | ObjectValue]] = {"array": ArrayValue, "object": ObjectValue}


class FlatValue:
    """Draws values of a schema without applicators in place, for a property of one name.

    `options` are the values of `enum`; of `examples` one is drawn, `others` are tried after it.
    """

    __slots__ = (
        *("_looser", "_parts", "_simple", "examples", "flat", "name", "options", "others"),
        "plans",
    )

    def __init__(self, flat: Flat, name: str, plans: DrawPlans) -> None:
        self.flat = flat
        self.name = name
        self.plans = plans
        self.options: list[Constant] | None = None
        if "enum" in flat:
            rest = {k: v for k, v in flat.items() if k not in _ANNOTATIONS}
            self.options = [Constant(option, rest) for option in flat["enum"]]
        examples = flat.get("examples")
        examples = examples if isinstance(examples, list) else ()
        self.examples = [Constant(example, flat) for example in examples]
        self.others = [Constant(other, flat) for other in _others(flat)]
        self._parts: dict[str, ArrayValue | ObjectValue] = {}
        self._simple: dict[str, Simple] = {}
        self._looser: list[FlatValue] | None = None

    def draw(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        """A value; raises Ungeneratable."""
        if self.options is not None:
            return self._allowed(self.options, drawing)
        if drawing.near:
            return self._drawn_near(drawing, depth, above, allowance)
        return self._drawn(drawing, depth, above, allowance)

    def _drawn(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        if drawing.examples:
            for candidate in self._candidates(drawing):
                if candidate.accepted(drawing.checker):
                    return copied(candidate.value)
        reason = "the schema allows no type"
        for name in self._types(drawing, depth, allowance):
            try:
                return self._of_type(name, drawing, depth, above, allowance)
            except Ungeneratable as error:
                reason = error.reason
        raise Ungeneratable(reason)

    def _drawn_near(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        """A value, or one of the schema without what contradicts itself; raises Ungeneratable."""
        try:
            return self._drawn(drawing, depth, above, allowance)
        except Ungeneratable as error:
            reason = error
        drawing.strayed += 1
        if self._looser is None:
            flats = [
                {k: v for k, v in self.flat.items() if k not in without}
                for without in LOOSENED_VALUES
            ]
            self._looser = [FlatValue(flat, self.name, self.plans) for flat in flats]
        for looser in self._looser:
            with suppress(Ungeneratable):
                return looser._drawn(drawing, depth, above, allowance)
        raise reason

    def only_type(self) -> str | None:
        """The type of all values, where the schema says it."""
        types = self.flat.get("type")
        if isinstance(types, list) and len(types) == 1:
            types = types[0]
        return types if isinstance(types, str) else None

    def parts(self, name: str) -> ArrayValue | ObjectValue:
        """What draws values of a type that has parts."""
        known = self._parts.get(name)
        if known is None:
            known = self._parts[name] = _PARTS[name](self.flat, self.name, self.plans)
        return known

    def simple(self, name: str) -> Simple | None:
        """What draws values of a type that has no parts, as usual; None where there is no such."""
        known = self._simple.get(name)
        if known is not None or name not in _MAKERS:
            return known
        made = self._simple[name] = _MAKERS[name](self.flat, self.name)
        return made

    def guessed(self) -> list[str]:
        """Guess the type from format, keywords or the property's name; else it is a string."""
        if "format" in self.flat:
            return [_NUMERIC_FORMATS.get(self.flat["format"], "string")]
        for name, keywords in _KEYWORDS.items():
            if not keywords.isdisjoint(self.flat):
                return [name]
        if names.text_for(self.name) is None and names.window_for(self.name) is not None:
            return ["integer"]
        return ["string"]

    def _allowed(self, options: list[Constant], drawing: Drawing) -> Json:
        """One of the values of `enum`, null last."""
        order = shuffled(drawing.word, options)
        if not drawing.any_type:
            order.sort(key=lambda option: option.value is None)
        for option in order:
            if option.accepted(drawing.checker):
                return copied(option.value)
        if drawing.near and order:
            drawing.strayed += 1
            return copied(order[0].value)
        raise Ungeneratable("no value of enum satisfies the rest of the schema")

    def _candidates(self, drawing: Drawing) -> Iterator[Constant]:
        """One of the examples, then the default unless it is empty."""
        if self.examples:
            yield pick(drawing.word, self.examples)
        yield from self.others

    def _types(self, drawing: Drawing, depth: int, allowance: int) -> list[str]:
        """The types to try, the likeliest first."""
        types = self.flat.get("type")
        if isinstance(types, str):
            return [types]
        if not isinstance(types, list):
            types = self.guessed()
            if drawing.any_type:
                return shuffled(drawing.word, [*types, *_TYPES])
            return types
        order = shuffled(drawing.word, types)
        if drawing.any_type:
            return order
        deep = not drawing.lavish(depth, allowance) and ("object" in types or "array" in types)
        null_first = deep or names.ends_paging(self.name)
        order.sort(key=lambda name: (name == "null") is not null_first)
        return order

    def _of_type(
        self, name: str, drawing: Drawing, depth: int, above: Above, allowance: int
    ) -> Json:
        if name in _PARTS:
            return self.parts(name).draw(drawing, depth, above, allowance)
        if name == "null":
            return None
        if name == "boolean":
            usual = None if drawing.any_type else names.truth_for(self.name)
            return chance(drawing.word, 0.5) if usual is None else usual
        simple = self.simple(name)
        value = simple(drawing.word) if simple else None
        if value is None:
            raise Ungeneratable(no_value(name))
        return value


def no_value(name: str) -> str:
    """Why no value of a type was found."""
    return f"no {name} keeps to all of its bounds and patterns"


def _others(flat: Flat) -> Iterator[Json]:
    if "example" in flat:
        yield flat["example"]
    if flat.get("default") not in (None, "", [], {}):
        yield flat["default"]
