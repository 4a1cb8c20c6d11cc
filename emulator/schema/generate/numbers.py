"""Numbers drawn within bounds and multipleOf, near what the property's name suggests.

What a schema asks for is worked out once, exactly; drawing takes whole numbers only.
"""

import math
from decimal import Decimal
from fractions import Fraction

from emulator.http.exact import of_fraction
from emulator.http.messages import Json
from emulator.schema.draws import EVEN, Word, between
from emulator.schema.generate.around import Simple
from emulator.schema.generate.names import Window, window_for
from emulator.schema.numbers import Bounds, bounds_of, step_of

_USUAL: Window = (1, 1000, 0)
_USUAL_DECIMAL: Window = (1, 1000, 2)
_EXACT_FLOAT = 2**53
_ATTEMPTS = 24
_UNIX_TIME = {"unix-time", "timestamp", "epoch"}


def integer(schema: dict[str, Json], name: str) -> Simple:
    """Draws whole numbers within bounds and multipleOf, or None."""
    step = step_of(schema)
    # The multiples of p/q (in lowest terms) that are whole are those of p.
    whole = step.numerator if step else 1
    span = _span(bounds_of(schema), Fraction(whole), _window(schema, name, _USUAL))
    if span is None:
        return none
    low, high = span
    size = high - low + 1
    if size > EVEN:
        return lambda word: whole * between(word, low, high)
    if whole == 1:
        return lambda word: low + word() % size
    return lambda word: whole * (low + word() % size)


def number(schema: dict[str, Json], name: str) -> Simple:
    """Draws numbers within bounds and multipleOf, or None."""
    window = _window(schema, name, _USUAL_DECIMAL)
    step, bounds = step_of(schema), bounds_of(schema)
    if step is None:
        step = _fitting_step(bounds, Fraction(1, 10 ** window[2]))
    span = _span(bounds, step, window)
    if span is None:
        return none
    draw = _multiples(step, *span)
    multiple = schema.get("multipleOf")
    if multiple is None or isinstance(multiple, Decimal):
        return draw

    def whole(word: Word) -> Json:
        # A validator may divide floats: 19.99 / 0.01 is not whole there.
        value: Json = None
        for _ in range(_ATTEMPTS):
            value = draw(word)
            if isinstance(value, Decimal):
                break
            try:
                if value / multiple % 1 == 0:
                    break
            except OverflowError:
                continue
        return value

    return whole


def none(_: Word) -> Json:
    """No number."""
    return None


def _window(schema: dict[str, Json], name: str, usual: Window) -> Window:
    """The usual range of a value: by format, by name, else small."""
    if schema.get("format") in _UNIX_TIME:
        name = "unix_time"
    return window_for(name) or usual


def _span(bounds: Bounds, step: Fraction, window: Window) -> tuple[int, int] | None:
    """The multiples of the step to draw from: within the bounds, and the window if they overlap."""
    first, last = bounds.multiples(step)
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
    return low, high


def _multiples(step: Fraction, low: int, high: int) -> Simple:
    """Draws a multiple of the step: a float, or a number as it is where no float is exact."""
    over, under, size = step.numerator, step.denominator, high - low + 1

    def exact(word: Word) -> int | float | Decimal:
        value = step * between(word, low, high)
        if value.denominator == 1 and abs(value) >= _EXACT_FLOAT:
            return int(value)
        return of_fraction(value)

    if size > EVEN or under > _EXACT_FLOAT or max(abs(low), abs(high)) * step >= _EXACT_FLOAT:
        return exact
    return lambda word: over * (low + word() % size) / under


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
