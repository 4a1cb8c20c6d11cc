"""The state of a drawing: where in the value, and how much to draw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.depths import ENDLESS, Depths

#: Deeper than this, no optional value is drawn and the shallowest branch is taken.
DEEP = 6


@dataclass(frozen=True, slots=True)
class Mode:
    """How to draw: `optional` properties too, from `examples`, `any_type` that is allowed."""

    optional: bool
    examples: bool
    any_type: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the value a part is drawn.

    `name` is the property it belongs to; `depth` its level; `above` the references followed on
    the way; `allowance` how many optional values may still be drawn below.
    """

    name: str
    depth: int
    above: Mapping[str, None]
    allowance: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What drawing a value needs besides the schema and the position."""

    rng: Random
    mode: Mode
    checker: Checker
    depths: Depths

    def lavish(self, position: Position) -> bool:
        """Whether to draw optional values at a position."""
        return self.mode.optional and position.depth < DEEP and position.allowance > 0

    def wanted(self, schema: Json, position: Position) -> bool:
        """Whether to draw an optional value: it ends, and does not recur."""
        if schema is False or (isinstance(schema, dict) and _repeats(schema, position.above)):
            return False
        return self.depths.of(schema) < min(ENDLESS, 2 * DEEP)


#: Draws a value of a schema at a position.
Draw: TypeAlias = Callable[[Json, Position, Drawing], Json]


def recursive(schema: Json, position: Position) -> bool:
    """Whether a schema refers to one that the position is already within."""
    return isinstance(schema, dict) and _repeats(schema, position.above)


def _repeats(schema: dict[str, Json], above: Mapping[str, None]) -> bool:
    if not above:
        return False
    return schema.get("$ref") in above or any(
        isinstance(sub, dict) and sub.get("$ref") in above for sub in schema.get("allOf", ())
    )
