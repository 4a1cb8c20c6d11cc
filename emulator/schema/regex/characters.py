"""Sets of characters as ranges of code points: digits, words, white space, Unicode properties."""

from collections.abc import Iterable
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
DIGIT: Ranges = ((0x30, 0x39),)
WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACE: Ranges = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
LINE_END: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))

_UPPER: Ranges = ((0x41, 0x5A), (0xC0, 0xD6), (0xD8, 0xDE), (0x391, 0x3A1), (0x410, 0x42F))
_LOWER: Ranges = ((0x61, 0x7A), (0xDF, 0xF6), (0xF8, 0xFF), (0x3B1, 0x3C9), (0x430, 0x44F))
_OTHER_LETTERS: Ranges = ((0x5D0, 0x5EA), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FFF))
_PUNCTUATION: Ranges = (
    (0x21, 0x23), (0x25, 0x2A), (0x2C, 0x2F), (0x3A, 0x3B), (0x3F, 0x40), (0x5B, 0x5D),
    (0x5F, 0x5F), (0x7B, 0x7B), (0x7D, 0x7D), (0xA1, 0xA1), (0xBF, 0xBF), (0x2010, 0x2027),
)  # fmt: skip
_SYMBOLS: Ranges = ((0x24, 0x24), (0x2B, 0x2B), (0x3C, 0x3E), (0x5E, 0x5E), (0x60, 0x60),
                    (0x7C, 0x7C), (0x7E, 0x7E), (0x20A0, 0x20BF))  # fmt: skip
_SEPARATORS: Ranges = ((0x20, 0x20), (0xA0, 0xA0), (0x2000, 0x200A), (0x2028, 0x2029))

#: Unicode properties as the blocks people mean by them, not the whole database: whether a value
#: is valid is decided by the validator, and the database differs from one Python to the next.
PROPERTY_RANGES: dict[str, Ranges] = {
    "L": _LOWER + _UPPER + _OTHER_LETTERS,
    "Letter": _LOWER + _UPPER + _OTHER_LETTERS,
    "Alphabetic": _LOWER + _UPPER + _OTHER_LETTERS,
    "Lu": _UPPER,
    "Uppercase_Letter": _UPPER,
    "Ll": _LOWER,
    "Lowercase_Letter": _LOWER,
    "Lo": _OTHER_LETTERS,
    "N": DIGIT,
    "Nd": DIGIT,
    "Number": DIGIT,
    "Decimal_Number": DIGIT,
    "M": ((0x300, 0x36F),),
    "Mark": ((0x300, 0x36F),),
    "Mn": ((0x300, 0x36F),),
    "P": _PUNCTUATION,
    "Punctuation": _PUNCTUATION,
    "Pd": ((0x2D, 0x2D), (0x2010, 0x2015)),
    "S": _SYMBOLS,
    "Sc": ((0x24, 0x24), (0x20A0, 0x20BF)),
    "Z": _SEPARATORS,
    "Zs": _SEPARATORS[:3],
    "C": ((0x00, 0x1F), (0x7F, 0x9F)),
    "Cc": ((0x00, 0x1F), (0x7F, 0x9F)),
    "ASCII": ((0x00, 0x7F),),
    "Any": ((0x00, LAST),),
}


def contains(ranges: Ranges, code: int) -> bool:
    """Whether a code point lies in one of the ranges."""
    return any(low <= code <= high for low, high in ranges)


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The ranges in order, those that touch each other joined."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Every code point that is in none of the ranges."""
    gaps: list[tuple[int, int]] = []
    start = 0
    for low, high in union(ranges):
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


def both_cases(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The ranges, with each ASCII letter in them in both cases."""
    more = list(ranges)
    for low, high in tuple(more):
        for start, shift in ((0x41, 32), (0x61, -32)):
            first, last = max(low, start), min(high, start + 25)
            if first <= last:
                more.append((first + shift, last + shift))
    return union(more)
