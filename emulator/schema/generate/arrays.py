"""Draw arrays: how many items, and which."""

from collections.abc import Iterator
from dataclasses import replace

from emulator.http.messages import Json
from emulator.schema.draws import between, shuffled
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.merge import Flat, conjunction, item_schema
from emulator.schema.generate.drawing import Draw, Drawing, Position, recursive
from emulator.schema.instances import key

#: Longer arrays than this are not drawn, whatever minItems says.
MOST = 10_000
_ATTEMPTS = 12


def draw_array(flat: Flat, position: Position, drawing: Drawing, draw: Draw) -> Json:
    """An array for a flat schema; raises Ungeneratable."""
    contained = flat.get("minContains", 1) if "contains" in flat else 0
    low = int(max(flat.get("minItems", 0), contained))
    high = int(min(flat.get("maxItems", MOST), MOST))
    if low > high:
        raise Ungeneratable(f"no array has {low} to {high} items")
    prefix = len(flat.get("prefixItems", ()))
    count = max(low, min(high, _usual(flat, position, drawing)))
    if contained and flat.get("items") is not False:
        count = max(count, min(high, prefix + contained))
    share = max(0, position.allowance - count) // max(count, 1)
    inner = Position(position.name, position.depth + 1, position.above, share)
    return _Row(flat, inner, drawing, draw).items(count, low, int(contained))


def _usual(flat: Flat, position: Position, drawing: Drawing) -> int:
    """How many items to draw: one or two, all of a tuple, none where it is deep or recursive."""
    prefix = len(flat.get("prefixItems", ()))
    items = flat.get("items", True)
    if not drawing.lavish(position):
        return 0
    if recursive(items, position) or not drawing.wanted(items, position):
        return prefix
    return prefix or between(drawing.rng, 1, 2)


class _Row:
    """The items of one array while they are drawn."""

    def __init__(self, flat: Flat, position: Position, drawing: Drawing, draw: Draw) -> None:
        self.flat = flat
        self.position = position
        self.drawing = drawing
        self.draw = draw
        self.taken: set[Json] = set()

    def items(self, count: int, low: int, contained: int) -> list[Json]:
        """Up to `count` items, at least `low`, `contained` of which `contains` describes."""
        row: list[Json] = []
        special = self.special(count, contained)
        for index in range(count):
            schema = item_schema(self.flat, index)
            if index in special:
                schema = conjunction([schema, self.flat["contains"]])
            try:
                row.append(self.item(schema))
            except Ungeneratable as error:
                if len(row) >= low and not contained:
                    break
                raise Ungeneratable(f"{index}: {error.reason}") from None
        return row

    def special(self, count: int, contained: int) -> list[int]:
        """The indexes of the items that `contains` asks for: behind a tuple, else within it."""
        prefix = min(count, len(self.flat.get("prefixItems", ())))
        places = [*range(prefix, count), *shuffled(self.drawing.rng, range(prefix))]
        return places[:contained]

    def item(self, schema: Json) -> Json:
        """Draw an item, different from the others where they must be unique."""
        if not self.flat.get("uniqueItems"):
            return self.draw(schema, self.position, self.drawing)
        for candidate in self.candidates(schema):
            mark = key(candidate)
            if mark not in self.taken:
                self.taken.add(mark)
                return candidate
        raise Ungeneratable("no further item differs from the others")

    def candidates(self, schema: Json) -> Iterator[Json]:
        """Every value of `enum` once, or several draws, the later ones without examples."""
        if isinstance(schema, dict) and isinstance(schema.get("enum"), list):
            for option in shuffled(self.drawing.rng, schema["enum"]):
                if self.drawing.checker.accepts(schema, option):
                    yield option
            return
        mode = self.drawing.mode
        for attempt in range(_ATTEMPTS):
            if attempt == 1:
                mode = replace(mode, examples=False, any_type=True)
            yield self.draw(schema, self.position, replace(self.drawing, mode=mode))
