"""Generate values for JSON Schema 2020-12: valid, plausible, the same for the same seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from emulator.http.messages import Json
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.depths import ENDLESS, Depths
from emulator.schema.flatten.effort import Effort, ExhaustedError, Ungeneratable
from emulator.schema.flatten.flatten import APPLICATORS, RISKY, Flattener
from emulator.schema.generate.drawing import Drawing, Mode, Position
from emulator.schema.generate.values import draw_flat

__all__ = ["Generator", "Ungeneratable"]

#: About how many optional values one response has.
ALLOWANCE = 400
#: Steps of drawing and checking in one attempt, and in all attempts at a value.
STEPS = 15_000
ALL_STEPS = 30_000
#: How often one part is drawn anew; more for a choice of many branches.
MOST_ATTEMPTS = 24

_LAVISH = (Mode(True, True), Mode(True, False), Mode(True, False, True))
_SPARE = (Mode(False, True), Mode(False, False), Mode(False, False, True), Mode(False, False, True))


@dataclass(frozen=True, slots=True)
class Generator:
    """Draws values of schemas; `definitions` is what `#/$defs/<name>` points to."""

    definitions: Mapping[str, Json]
    _depths: Depths = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_depths", Depths(self.definitions))

    def generate(
        self,
        schema: Json,
        rng: Random,
        *,
        is_valid: Callable[[Json], bool] | None = None,
        optional: bool = True,
    ) -> Json:
        """Draw a value of the schema that `is_valid`; raises Ungeneratable after a bounded search.

        Optional properties are drawn too while the value stays modest, unless `optional` is false.
        The value shares nothing with the schema. Equal states of `rng` give equal values.
        """
        reason, left = "no value was found", ALL_STEPS
        for mode in (*_LAVISH, *_SPARE) if optional else _SPARE:
            effort = Effort(min(left, STEPS))
            left -= effort.left
            try:
                value = self._attempt(schema, rng, mode, effort)
            except Ungeneratable as error:
                reason = error.reason
            except ExhaustedError:
                reason = "the search took too many steps"
            except RecursionError:
                reason = "the schema is nested too deeply"
            else:
                if is_valid is None or is_valid(value):
                    return value
                reason = "the values drawn were not valid"
            left += max(effort.left, 0)
        raise Ungeneratable(reason)

    def _attempt(self, schema: Json, rng: Random, mode: Mode, effort: Effort) -> Json:
        if self._depths.of(schema) >= ENDLESS:
            raise Ungeneratable("what the schema requires has no value, or no end")
        checker = Checker(self.definitions, effort)
        return draw_value(
            schema, Position("", 0, {}, ALLOWANCE), Drawing(rng, mode, checker, self._depths)
        )


def draw_value(schema: Json, position: Position, drawing: Drawing) -> Json:
    """Draw a value of any schema; raises Ungeneratable or ExhaustedError."""
    drawing.checker.effort.spend()
    if schema is False:
        raise Ungeneratable("the schema is false: it allows no value")
    if not isinstance(schema, dict):
        schema = {}
    if APPLICATORS.isdisjoint(schema) and RISKY.isdisjoint(schema):
        return draw_flat(schema, position, drawing, draw_value)
    return _search(schema, position, drawing)


def _search(schema: dict[str, Json], position: Position, drawing: Drawing) -> Json:
    """Flatten, draw and check, a number of times, taking other branches each time."""
    flattener = Flattener(
        drawing.checker, drawing.depths, drawing.rng, not drawing.lavish(position)
    )
    reason, attempt, limit = "", 0, 1
    while attempt < limit:
        attempt += 1
        try:
            flat = flattener.flatten(schema, position.above)
            above = {**position.above, **flattener.followed}
            here = Position(position.name, position.depth, above, position.allowance)
            value = draw_flat(flat, here, drawing, draw_value)
            if not flattener.risky or drawing.checker.accepts(schema, value):
                return value
            reason = "what was drawn does not satisfy the whole schema"
        except Ungeneratable as error:
            reason = error.reason
        if attempt == 2:
            drawing = replace(drawing, mode=replace(drawing.mode, examples=False, any_type=True))
        if flattener.risky or flattener.branches > 1:
            limit = min(MOST_ATTEMPTS, 4 + 2 * flattener.branches)
    raise Ungeneratable(reason)
