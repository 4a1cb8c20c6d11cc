"""Numbers within bounds and steps, exact: 0.01 means one hundredth, not the nearest float."""

import math
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from emulator.http.messages import Json
from emulator.schema.draws import between
from emulator.schema.generate.names import Window, window_for

_USUAL: Window = (1, 1000, 0)
_USUAL_DECIMAL: Window = (1, 1000, 2)
_INTEGERS = {"int32": Fraction(2**31), "int64": Fraction(2**63)}
_EXACT_FLOAT = 2**53
_ATTEMPTS = 24
_UNIX_TIME = {"unix-time", "timestamp", "epoch"}


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Lowest and highest value; None is without end. `open_*` leaves the bound itself out."""

    low: Fraction | None
    high: Fraction | None
    open_low: bool
    open_high: bool

    def multiples(self, step: Fraction) -> tuple[int | None, int | None]:
        """The first and last whole k for which k times step lies within."""
        first = last = None
        if self.low is not None:
            first = math.ceil(self.low / step)
            first += self.open_low and first * step == self.low
        if self.high is not None:
            last = math.floor(self.high / step)
            last -= self.open_high and last * step == self.high
        return first, last


def integer(schema: dict[str, Json], rng: Random, name: str) -> int | None:
    """A whole number that keeps to the schema's bounds and step; None if there is none."""
    step = _step(schema)
    # The multiples of p/q (in lowest terms) that are whole are those of p.
    whole = Fraction(step.numerator) if step else Fraction(1)
    drawn = _drawn(schema, rng, whole, _window(schema, name, _USUAL))
    return None if drawn is None else int(drawn)


def number(schema: dict[str, Json], rng: Random, name: str) -> Json:
    """A number that keeps to the schema's bounds and step; None if there is none."""
    window = _window(schema, name, _USUAL_DECIMAL)
    step = _step(schema)
    if step is None:
        step = _fitting_step(_bounds(schema), Fraction(1, 10 ** window[2]))
    value: Json = None
    for _ in range(_ATTEMPTS):
        drawn = _drawn(schema, rng, step, window)
        if drawn is None:
            return None
        value = _as_json(drawn)
        # A validator may divide floats: 19.99 / 0.01 is not whole there.
        if "multipleOf" not in schema or _whole(value, schema["multipleOf"]):
            return value
    return value


def exact(value: Json) -> Fraction | None:
    """The number as it was written; None for what is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return Fraction(value)
    return Fraction(repr(value)) if math.isfinite(value) else None


def within(schema: dict[str, Json], value: Fraction) -> bool:
    """Whether a number keeps to the schema's bounds and step."""
    bounds, step = _bounds(schema), _step(schema)
    if bounds.low is not None and (value < bounds.low or (bounds.open_low and value == bounds.low)):
        return False
    if bounds.high is not None and (
        value > bounds.high or (bounds.open_high and value == bounds.high)
    ):
        return False
    return step is None or (value / step).denominator == 1


def _step(schema: dict[str, Json]) -> Fraction | None:
    step = exact(schema.get("multipleOf"))
    return step if step is not None and step > 0 else None


def _bounds(schema: dict[str, Json]) -> _Bounds:
    low, open_low = exact(schema.get("minimum")), False
    high, open_high = exact(schema.get("maximum")), False
    above, under = exact(schema.get("exclusiveMinimum")), exact(schema.get("exclusiveMaximum"))
    if above is not None and (low is None or above >= low):
        low, open_low = above, True
    if under is not None and (high is None or under <= high):
        high, open_high = under, True
    limit = _INTEGERS.get(schema.get("format", ""))
    if limit is not None:
        low = -limit if low is None else max(low, -limit)
        high = limit - 1 if high is None else min(high, limit - 1)
    return _Bounds(low, high, open_low, open_high)


def _window(schema: dict[str, Json], name: str, usual: Window) -> Window:
    """Where a value usually lies: by format, by name, else anywhere small."""
    if schema.get("format") in _UNIX_TIME:
        name = "unix_time"
    return window_for(name) or usual


def _drawn(schema: dict[str, Json], rng: Random, step: Fraction, window: Window) -> Fraction | None:
    """A multiple of the step within the bounds, and within the window where the two meet."""
    first, last = _bounds(schema).multiples(step)
    if first is not None and last is not None and first > last:
        return None
    low, high = math.ceil(window[0] / step), math.floor(window[1] / step)
    span = max(high - low, 1)
    if low > high:  # the step is wider than the window
        low = high = 1
    if first is not None and first > low:
        low, high = first, max(high, first + (span if high < first else 0))
    if last is not None and last < high:
        low, high = (low if low <= last else last - span), last
    if first is not None:
        low = max(low, first)
    return step * between(rng, low, high)


def _fitting_step(bounds: _Bounds, usual: Fraction) -> Fraction:
    """The usual step, or one so fine that several multiples lie between close bounds."""
    if bounds.low is None or bounds.high is None or bounds.high <= bounds.low:
        if bounds.low is not None and bounds.low == bounds.high and bounds.low != 0:
            return abs(bounds.low)
        return usual
    gap = bounds.high - bounds.low
    step = usual
    while step * 4 > gap:
        step /= 10
    return step


def _as_json(value: Fraction) -> int | float:
    """A float, but for whole numbers that no float holds."""
    if value.denominator == 1 and _EXACT_FLOAT <= abs(value) < 2**63:
        return int(value)
    return float(value)


def _whole(value: int | float, step: int | float) -> bool:
    try:
        quotient = value / step
    except OverflowError:
        return False
    return quotient == math.floor(quotient) if math.isfinite(quotient) else False
