"""Check numbers exactly: 0.01 means one hundredth, not the nearest float."""

import math
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from emulator.http.messages import Json

_INTEGERS = {"int32": 2**31, "int64": 2**63}


class Bounds(Struct, frozen=True):
    """Lowest and highest value, None if unbounded. `open_*` excludes the bound itself."""

    low: Fraction | None
    high: Fraction | None
    open_low: bool
    open_high: bool

    def multiples(self, step: Fraction) -> tuple[int | None, int | None]:
        """The first and last whole k for which k times step is within the bounds."""
        first = last = None
        if self.low is not None:
            first = math.ceil(self.low / step)
            first += self.open_low and first * step == self.low
        if self.high is not None:
            last = math.floor(self.high / step)
            last -= self.open_high and last * step == self.high
        return first, last


def exact(value: Json) -> Fraction | None:
    """The number as written, or None if it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int | Decimal):
        return Fraction(value)
    return Fraction(repr(value)) if math.isfinite(value) else None


def keeps(schema: dict[str, Json], value: Json) -> bool:
    """Whether a value, if it is a number, is within bounds and multipleOf."""
    if type(value) is int:
        verdict = _keeps_whole(schema, value)
        if verdict is not None:
            return verdict
    written = exact(value)
    return written is None or within(schema, written)


def _keeps_whole(schema: dict[str, Json], value: int) -> bool | None:
    """The same for a whole number among whole numbers; None where a keyword has another."""
    low, above = schema.get("minimum", value), schema.get("exclusiveMinimum", value - 1)
    high, under = schema.get("maximum", value), schema.get("exclusiveMaximum", value + 1)
    step, limit = schema.get("multipleOf", 1), _INTEGERS.get(schema.get("format", ""))
    if not all(type(number) is int for number in (low, above, high, under, step)):
        return None
    if limit is not None:
        # The format's bounds are open where the schema's are, as `bounds_of` has it.
        if "exclusiveMinimum" in schema or "exclusiveMaximum" in schema:
            return None
        if not -limit <= value < limit:
            return False
    if step > 0 and value % step:
        return False
    return bool(low <= value <= high and above < value < under)


def within(schema: dict[str, Json], value: Fraction) -> bool:
    """Whether a number is within bounds and multipleOf."""
    bounds, step = bounds_of(schema), step_of(schema)
    if bounds.low is not None and (value < bounds.low or (bounds.open_low and value == bounds.low)):
        return False
    if bounds.high is not None and (
        value > bounds.high or (bounds.open_high and value == bounds.high)
    ):
        return False
    return step is None or (value / step).denominator == 1


def step_of(schema: dict[str, Json]) -> Fraction | None:
    """The `multipleOf` of a schema, if it is above 0."""
    step = exact(schema.get("multipleOf"))
    return step if step is not None and step > 0 else None


def bounds_of(schema: dict[str, Json]) -> Bounds:
    """The tightest bounds that a schema sets, those of `int32` and `int64` included."""
    low, open_low = exact(schema.get("minimum")), False
    high, open_high = exact(schema.get("maximum")), False
    above, under = exact(schema.get("exclusiveMinimum")), exact(schema.get("exclusiveMaximum"))
    if above is not None and (low is None or above >= low):
        low, open_low = above, True
    if under is not None and (high is None or under <= high):
        high, open_high = under, True
    limit = _INTEGERS.get(schema.get("format", ""))
    if limit is not None:
        least, most = Fraction(-limit), Fraction(limit - 1)
        low = least if low is None else max(low, least)
        high = most if high is None else min(high, most)
    return Bounds(low, high, open_low, open_high)
