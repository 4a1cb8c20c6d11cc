"""Patterns that fit no text at all, as far as their parts show it."""

import re

from emulator.schema.regex.classes import PatternError
from emulator.schema.regex.nodes import (
    Alternation,
    Boundary,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    bare,
    width,
)
from emulator.schema.regex.parse import parse

#: What patterns are parsed for: an anchor in the middle, or a look-ahead for less than nothing.
_DOUBTFUL = re.compile(r"[^\[(|\\]\^|\$[^)|]|\(\?<?!\)")
_EVERY_LINE = re.compile(r"\(\?[is]*m")


def fits_nothing(pattern: str) -> bool:
    """Whether no text has a part that the pattern matches; False where it doesn't show."""
    if not _DOUBTFUL.search(pattern) or _EVERY_LINE.search(pattern):
        return False
    try:
        return _is_nothing(parse(pattern).root)
    except PatternError:
        return False


def _is_nothing(node: Node) -> bool:
    match node:
        case Sequence(items):
            return any(map(_is_nothing, items)) or _is_outside(items)
        case Alternation(options):
            return all(map(_is_nothing, options))
        case Repeat(item, low):
            return low > 0 and _is_nothing(item)
        case Group(item):
            return _is_nothing(item)
        case Look(item):
            return _is_nothing(item) if node.positive else item == Sequence(())
        case _:
            return False


def _is_outside(items: tuple[Node, ...]) -> bool:
    """Whether something has to stand before the beginning of the text, or behind its end."""
    anchors = [each.text if isinstance(each := bare(item), Boundary) else "" for item in items]
    taking = [index for index, item in enumerate(items) if width(item)]
    if not taking:
        return False
    return "^" in anchors[taking[0] :] or "$" in anchors[: taking[-1]]
