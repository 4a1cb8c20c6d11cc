"""Draw arrays: how many items, and which."""

import math
from collections.abc import Iterable, Iterator

from emulator.http.messages import Json
from emulator.schema.contradictions import LARGEST
from emulator.schema.draws import Word, shuffled
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.merge import Flat, conjunction, item_schema
from emulator.schema.generate.around import list_around
from emulator.schema.generate.constants import Constant
from emulator.schema.generate.drawing import DEEP, Above, Drawing, DrawPlan, DrawPlans, Whole
from emulator.schema.instances import key
from emulator.schema.numbers import bounds_of

#: Longer arrays than this are not drawn, whatever minItems says.
MOST = LARGEST["minItems"]
#: So many whole numbers between bounds are listed, where none may come twice.
FEW_VALUES = 1_000
#: So many items are drawn, where the first are not valid.
FEW = 3
_ATTEMPTS = 12


class ArrayValue:
    """Draws arrays for a flat schema, for a property of one name."""

    __slots__ = (
        *("contained", "flat", "high", "impossible", "low", "name", "plans", "prefix", "unique"),
        "_items",
    )

    def __init__(self, flat: Flat, name: str, plans: DrawPlans) -> None:
        self.flat = flat
        self.name = name
        self.plans = plans
        contained = flat.get("minContains", 1) if "contains" in flat else 0
        self.low = int(max(flat.get("minItems", 0), contained))
        self.high = int(min(flat.get("maxItems", MOST), MOST))
        self.contained = int(contained)
        self.impossible = self.low > self.high
        self.prefix = len(flat.get("prefixItems", ()))
        self.unique = bool(flat.get("uniqueItems"))
        self._items: dict[tuple[int, bool], _Item] = {}

    def draw(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        """An array; raises Ungeneratable."""
        count = self._usual(drawing, depth, above, allowance)
        if not self.impossible:
            count = max(self.low, min(self.high, count))
        elif drawing.near:
            drawing.strayed += 1
        else:
            raise Ungeneratable(f"no array has {self.low} to {self.high} items")
        if self.contained and not self.impossible and self.flat.get("items") is not False:
            count = max(count, min(self.high, self.prefix + self.contained))
        share = max(0, allowance - count) // max(count, 1)
        special = self._special(count, drawing) if self.contained or self.prefix else ()
        taken = _Taken()
        row: list[Json] = []
        before = drawing.strayed
        for index in range(count):
            if index >= FEW and drawing.strayed > before:
                break
            item = self._item(index, index in special)
            try:
                if self.unique:
                    row.append(item.different(taken, drawing, depth + 1, above, share))
                else:
                    row.append(item.plan.part(drawing, depth + 1, above, share))
            except Ungeneratable as error:
                if len(row) >= self.low and not self.contained:
                    break
                if drawing.near:
                    drawing.strayed += 1
                    break
                raise Ungeneratable(f"{index}: {error.reason}") from None
        return row

    def whole(self) -> Whole | None:
        """What draws arrays of items that are alike and have a whole."""
        if self.impossible or self.contained or self.prefix or self.unique:
            return None
        plan = self._item(0, False).plan
        item = plan.whole
        if item is None or not plan.wanted({}):
            return None
        part = item.draw
        # One or two, as far as the bounds allow it.
        counts = [range(max(self.low, min(self.high, count))) for count in (1, 2)]
        most = len(counts[1])

        def draw(word: Word) -> Json:
            return [part(word) for _ in counts[word() % 2]]

        return Whole(
            draw,
            list_around(item.around, draw),
            most * item.cost,
            max(1, most * (1 + item.room)),
            1 + item.height,
            item.references.union(plan.references),
        )

    def _usual(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> int:
        """How many items to draw: one or two, all of a tuple, none where deep or recursive."""
        if not (drawing.optional and depth < DEEP and allowance > 0):
            return 0
        if not self._item(self.prefix, False).plan.wanted(above):
            return self.prefix
        return self.prefix or 1 + drawing.word() % 2

    def _special(self, count: int, drawing: Drawing) -> frozenset[int]:
        """The indexes of the items that `contains` asks for: behind a tuple, else within it."""
        prefix = min(count, self.prefix)
        places = [*range(prefix, count), *shuffled(drawing.word, range(prefix))]
        return frozenset(places[: self.contained])

    def _item(self, index: int, special: bool) -> "_Item":
        """How to draw the item at an index; all behind a tuple are alike."""
        if index > self.prefix:
            index = self.prefix
        kind = (index, special)
        known = self._items.get(kind)
        if known is None:
            schema = item_schema(self.flat, index)
            if not special and "maxContains" in self.flat:
                schema = conjunction([schema, {"not": self.flat.get("contains", True)}])
            if special:
                schema = conjunction([schema, self.flat["contains"]])
            known = self._items[kind] = _Item(self.plans.of(schema, self.name))
        return known


class _Taken:
    """The items of an array so far: the marks of their values, and what is left of the few."""

    __slots__ = ("left", "marks")

    def __init__(self) -> None:
        self.marks: set[Json] = set()
        self.left: dict[_Item, Iterator[Json]] = {}


def _all_values(schema: Json) -> list[Constant] | None:
    """All values of a schema, and others that it doesn't accept; None where they are many."""
    if not isinstance(schema, dict):
        return None
    values: Iterable[Json] | None = None
    if isinstance(schema.get("enum"), list):
        values = schema["enum"]
    elif schema.get("type") == "boolean":
        values = (False, True)
    elif schema.get("type") == "integer":
        bounds = bounds_of(schema)
        if bounds.low is not None and bounds.high is not None:
            low, high = math.ceil(bounds.low), math.floor(bounds.high)
            values = range(low, high + 1) if high - low < FEW_VALUES else None
    rest = {keyword: value for keyword, value in schema.items() if keyword != "enum"}
    return None if values is None else [Constant(value, rest) for value in values]


class _Item:
    """How to draw one item of an array."""

    __slots__ = ("options", "plan")

    def __init__(self, plan: DrawPlan) -> None:
        self.plan = plan
        #: All values, where they are few.
        self.options = _all_values(plan.schema)

    def different(
        self, taken: "_Taken", drawing: Drawing, depth: int, above: Above, allowance: int
    ) -> Json:
        """An item that differs from those that are taken."""
        candidates = taken.left.get(self)
        if candidates is None:
            candidates = self._candidates(drawing, depth, above, allowance)
            if self.options is not None:
                taken.left[self] = candidates
        for candidate in candidates:
            mark = key(candidate)
            if mark not in taken.marks:
                taken.marks.add(mark)
                return candidate
        raise Ungeneratable("no further item differs from the others")

    def _candidates(
        self, drawing: Drawing, depth: int, above: Above, allowance: int
    ) -> Iterator[Json]:
        """Every value once, where they are few; or several draws, the later ones unusual."""
        if self.options is not None:
            for option in shuffled(drawing.word, self.options):
                if option.accepted(drawing.checker):
                    yield option.value
            return
        for attempt in range(_ATTEMPTS):
            if attempt == 1:
                drawing = drawing.unusual()
            drawing.effort.spend()
            yield self.plan.draw(drawing, depth, above, allowance)
