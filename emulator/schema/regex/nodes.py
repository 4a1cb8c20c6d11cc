"""The parts a regular expression of ECMA 262 is made of."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct

from emulator.schema.regex.characters import Ranges, contains

#: More than any string we make; keeps widths of nested repeats from growing without end.
MANY = 1_000_000


@dataclass(frozen=True)
class CharacterSet:
    """One character: a literal, an escape or a bracketed class.

    `text` is how the validator's dialect writes it, `cost` about the bytes that compiles to. Not
    slotted: the palettes are worked out once, when a text is drawn.
    """

    text: str
    cost: int
    ranges: Ranges

    @cached_property
    def palettes(self) -> tuple[str, str]:
        """The characters to show to people, and all visible ASCII.

        A big set such as `.` or `\\w` is shown as lower case letters and digits.
        """
        visible = "".join(chr(code) for code in range(0x21, 0x7F) if contains(self.ranges, code))
        if not visible:
            visible = " " if contains(self.ranges, 0x20) else _first_characters(self.ranges)
        plain = "".join(c for c in visible if c.islower() or c.isdigit())
        return (plain if len(visible) > 36 and len(plain) >= 10 else visible), visible


class Sequence(Struct, frozen=True):
    """One node after the other."""

    items: "tuple[Node, ...]"


class Alternation(Struct, frozen=True):
    """One of several nodes."""

    options: "tuple[Node, ...]"


class Repeat(Struct, frozen=True):
    """A node `low` to `high` times; `high` None is without end. `text` is the quantifier."""

    item: "Node"
    low: int
    high: int | None
    text: str
    #: The least width of the item.
    width: int


class Group(Struct, frozen=True):
    """A group: `number` counts those that capture from 1, and is 0 for those that don't.

    `prefix` is how it opens; `(?i)` reaches to the end of the pattern.
    """

    item: "Node"
    prefix: str = "("
    number: int = 0


class BackReference(Struct, frozen=True):
    """What a group captured."""

    number: int


class Boundary(Struct, frozen=True):
    """`^`, `$`, `\\b` or `\\B`: holds between characters."""

    text: str


class Look(Struct, frozen=True):
    """A look-ahead or look-behind, which takes no characters; `prefix` is how it opens."""

    item: "Node"
    prefix: str

    @property
    def ahead(self) -> bool:
        """Whether it looks ahead."""
        return "<" not in self.prefix

    @property
    def positive(self) -> bool:
        """Whether what it looks for must be there."""
        return self.prefix.endswith("=")


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


def bare(node: Node) -> Node:
    """What is in the groups around a node that don't capture."""
    while isinstance(node, Group) and not node.number:
        node = node.item
    return node


def _first_characters(ranges: Ranges) -> str:
    shown: list[str] = []
    for low, high in ranges:
        codes = range(low, min(high, low + 64) + 1)
        shown += [chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF]
        if len(shown) >= 64:
            break
    return "".join(shown)
