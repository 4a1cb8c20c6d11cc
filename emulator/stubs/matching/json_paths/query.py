"""What a JSONPath does: segments that select among the nodes of a value, and functions at its end.

As in Jayway, a filter is asked of an object itself, and of each item of a list.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import sqrt
from typing import Any

from msgspec import Struct

from emulator.http.exact import is_number
from emulator.http.messages import Json
from emulator.schema.flatten.effort import Effort


class Search(Struct, frozen=True, gc=False):
    """One search under way: the whole value, and what it may still cost."""

    root: Json
    effort: Effort


#: The values that a selector takes of a node.
Select = Callable[[Json, Search], Iterable[Json]]

#: Whether a filter takes a node.
Test = Callable[[Json, Search], bool]


class Segment(Struct, frozen=True, gc=False):
    """Selectors of one segment. `definite`: it takes one value at most; `descends`: it is `..`."""

    selectors: tuple[Select, ...]
    definite: bool = False
    descends: bool = False

    def of(self, node: Json, search: Search) -> Iterator[Json]:
        """What it takes of a node."""
        for each in _tree(node, search) if self.descends else (node,):
            for select in self.selectors:
                for found in select(each, search):
                    search.effort.spend()
                    yield found


class Names(Segment, frozen=True, gc=False):
    """Several names between brackets: one object where they are last, else a value for each."""

    names: Sequence[str] = ()

    def apart(self) -> Segment:
        """The segment that takes the value of each name."""
        return Segment(tuple(map(member, self.names)), False, self.descends)


class Ending(Struct, frozen=True, gc=False):
    """The function at the end of a query, with its arguments."""

    name: str
    arguments: tuple["Operand", ...] = ()


class Query(Struct, frozen=True, gc=False):
    """A compiled query; `relative` ones begin at the node that a filter is asked of."""

    segments: tuple[Segment, ...]
    ending: Ending | None = None
    relative: bool = False

    @property
    def definite(self) -> bool:
        """Whether it finds one value at most."""
        summed = self.ending is not None and self._descends
        return summed or all(each.definite for each in self.segments)

    @property
    def start(self) -> "Query":
        """The query as far as it finds one value at most."""
        definite = [*(each.definite for each in self.segments), False].index(False)
        return Query(self.segments[:definite], None, self.relative)

    @property
    def _descends(self) -> bool:
        return any(segment.descends for segment in self.segments)

    def find(self, node: Json, search: Search) -> list[Json]:
        """Every value found, in order."""
        nodes = [node if self.relative else search.root]
        for segment in self.segments:
            nodes = [found for each in nodes for found in segment.of(each, search)]
        if self.ending is None:
            return nodes
        arguments = [found for each in self.ending.arguments for found in each(node, search)]
        function = FUNCTIONS[self.ending.name]
        together = _TOGETHER.get(self.ending.name) if self._descends else None
        if together is not None:
            nodes = [[part for each in nodes for part in together(each)]]
        search.effort.spend(sum(len(each) for each in nodes if isinstance(each, list)) // 10)
        return [found for each in nodes for found in function(each, arguments)]


#: What an operand stands for: one value, or none where a query finds none.
Operand = Callable[[Json, Search], Sequence[Json]]


def _tree(root: Json, search: Search) -> Iterator[Json]:
    """A node and all objects and lists below it, parents first."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        search.effort.spend()
        yield node
        below = _children(node)
        waiting += [child for child in reversed(below) if isinstance(child, dict | list)]


def _children(node: Json) -> list[Json]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def member(name: str) -> Select:
    """The member of an object."""
    return lambda node, _: (node[name],) if isinstance(node, dict) and name in node else ()


def members(names: Sequence[str]) -> Select:
    """The object that is left with these members alone."""

    def select(node: Json, _: Search) -> Iterable[Json]:
        if not isinstance(node, dict):
            return ()
        return ({name: node[name] for name in names if name in node},)

    return select


def item(index: int) -> Select:
    """The item of a list, from its end where the index is negative."""

    def select(node: Json, _: Search) -> Iterable[Json]:
        there = isinstance(node, list) and -len(node) <= index < len(node)
        return (node[index],) if there else ()

    return select


def items(part: slice) -> Select:
    """Some items of a list."""
    return lambda node, _: node[part] if isinstance(node, list) and part.step != 0 else ()


def everything(node: Json, _: Search) -> Iterable[Json]:
    """Every member of an object, and every item of a list."""
    return _children(node)


def filtered(test: Test) -> Select:
    """An object that passes, or the items of a list that do."""

    def select(node: Json, search: Search) -> Iterator[Json]:
        for each in node if isinstance(node, list) else (node,) if isinstance(node, dict) else ():
            search.effort.spend()
            if test(each, search):
                yield each

    return select


def filtered_below(test: Test) -> Select:
    """A node that passes: below `..`, where the items of a list are nodes of their own."""

    def select(node: Json, search: Search) -> Iterator[Json]:
        search.effort.spend()
        if test(node, search):
            yield node

    return select


def _flat(node: Json) -> list[Json]:
    return _children(node) if isinstance(node, dict | list) else [node]


def _length(node: Json, _: Sequence[Json]) -> Sequence[Json]:
    return [len(node)] if isinstance(node, dict | list) else []


def _of_numbers(compute: Callable[[list[Any]], float]) -> "Function":
    def function(node: Json, arguments: Sequence[Json]) -> Sequence[Json]:
        listed = [*(node if isinstance(node, list) else ()), *arguments]
        numbers = [each for each in listed if is_number(each)]
        numbers = [each for each in numbers if each is not False]
        try:
            return [float(compute(numbers))] if numbers else []
        except OverflowError:
            return []

    return function


def _deviation(numbers: list[float]) -> float:
    mean = sum(numbers) / len(numbers)
    return sqrt(sum((each - mean) ** 2 for each in numbers) / len(numbers))


def _at(index: int) -> "Function":
    return lambda node, _: [node[index]] if isinstance(node, list) and node else []


def _index(node: Json, arguments: Sequence[Json]) -> Sequence[Json]:
    number = arguments[0] if arguments else None
    if not isinstance(node, list) or type(number) is not int:
        return []
    return [node[number]] if -len(node) <= number < len(node) else []


def _concat(node: Json, arguments: Sequence[Json]) -> Sequence[Json]:
    listed = [*(node if isinstance(node, list) else ()), *arguments]
    return ["".join(each for each in listed if isinstance(each, str))]


#: What a function makes of a node and its arguments: one value or none.
Function = Callable[[Json, Sequence[Json]], Sequence[Json]]

#: The functions that a query can end with.
FUNCTIONS: dict[str, Function] = {
    "length": _length,
    "size": _length,
    "keys": lambda node, _: [list(node)] if isinstance(node, dict) else [],
    "first": _at(0),
    "last": _at(-1),
    "index": _index,
    "append": lambda node, more: [[*node, *more]] if isinstance(node, list) else [],
    "concat": _concat,
    "min": _of_numbers(min),
    "max": _of_numbers(max),
    "sum": _of_numbers(sum),
    "avg": _of_numbers(lambda numbers: sum(numbers) / len(numbers)),
    "stddev": _of_numbers(_deviation),
}
#: Those that are asked, after `..`, of all that was found together, and what each finding adds.
_TOGETHER: dict[str, Callable[[Json], list[Json]]] = {
    **dict.fromkeys(("length", "size"), _children),
    **dict.fromkeys(("min", "max", "sum", "avg", "stddev"), _flat),
}
