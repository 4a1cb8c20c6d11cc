"""Remember the flat schemas that the choices of a schema lead to."""

from typing import NamedTuple, TypeAlias

from emulator.http.messages import Json
from emulator.schema.flatten.effort import Effort
from emulator.schema.flatten.flatten import PATIENCE, Flattener
from emulator.schema.generate.drawing import Above, DrawPlans
from emulator.schema.generate.values import FlatValue

#: How many ways one schema remembers.
_MOST = 60


class Way(NamedTuple):
    """What choices lead to: a flat schema, and what flattening meets and costs on the way."""

    value: FlatValue
    risky: bool
    cost: int
    followed: Above
    branches: int


class _Choice:
    """A choice between `options`, `cost` steps after the last; what follows, by the one taken."""

    __slots__ = ("cost", "depths", "following", "options")

    def __init__(self, options: list[Json], depths: list[int], cost: int) -> None:
        self.options = options
        self.depths = depths
        self.cost = cost
        self.following: dict[int, _Node] = {}


_Node: TypeAlias = _Choice | Way


class Ways:
    """The ways to flatten a schema, each gone once by the flattener, then remembered."""

    __slots__ = ("_first", "_left", "_name", "_plans", "_schema")

    def __init__(self, schema: dict[str, Json], name: str, plans: DrawPlans) -> None:
        self._schema = schema
        self._name = name
        self._plans = plans
        self._first: _Node | None = None
        self._left = _MOST

    def next(self, flattener: Flattener, effort: Effort, above: Above) -> Way:
        """Flatten once more, leaving to chance what the flattener does; raises Ungeneratable."""
        start = effort.left
        flattener.begin(above)
        orders: list[list[int]] = []
        # Past its patience, the flattener sets branches apart, which changes them.
        node = self._first if flattener.attempts <= PATIENCE else None
        while isinstance(node, _Choice):
            effort.spend(node.cost)
            order = flattener.order(node.options, node.depths)
            orders.append(order)
            node = node.following.get(order[0]) if order else None
        if node is None:
            effort.left = start
            return self._found(flattener, effort, orders)
        effort.spend(node.cost)
        flattener.risky = flattener.risky or node.risky
        flattener.branches = max(flattener.branches, node.branches)
        return node

    def _found(self, flattener: Flattener, effort: Effort, orders: list[list[int]]) -> Way:
        risky, branches, start = flattener.risky, flattener.branches, effort.left
        flattener.risky, flattener.branches = False, 1
        try:
            flat = flattener.flatten(self._schema, orders)
        finally:
            own = flattener.risky, flattener.branches
            flattener.risky = flattener.risky or risky
            flattener.branches = max(flattener.branches, branches)
        value = FlatValue(flat, self._name, self._plans)
        before = flattener.trail[-1][2] if flattener.trail else start
        way = Way(value, own[0], before - effort.left, flattener.followed, own[1])
        if flattener.straight and flattener.attempts <= PATIENCE and self._left > 0:
            self._left -= 1
            self._remember(flattener.trail, start, way)
        return way

    def _remember(self, trail: list[tuple[list[Json], int, int]], start: int, way: Way) -> None:
        nodes: list[_Node] = []
        for options, _, left in trail:
            depths = [self._plans.depths.of(option) for option in options]
            nodes.append(_Choice(options, depths, start - left))
            start = left
        nodes.append(way)
        node = self._first = self._first or nodes[0]
        for (_, taken, _), following in zip(trail, nodes[1:], strict=True):
            assert isinstance(node, _Choice)
            node = node.following.setdefault(taken, following)
