"""Find the shortest way to the usual values of a schema, and what it costs in steps."""

from random import Random

from emulator.http.messages import Json
from emulator.schema.draws import shuffled
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort
from emulator.schema.generate import names
from emulator.schema.generate.constants import common_cost, first_shuffled, one_of
from emulator.schema.generate.drawing import DrawPlan, Simple
from emulator.schema.generate.values import FlatValue, no_value

_WITHOUT_PARTS = frozenset(("string", "integer", "number", "boolean", "null"))


def shorten(plan: DrawPlan, value: FlatValue, cost: int) -> None:
    """Let a plan draw directly what can be drawn so; `cost` are the steps that led here."""
    if value.options is not None or value.examples or value.others:
        _shorten_constants(plan, value, cost)
        return
    only = value.only_type()
    if only in ("object", "array"):
        plan.draw = value.parts(only)
        return
    plan.simple, plan.reason = _of_types(value)
    plan.cost = cost if plan.simple else 0


def _shorten_constants(plan: DrawPlan, value: FlatValue, cost: int) -> None:
    constants = value.options or value.examples or value.others[:1]
    judging = common_cost(constants, Checker(value.plans.definitions, Effort(0)))
    if judging is None:
        return
    values: list[Json] = [each.value for each in constants]
    if value.options:
        plan.simple = first_shuffled(values)
    else:
        plan.simple = one_of(values) if value.examples else _always(values[0])
    plan.cost = cost + judging


def _of_types(value: FlatValue) -> tuple[Simple | None, str]:
    types = value.flat.get("type")
    types = (
        types if isinstance(types, list) else [types] if isinstance(types, str) else value.guessed()
    )
    if not _WITHOUT_PARTS.issuperset(types):
        return None, ""
    if len(types) == 1:
        name = types[0]
        reason = "" if name in ("null", "boolean") else no_value(name)
        return _of_type(value, name), reason
    if "null" in types:
        return _nullable(value, types), ""
    return None, ""


def _of_type(value: FlatValue, name: str) -> Simple:
    if name == "null":
        return _always(None)
    if name == "boolean":
        usual = names.truth_for(value.name)
        return _either if usual is None else _always(usual)
    simple = value.simple(name)
    assert simple is not None
    return simple


def _nullable(value: FlatValue, types: list[str]) -> Simple:
    """Null comes last, unless its name says that it ends a list of pages."""
    ways = [None if name == "null" else _of_type(value, name) for name in types]
    null_first = names.ends_paging(value.name)

    def drawn(rng: Random) -> Json:
        order = shuffled(rng, ways)
        for way in () if null_first else order:
            found = None if way is None else way(rng)
            if found is not None:
                return found
        return None

    return drawn


def _always(value: Json) -> Simple:
    return lambda _: value


def _either(rng: Random) -> bool:
    return rng.random() < 0.5
