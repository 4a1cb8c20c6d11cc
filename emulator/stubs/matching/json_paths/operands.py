"""The operands of a filter in a JSONPath: values, what queries find, and what functions make."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from emulator.http.messages import Json
from emulator.stubs.matching.json_paths.functions import Called
from emulator.stubs.matching.json_paths.operators import MISSING, charge
from emulator.stubs.matching.json_paths.query import Operand, Query, Search


class WrittenValue(Struct, frozen=True, gc=False):
    """An operand that is written as a value."""

    value: Json

    def __call__(self, node: Json, search: Search) -> Sequence[Json]:
        """The value, whatever the node is."""
        return (self.value,)


class Call(Struct, frozen=True, gc=False):
    """An operand that is what a function makes of its arguments."""

    function: Called
    arguments: Sequence[Operand]

    def __call__(self, node: Json, search: Search) -> Sequence[Json]:
        """What the function makes of what its arguments are for a node."""
        found = [each(node, search) for each in self.arguments]
        charge(search.effort, *(part for each in found for part in each))
        return self.function(*found)


def queried(made: Query) -> Operand:
    """What a query finds; all of it as a list where it may be several values.

    Where it gets as far as that, it has found something: an empty list, if nothing else.
    """
    if made.definite:
        return made.find
    start = made.start

    def operand(node: Json, search: Search) -> Sequence[Json]:
        return [made.find(node, search)] if start.find(node, search) else ()

    return operand


def one(found: Sequence[Json]) -> Any:
    """The value of an operand, MISSING where it has none."""
    return found[0] if found else MISSING
