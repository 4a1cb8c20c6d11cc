"""Values that a schema names itself: of `enum`, examples, the default."""

from collections.abc import Iterable

from emulator.http.messages import Json
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort, ExhaustedError, Ungeneratable
from emulator.schema.generate.around import Simple

#: Steps of judging a value ahead of its first use.
_STEPS = 15_000


class Constant:
    """A value that the schema it is judged by either accepts or doesn't, once and for all."""

    __slots__ = ("cost", "schema", "value", "verdict")

    def __init__(self, value: Json, schema: Json) -> None:
        self.value = value
        self.schema = schema
        self.verdict: bool | None = None
        self.cost = 0

    @property
    def atomic(self) -> bool:
        """Whether the value has no parts, and can be given away as it is."""
        return not isinstance(self.value, dict | list)

    def accepted(self, checker: Checker) -> bool:
        """Whether the schema accepts the value; takes the same steps every time."""
        if self.verdict is not None:
            checker.effort.spend(self.cost)
            return self.verdict
        before = checker.effort.left
        verdict = checker.accepts(self.schema, self.value)
        self.cost = before - checker.effort.left
        self.verdict = verdict
        return verdict


def common_cost(constants: Iterable[Constant], checker: Checker) -> int | None:
    """What judging any of the values costs, if all are accepted, atomic, and cost the same."""
    costs = set()
    try:
        for each in constants:
            checker.effort = Effort(_STEPS)
            if not each.atomic or not each.accepted(checker):
                return None
            costs.add(each.cost)
    except (ExhaustedError, RecursionError, Ungeneratable):
        return None
    return costs.pop() if len(costs) == 1 else None


def one_of(values: list[Json]) -> Simple:
    """Draws one of the values."""
    size = len(values)
    if size == 1:
        only = values[0]
        return lambda _: only
    return lambda word: values[word() % size]
