"""Values for JSON Schema 2020-12: valid, plausible, and the same for the same `Random`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from emulator.http.messages import Json
from emulator.schema.flatten.depths import ENDLESS, Heights
from emulator.schema.flatten.effort import Effort, ExhaustedError, Ungeneratable
from emulator.schema.flatten.flatten import APPLICATORS, RISKY, Folder
from emulator.schema.flatten.judge import Judge
from emulator.schema.generate.place import Drawing, Mode, Place
from emulator.schema.generate.values import draw_flat

__all__ = ["Generator", "Ungeneratable"]

#: Optional values in one answer, about.
ALLOWANCE = 400
#: Steps of drawing and judging in one attempt, and in all attempts at a value.
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
    _heights: Heights = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_heights", Heights(self.definitions))

    def generate(
        self,
        schema: Json,
        rng: Random,
        *,
        is_valid: Callable[[Json], bool] | None = None,
        optional: bool = True,
    ) -> Json:
        """A value of the schema that `is_valid`; raises Ungeneratable after a bounded search.

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
        if self._heights.of(schema) >= ENDLESS:
            raise Ungeneratable("what the schema requires has no value, or no end")
        judge = Judge(self.definitions, effort)
        return draw_value(
            schema, Place("", 0, {}, ALLOWANCE), Drawing(rng, mode, judge, self._heights)
        )


def draw_value(schema: Json, place: Place, drawing: Drawing) -> Json:
    """A value of any schema at a place; raises Ungeneratable or ExhaustedError."""
    drawing.judge.effort.spend()
    if schema is False:
        raise Ungeneratable("the schema is false: it allows no value")
    if not isinstance(schema, dict):
        schema = {}
    if APPLICATORS.isdisjoint(schema) and RISKY.isdisjoint(schema):
        return draw_flat(schema, place, drawing, draw_value)
    return _search(schema, place, drawing)


def _search(schema: dict[str, Json], place: Place, drawing: Drawing) -> Json:
    """Fold, draw and judge, each time with other branches, a number of times."""
    folder = Folder(drawing.judge, drawing.heights, drawing.rng, not drawing.lavish(place))
    reason, attempt, limit = "", 0, 1
    while attempt < limit:
        attempt += 1
        try:
            flat = folder.fold(schema, place.above)
            above = {**place.above, **folder.followed}
            spot = Place(place.name, place.depth, above, place.allowance)
            value = draw_flat(flat, spot, drawing, draw_value)
            if not folder.risky or drawing.judge.accepts(schema, value):
                return value
            reason = "what was drawn does not satisfy the whole schema"
        except Ungeneratable as error:
            reason = error.reason
        if attempt == 2:
            drawing = replace(drawing, mode=replace(drawing.mode, examples=False, any_type=True))
        if folder.risky or folder.branches > 1:
            limit = min(MOST_ATTEMPTS, 4 + 2 * folder.branches)
    raise Ungeneratable(reason)
