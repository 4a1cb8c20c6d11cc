"""The parts a regular expression of ECMA-262 is made of, and the sets of characters in them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
#: More than any string we make; keeps widths of nested repeats from growing without end.
MANY = 1_000_000

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
PROPERTIES: dict[str, Ranges] = {
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


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """One character from sorted ranges; `plain` are those to show to people, `wide` any ASCII."""

    ranges: Ranges
    plain: str
    wide: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One node after the other."""

    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Alternation:
    """One of several nodes."""

    options: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A node `low` to `high` times; `high` None is without end. `width` is the item's least."""

    item: "Node"
    low: int
    high: int | None
    width: int


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group, counted from 1, possibly with a name."""

    item: "Node"
    number: int


@dataclass(frozen=True, slots=True)
class BackReference:
    """What an earlier group captured."""

    number: int


@dataclass(frozen=True, slots=True)
class Boundary:
    """`^`, `$`, `b` or `B`: holds between characters."""

    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look-ahead or look-behind; takes no characters."""

    item: "Node"
    ahead: bool
    positive: bool


Node: TypeAlias = (
    CharacterSet | Sequence | Alternation | Repeat | Group | BackReference | Boundary | Look
)


def width(node: Node) -> int:
    """The least number of characters a node takes, MANY at most."""
    match node:
        case CharacterSet():
            return 1
        case Sequence(items):
            return min(MANY, sum(width(item) for item in items))
        case Alternation(options):
            return min(width(option) for option in options)
        case Repeat():
            return min(MANY, node.low * node.width)
        case Group(item):
            return width(item)
        case _:
            return 0


@lru_cache(maxsize=4096)
def character_set(ranges: Ranges, *, negated: bool = False) -> CharacterSet:
    """The set of some ranges in any order, or of everything but them."""
    tidy = _sorted(ranges)
    if negated:
        tidy = _complement(tidy)
    return CharacterSet(tidy, *_palettes(tidy))


def contains(ranges: Ranges, code: int) -> bool:
    """Whether a code point lies in one of the ranges."""
    return any(low <= code <= high for low, high in ranges)


def _sorted(ranges: Ranges) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _complement(ranges: Ranges) -> Ranges:
    gaps: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


def _palettes(ranges: Ranges) -> tuple[str, str]:
    """A big set such as `.` or `\\w` is shown as lower case letters and digits."""
    visible = "".join(chr(code) for code in range(0x21, 0x7F) if contains(ranges, code))
    if not visible:
        visible = " " if contains(ranges, 0x20) else _first_characters(ranges)
    plain = "".join(c for c in visible if c.islower() or c.isdigit())
    return (plain if len(visible) > 36 and len(plain) >= 10 else visible), visible


def _first_characters(ranges: Ranges) -> str:
    shown: list[str] = []
    for low, high in ranges:
        codes = range(low, min(high, low + 64) + 1)
        shown += [chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF]
        if len(shown) >= 64:
            break
    return "".join(shown)
