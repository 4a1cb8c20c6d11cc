"""What the parts of a value share: the state of a drawing, and the plans of schemas."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from emulator.http.messages import Json
from emulator.schema.draws import Word
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.depths import ENDLESS, Depths
from emulator.schema.flatten.effort import Effort, ExhaustedError, Ungeneratable
from emulator.schema.generate.around import Around, Simple, value_around
from emulator.schema.generate.loosening import loosen

#: Deeper than this, no optional value is drawn and the shallowest branch is taken.
DEEP = 6
#: How many plans a generator keeps; more than that, and it starts anew.
_MOST_PLANS = 20_000
_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))


@dataclass(frozen=True, slots=True)
class Mode:
    """How to draw: `optional` properties too, from `examples`, `any_type` that is allowed.

    `near`: where a part has no value, one that comes near is taken for it. `by_name`: the branch of
    a union that a value names by its discriminator decides alone, whatever others accept.
    """

    optional: bool
    examples: bool
    any_type: bool = False
    near: bool = False
    by_name: bool = False


class Drawing:
    """What the parts of one value share while they are drawn."""

    __slots__ = (
        *("any_type", "checker", "effort", "examples", "near", "optional", "strayed", "usual"),
        "word",
    )

    def __init__(self, word: Word, mode: Mode, checker: Checker) -> None:
        self.word = word
        self.checker = checker
        self.effort: Effort = checker.effort
        self.optional = mode.optional
        self.examples = mode.examples
        self.any_type = mode.any_type
        self.near = mode.near
        #: How many parts so far only come near to what is valid.
        self.strayed = 0
        #: Whether parts are drawn from examples, and of their likeliest type.
        self.usual = mode.examples and not mode.any_type

    def lavish(self, depth: int, allowance: int) -> bool:
        """Whether to draw optional values at a depth, with so many still allowed."""
        return self.optional and depth < DEEP and allowance > 0

    def unusual(self) -> "Drawing":
        """The same drawing without examples, of any type."""
        return Drawing(self.word, Mode(self.optional, False, True, self.near), self.checker)


#: The references followed on the way to a value.
Above: TypeAlias = Mapping[str, None]

#: Draws a part at a depth, below some references, with so many optional values still allowed in
#: it; raises Ungeneratable or ExhaustedError. The step of drawing it is the caller's to pay.
Draw: TypeAlias = Callable[[Drawing, int, Above, int], Json]


class Whole(NamedTuple):
    """Draws a part with all parts of its own, where each is drawn as usual: nothing to decide.

    It draws what the plans of its parts would draw one by one, of the same random words, given
    `cost` steps and room for so many optional values, so many levels above the deepest, and none
    of its references followed above.
    """

    draw: Simple
    around: Around
    cost: int
    room: int = 0
    height: int = 0
    references: frozenset[str] = frozenset()

    def fits(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> bool:
        """Whether what it needs is given."""
        return (
            drawing.usual
            and drawing.optional
            and allowance >= self.room
            and depth + self.height <= DEEP
            and drawing.effort.left >= self.cost
            and self.references.isdisjoint(above)
        )


class DrawPlan:
    """How to draw values of one schema, for a property of one name.

    `simple` draws as usual at a known `cost` in steps, where there is one; its None is a value
    unless there is a `reason` why no value was found.
    """

    __slots__ = (
        "_depth",
        "_depths",
        "_whole",
        "cost",
        "draw",
        "reason",
        "references",
        "scalar",
        "schema",
        "simple",
        "wholly",
    )

    def __init__(self, schema: Json, depths: Depths) -> None:
        self.schema = schema
        self.scalar = _is_scalar(schema)
        self.references = _references(schema)
        self.draw: Draw
        self.simple: Simple | None = None
        #: Makes the whole of what has parts.
        self.wholly: Callable[[], Whole | None] | None = None
        self.cost = 0
        self.reason = ""
        self._depths = depths
        self._depth: int | None = None
        self._whole: Whole | Literal[False] | None = False

    @property
    def whole(self) -> Whole | None:
        """What draws all of it at once, where something can."""
        if self._whole is False:
            self._whole = None  # where it has itself as a part
            if self.simple is not None:
                self._whole = Whole(_surely(self.simple, self.reason), value_around, self.cost)
            elif self.wholly is not None:
                self._whole = self.wholly()
        return self._whole

    def part(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        """A value, its own step paid; raises Ungeneratable or ExhaustedError."""
        effort, simple = drawing.effort, self.simple
        if simple is None or not drawing.usual or effort.left < self.cost:
            effort.left -= 1
            if effort.left < 0:
                raise ExhaustedError
            return self.draw(drawing, depth, above, allowance)
        effort.left -= self.cost
        value = simple(drawing.word)
        if value is None and self.reason:
            return self.instead(drawing, depth, above, allowance)
        return value

    def instead(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        """What is drawn where nothing simple was found; raises Ungeneratable."""
        if not drawing.near:
            raise Ungeneratable(self.reason)
        return self.draw(drawing, depth, above, allowance)

    @property
    def depth(self) -> int:
        """The levels of objects and arrays that every value has."""
        if self._depth is None:
            self._depth = self._depths.of(self.schema)
        return self._depth

    def repeats(self, above: Above) -> bool:
        """Whether the schema refers to one that the position is already within."""
        return not above.keys().isdisjoint(self.references)

    def wanted(self, above: Above) -> bool:
        """Whether to draw an optional value: it ends, and does not recur."""
        if self.schema is False or self.repeats(above):
            return False
        return self.depth < min(ENDLESS, 2 * DEEP)


class DrawPlans:
    """The plans of a generator's schemas, each made when it is first needed."""

    __slots__ = (
        *("_compiled", "_known", "_loosened", "_schemas", "definitions", "depths", "without"),
    )

    def __init__(
        self,
        definitions: Mapping[str, Json],
        compiled: Callable[["DrawPlans", Json, str], DrawPlan],
    ) -> None:
        self.definitions = definitions
        self.without: frozenset[str] = frozenset()
        self.depths = Depths(definitions)
        self._compiled = compiled
        self._known: dict[tuple[int, str], DrawPlan] = {}
        self._loosened: dict[frozenset[str], DrawPlans] = {}
        self._schemas: dict[int, tuple[Json, Json]] = {}

    def loosened(self, without: frozenset[str]) -> "DrawPlans":
        """The plans of the schemas without some keywords."""
        known = self._loosened.get(without)
        if known is None:
            definitions = {name: loosen(sub, without) for name, sub in self.definitions.items()}
            known = self._loosened[without] = DrawPlans(definitions, self._compiled)
            known.without = without
        return known

    def schema(self, schema: Json) -> Json:
        """A schema without the keywords that these plans are without, the same at every call."""
        known = self._schemas.get(id(schema))
        if known is None:
            known = self._schemas[id(schema)] = schema, loosen(schema, self.without)
        return known[1]

    def of(self, schema: Json, name: str) -> DrawPlan:
        """The plan of a schema for a property of this name."""
        # A plan holds its schema, whose id means nothing else as long as the plan is known.
        known = self._known.get((id(schema), name))
        if known is not None:
            return known
        if len(self._known) >= _MOST_PLANS:
            self._known.clear()
        plan = self._known[id(schema), name] = self._compiled(self, schema, name)
        return plan


def _surely(simple: Simple, reason: str) -> Simple:
    """Draws a value; raises Ungeneratable where none is found, which has a reason."""
    if not reason:
        return simple

    def surely(word: Word) -> Json:
        value = simple(word)
        if value is None:
            raise Ungeneratable(reason)
        return value

    return surely


def _is_scalar(schema: Json) -> bool:
    return isinstance(schema, dict) and (
        schema.get("type") in _SCALARS if isinstance(schema.get("type"), str) else "enum" in schema
    )


def _references(schema: Json) -> tuple[str, ...]:
    """The references of a schema and of the parts of its `allOf`."""
    if not isinstance(schema, dict):
        return ()
    parts = [schema, *(sub for sub in schema.get("allOf", ()) if isinstance(sub, dict))]
    found = [part.get("$ref") for part in parts]
    return tuple(reference for reference in found if isinstance(reference, str))
