"""Compile a schema into the plan that draws its values."""

from contextlib import suppress

from emulator.http.messages import Json
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.depths import ENDLESS
from emulator.schema.flatten.effort import Effort, ExhaustedError, Ungeneratable
from emulator.schema.flatten.flatten import APPLICATORS, RISKY, Flattener
from emulator.schema.generate.drawing import (
    DEEP,
    Above,
    Draw,
    Drawing,
    DrawPlan,
    DrawPlans,
    Mode,
    Whole,
)
from emulator.schema.generate.loosening import LOOSENED
from emulator.schema.generate.shortcuts import shorten
from emulator.schema.generate.values import FlatValue
from emulator.schema.generate.ways import Way, Ways

#: How often one part is drawn anew; more for a choice of many branches.
MOST_ATTEMPTS = 24
#: How many values that only come near are drawn of one part, of which the first is taken.
_MOST_STRAYED = 4
#: Steps of flattening a schema ahead of its first use.
_STEPS = 15_000


def compiled(plans: DrawPlans, schema: Json, name: str) -> DrawPlan:
    """The plan of a schema for a property of this name."""
    plan = DrawPlan(schema, plans.depths)
    if schema is False:
        plan.draw = _nothing
        return plan
    flat = schema if isinstance(schema, dict) else {}
    if APPLICATORS.isdisjoint(flat) and RISKY.isdisjoint(flat):
        value = FlatValue(flat, name, plans)
        plan.draw = value.draw
        shorten(plan, value, 1)
        _join(plan, {})
        return plan
    settled = _settled(flat, name, plans)
    if settled is None or settled.risky:
        plan.draw = _Search(flat, name, plans, settled).draw
        return plan
    plan.draw = settled.value.draw
    shorten(plan, settled.value, 1 + settled.cost)
    plan.draw = _below(plan.draw, settled.cost, settled.followed)
    _join(plan, settled.followed)
    return plan


def _nothing(drawing: Drawing, _depth: int, _above: Above, _allowance: int) -> Json:
    if not drawing.near:
        raise Ungeneratable("the schema is false: it allows no value")
    drawing.strayed += 1
    return None


def _below(draw: Draw, cost: int, followed: Above) -> Draw:
    """Draws below further references, after so many steps."""

    def below(drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        drawing.effort.left -= cost
        if drawing.effort.left < 0:
            raise ExhaustedError
        return draw(drawing, depth, {**above, **followed}, allowance)

    return below


def _join(plan: DrawPlan, followed: Above) -> None:
    """Draw the whole at once where that comes to the same."""
    parts, draw, own = plan.wholly, plan.draw, plan.cost
    if parts is None:
        return

    def wholly() -> Whole | None:
        found = parts()
        if found is None or found.height > DEEP or not found.references.isdisjoint(followed):
            return None
        return found._replace(cost=found.cost + own)

    def joined(drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        whole = plan.whole
        if whole is not None and whole.fits(drawing, depth, above, allowance):
            drawing.effort.left -= whole.cost
            with suppress(Ungeneratable):
                return whole.draw(drawing.word)
        return draw(drawing, depth, above, allowance)

    plan.draw, plan.wholly = joined, wholly


class _ChanceError(Exception):
    """Something is left to chance."""


def _no_chance() -> int:
    """In place of random words where nothing may depend on them."""
    raise _ChanceError


def _settled(schema: dict[str, Json], name: str, plans: DrawPlans) -> Way | None:
    effort = Effort(_STEPS)
    flattener = Flattener(Checker(plans.definitions, effort), plans.depths, _no_chance, True)
    try:
        flattener.begin({})
        flat = flattener.flatten(schema)
    except (_ChanceError, ExhaustedError, RecursionError, Ungeneratable):
        return None
    if flattener.branches > 1:
        return None
    value = FlatValue(flat, name, plans)
    return Way(value, flattener.risky, _STEPS - effort.left, flattener.followed, 1)


class _Search:
    """Flattens, draws and checks, a number of times, taking other branches each time."""

    __slots__ = ("_ways", "name", "plans", "schema", "settled")

    def __init__(
        self, schema: dict[str, Json], name: str, plans: DrawPlans, settled: Way | None
    ) -> None:
        self.schema = schema
        self.name = name
        self.plans = plans
        self.settled = settled
        self._ways = Ways(schema, name, plans)

    def draw(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        """A value; raises Ungeneratable."""
        shallow = not drawing.lavish(depth, allowance)
        flattener = Flattener(drawing.checker, self.plans.depths, drawing.word, shallow)
        reason, attempt, limit, given = "", 0, 1, drawing
        found: list[Json] = []
        while attempt < limit:
            attempt += 1
            try:
                way = self._way(flattener, drawing.effort, above)
                below, before = {**above, **way.followed}, drawing.strayed
                drawn = way.value.draw(drawing, depth, below, allowance)
                strayed = drawing.strayed > before
                if not strayed and (
                    not flattener.risky or drawing.checker.accepts(self.schema, drawn)
                ):
                    return drawn
                found.append(drawn)
                reason = "what was drawn does not satisfy the whole schema"
            except Ungeneratable as error:
                reason = error.reason
            if attempt == 2:
                drawing = drawing.unusual()
            if flattener.risky or flattener.branches > 1:
                limit = min(MOST_ATTEMPTS, 4 + 2 * flattener.branches)
            if len(found) > _MOST_STRAYED and drawing.near:
                break
        if not given.near:
            raise Ungeneratable(reason)
        given.strayed += 1
        return found[0] if found else self._loosened(given, depth, above, allowance)

    def _loosened(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        """A value of the schema without what contradicts itself in it; raises Ungeneratable."""
        mode = Mode(drawing.optional, drawing.examples)
        for without in LOOSENED:
            plans = self.plans.loosened(without)
            plan = plans.of(plans.schema(self.schema), self.name)
            checker = Checker(plans.definitions, drawing.effort)
            if plan.depth < ENDLESS:
                with suppress(Ungeneratable):
                    return plan.draw(Drawing(drawing.word, mode, checker), depth, above, allowance)
        return None

    def _way(self, flattener: Flattener, effort: Effort, above: Above) -> Way:
        if self.settled is None:
            return self._ways.next(flattener, effort, above)
        flattener.risky = True
        effort.spend(self.settled.cost)
        return self.settled
