"""JSON numbers of any size, as they are written: integers and decimals that no 64 bits hold.

`orjson` reads them as the nearest double. So what it has read is read again where a number is long
enough to lose digits, which a sample of the bytes tells: half a microsecond for a kilobyte. Such
decimals are `Decimal`s, all other numbers what they were. A short number next to zero (`1e-400`)
is 0: looking for these costs more.
"""

import json
import math
import re
import sys
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import orjson

from emulator.http.messages import Json

#: Digits of a number, and powers of ten: what is longer is no JSON here (RFC 8259, 6).
MOST_DIGITS = 1_000
#: Digits beyond `_USUAL_DIGITS`, of all numbers of a text together.
MOST_DIGITS_TOGETHER = 200_000
_USUAL_DIGITS = 40

#: Any shorter number is exact in 64 bits, as an integer or as a double.
_SURELY_LONG = 17
_LONG = re.compile(rb"[0-9.]{%d}" % _SURELY_LONG)
may_lose = _LONG.search
#: Each digit and point as one of them. One byte in four shows a long number: four in a row.
ALIKE = bytes(ord("0") if byte in b"0123456789." else byte for byte in range(256))
SAMPLED = b"0000"
_BLANK = b" \t\r\n"
_MOST_DOUBLE = 10**300
_HELD = re.compile(r'"\\u0000(\d{1,9})\\u0000"')
_TOO_LONG = f"a number has more than {MOST_DIGITS:,} digits"
_TOO_LONG_TOGETHER = f"long numbers have more than {MOST_DIGITS_TOGETHER:,} digits together"
_TOO_LARGE = "number is infinity"
_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def loads(data: bytes | str) -> Json:
    """The value of JSON (RFC 8259), every number exact; raises orjson.JSONDecodeError."""
    octets = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    try:
        value = orjson.loads(octets)
    except orjson.JSONDecodeError as error:
        if not error.msg.startswith(_TOO_LARGE) or _LONE_SURROGATE.search(octets):
            raise
        return _exact(octets, error)
    if SAMPLED in octets[::4].translate(ALIKE) and may_lose(octets):
        # Most long numbers are doubles in full, as in embeddings: written again they are the same.
        if octets.translate(None, _BLANK) == orjson.dumps(value).translate(None, _BLANK):
            return value
        return _exact(octets, None)
    return value


def fragments(value: Json) -> Json:
    """A value with the numbers as they are written that `orjson` can't write."""
    if isinstance(value, dict):
        return {name: fragments(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [fragments(each) for each in value]
    if type(value) is int and not -(2**63) <= value < 2**64:
        return orjson.Fragment(str(value))
    return orjson.Fragment(str(value)) if isinstance(value, Decimal) else value


def in_doubles(value: Json) -> Json:
    """A copy with the nearest doubles, for who knows no other numbers."""
    if isinstance(value, dict):
        return {name: in_doubles(each) for name, each in value.items()}
    if isinstance(value, list):
        return [in_doubles(each) for each in value]
    if not isinstance(value, Decimal):
        return value
    return math.copysign(min(abs(float(value)), sys.float_info.max), value)


def total_of(numbers: Sequence[Any]) -> float:
    """The sum of numbers; where one is a decimal the others count as they are written."""
    if any(isinstance(each, Decimal) for each in numbers):
        numbers = [Decimal(repr(each)) if isinstance(each, float) else each for each in numbers]
    total: float = sum(numbers)
    return total


def dumps_python(value: Json, **options: Any) -> str:
    """What Python's `json.dumps` writes, with decimals as they are."""
    decimals: list[str] = []

    def hold(other: object) -> str:
        if not isinstance(other, Decimal):
            raise TypeError(f"{type(other).__name__} has no JSON")
        decimals.append(str(other))
        return f"\0{len(decimals) - 1}\0"

    def take(held: re.Match[str]) -> str:
        place = int(held[1])
        return decimals[place] if place < len(decimals) else held[0]

    text = json.dumps(value, default=hold, **options)
    return _HELD.sub(take, text) if decimals else text


def is_number(value: Any) -> bool:
    """Whether a value is a number of JSON."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def number(text: str) -> int | float | Decimal:
    """A number as it is written in JSON; raises ValueError where it is too long."""
    if len(text) > MOST_DIGITS:
        raise ValueError(_TOO_LONG)
    return int(text) if text.lstrip("-").isdigit() else decimal(text)


def decimal(text: str) -> float | Decimal:
    """A decimal as it is written; raises ValueError where it is too long."""
    near = float(text)
    short = len(text) < _SURELY_LONG and "e" not in text and "E" not in text
    if short or repr(near) == text:
        return near
    try:
        exact = Decimal(text)
    except ArithmeticError:  # an exponent beyond all limits
        raise ValueError(_TOO_LONG) from None
    if exact and (len(text) > MOST_DIGITS or abs(exact.adjusted()) > MOST_DIGITS):
        raise ValueError(_TOO_LONG)
    return near if math.isfinite(near) and Decimal(repr(near)) == exact else exact


def of_fraction(value: Fraction) -> float | Decimal:
    """A fraction as a number of JSON: the decimal that it is, else the nearest double."""
    near = value.numerator / value.denominator if abs(value) < _MOST_DOUBLE else math.inf
    if math.isfinite(near) and Fraction(repr(near)) == value:
        return near
    with localcontext() as context:
        context.prec = MOST_DIGITS
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact if math.isinf(near) or Fraction(exact) == value else near


def _exact(octets: bytes, error: orjson.JSONDecodeError | None) -> Json:
    """Read what `orjson` has read, or refused for its numbers alone as far as it came."""
    text = octets.decode()
    budget = _Budget()
    try:
        return json.loads(
            text,
            parse_float=lambda written: budget.take(number(written)),
            parse_int=lambda written: budget.take(number(written)),
            parse_constant=_refuse,
        )
    except json.JSONDecodeError as wrong:
        raise orjson.JSONDecodeError(wrong.msg, wrong.doc, wrong.pos) from None
    except (ValueError, RecursionError) as wrong:
        found = "the value is nested too deep" if isinstance(wrong, RecursionError) else str(wrong)
        raise orjson.JSONDecodeError(found, text, error.pos if error else 0) from None


class _Budget:
    """What the numbers of one text may have of digits that a usual decimal has not.

    Each of them costs whoever divides or compares it; a thousand digits half a millisecond.
    """

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_DIGITS_TOGETHER

    def take(self, value: int | float | Decimal) -> int | float | Decimal:
        if not isinstance(value, float):
            self.left -= max(0, _digits(value) - _USUAL_DIGITS)
            if self.left < 0:
                raise ValueError(_TOO_LONG_TOGETHER)
        return value


def _digits(value: int | Decimal) -> int:
    """The digits of a number written out, about."""
    if isinstance(value, Decimal):
        return max(len(value.as_tuple().digits), abs(value.adjusted()))
    return value.bit_length() * 3 // 10


def _refuse(name: str) -> Json:
    raise ValueError(f"{name} is no number of JSON")
