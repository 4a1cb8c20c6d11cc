"""Find the shortest way to the usual values of a schema, and what it costs in steps."""

from emulator.http.messages import Json
from emulator.schema.draws import Word, shuffled
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort
from emulator.schema.generate import names
from emulator.schema.generate.around import Simple
from emulator.schema.generate.constants import common_cost, one_of
from emulator.schema.generate.drawing import DrawPlan
from emulator.schema.generate.numbers import none
from emulator.schema.generate.strings import is_sure
from emulator.schema.generate.values import FlatValue, no_value

_WITHOUT_PARTS = frozenset(("string", "integer", "number", "boolean", "null"))


def shorten(plan: DrawPlan, value: FlatValue, cost: int) -> None:
    """Let a plan draw directly what can be drawn so; `cost` are the steps that led here."""
    if value.options is not None or value.examples or value.others:
        _shorten_constants(plan, value, cost)
        return
    only = value.only_type()
    if only in ("object", "array"):
        parts = value.parts(only)
        plan.draw, plan.wholly = parts.draw, parts.whole
        plan.cost = cost
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
        # Null only where there is nothing else.
        values = [each for each in values if each is not None] or values
    elif not value.examples:
        values = values[:1]
    plan.simple = one_of(values)
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
        simple = _of_type(value, name)
        return simple, "" if _is_sure(value, name, simple) else no_value(name)
    if "null" in types:
        return _nullable(value, types), ""
    return None, ""


def _is_sure(value: FlatValue, name: str, simple: Simple) -> bool:
    if name == "string":
        return is_sure(value.flat, simple)
    return name in ("null", "boolean") or (simple is not none and "multipleOf" not in value.flat)


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
    ways = [_of_type(value, name) for name in types if name != "null"]
    if not ways or names.ends_paging(value.name):
        return _always(None)
    if len(ways) == 1:
        return ways[0]

    def drawn(word: Word) -> Json:
        found = (way(word) for way in shuffled(word, ways))
        return next((each for each in found if each is not None), None)

    return drawn


def _always(value: Json) -> Simple:
    return lambda _: value


def _either(word: Word) -> bool:
    return word() % 2 == 0
