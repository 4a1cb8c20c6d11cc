"""Numbers drawn within bounds and multipleOf, near what the property's name suggests."""

import math
from fractions import Fraction
from random import Random

from emulator.http.messages import Json
from emulator.schema.draws import between
from emulator.schema.generate.names import Window, window_for
from emulator.schema.numbers import Bounds, bounds_of, step_of

_USUAL: Window = (1, 1000, 0)
_USUAL_DECIMAL: Window = (1, 1000, 2)
_EXACT_FLOAT = 2**53
_ATTEMPTS = 24
_UNIX_TIME = {"unix-time", "timestamp", "epoch"}


def integer(schema: dict[str, Json], rng: Random, name: str) -> int | None:
    """A whole number within bounds and multipleOf, or None."""
    step = step_of(schema)
    # The multiples of p/q (in lowest terms) that are whole are those of p.
    whole = Fraction(step.numerator) if step else Fraction(1)
    drawn = _drawn(schema, rng, whole, _window(schema, name, _USUAL))
    return None if drawn is None else int(drawn)


def number(schema: dict[str, Json], rng: Random, name: str) -> Json:
    """A number within bounds and multipleOf, or None."""
    window = _window(schema, name, _USUAL_DECIMAL)
    step = step_of(schema)
    if step is None:
        step = _fitting_step(bounds_of(schema), Fraction(1, 10 ** window[2]))
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


def _window(schema: dict[str, Json], name: str, usual: Window) -> Window:
    """The usual range of a value: by format, by name, else small."""
    if schema.get("format") in _UNIX_TIME:
        name = "unix_time"
    return window_for(name) or usual


def _drawn(schema: dict[str, Json], rng: Random, step: Fraction, window: Window) -> Fraction | None:
    """Draw a multiple of the step within the bounds, and within the window if they overlap."""
    first, last = bounds_of(schema).multiples(step)
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


def _fitting_step(bounds: Bounds, usual: Fraction) -> Fraction:
    """The usual step, or a finer one where the bounds are close."""
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
    """The number as a float, or as an int where no float is exact."""
    if value.denominator == 1 and _EXACT_FLOAT <= abs(value) < 2**63:
        return int(value)
    return float(value)


def _whole(value: int | float, step: int | float) -> bool:
    try:
        quotient = value / step
    except OverflowError:
        return False
    return quotient == math.floor(quotient) if math.isfinite(quotient) else False
