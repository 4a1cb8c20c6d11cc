"""Match by Python's engine, where that gives the verdict of the matcher here, only sooner.

The matcher gives up after a number of steps. So a pattern comes here only with texts so short that
no way through it takes as many; and only what is regular does: no look-around, no reference.
"""

import re
from typing import NamedTuple

from emulator.schema.regex.characters import Ranges
from emulator.schema.regex.match import STEPS
from emulator.schema.regex.nodes import (
    Alternation,
    Boundary,
    CharacterSet,
    Group,
    Node,
    Repeat,
    Sequence,
    bare,
)

#: Lengths of texts that are tried, from the longest on.
_LENGTHS = (256, 128, 64, 32, 16)
#: How many calls within each other the matcher surely has room for, and takes for one node.
_ROOM, _CALLS = 400, 6
_BOUNDARIES = {"^": r"\A", "$": r"\Z"}


class Quick(NamedTuple):
    """An expression of Python's that means the same for texts up to a length."""

    expression: re.Pattern[str]
    longest: int


def quickened(node: Node) -> Quick | None:
    """The expression for a pattern, None where there is none."""
    try:
        expression = re.compile(_written(node))
    except (_IrregularError, RecursionError, OverflowError, re.error):
        return None
    anchored = isinstance(node, Sequence) and node.items[:1] == (Boundary("^"),)
    for length in _LENGTHS:
        effort = _effort(node, None, length)
        starts = 2 * length + effort.steps if anchored else (length + 1) * effort.steps
        if starts < STEPS and effort.calls < _ROOM:
            return Quick(expression, length)
    return None


class _IrregularError(Exception):
    """Python's engine may judge otherwise."""


def _written(node: Node) -> str:
    match node:
        case CharacterSet(ranges=ranges):
            return _class(ranges)
        case Boundary(text) if text in _BOUNDARIES:
            return _BOUNDARIES[text]
        case Sequence(items):
            return "".join([_written(item) for item in items])
        case Alternation(options):
            return "(?:" + "|".join([_written(option) for option in options]) + ")"
        case Repeat(item, low, high):
            return f"(?:{_written(item)}){{{low},{'' if high is None else high}}}"
        case Group(item):
            return f"(?:{_written(item)})"
    raise _IrregularError


def _class(ranges: Ranges) -> str:
    """A class of code points, which mean the same to every engine."""
    parts = [f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges]
    return "[" + "".join(parts) + "]" if parts else r"[^\s\S]"


class _Effort(NamedTuple):
    """The most a node asks of the matcher: ways past it, steps, and calls within each other."""

    ways: int
    steps: int
    calls: int


_ONE = _Effort(1, 1, _CALLS)


def _effort(node: Node, after: Node | None, length: int) -> _Effort:
    """`after` is the node that follows at once, where that is known."""
    match node:
        case Sequence(items):
            return _in_a_row(items, after, length)
        case Alternation(options):
            each = [_effort(option, after, length) for option in options]
            ways, steps = sum(one.ways for one in each), 1 + sum(one.steps for one in each)
            return _Effort(ways, steps, _CALLS + max(one.calls for one in each))
        case Group(item):
            inner = _effort(item, after, length)
            return _Effort(inner.ways, inner.steps + 1, inner.calls + _CALLS)
        case Repeat(item):
            inside = bare(item)
            if isinstance(inside, CharacterSet):
                return _run(node, inside, after, length)
            return _again(node, length)
    return _ONE


def _in_a_row(items: tuple[Node, ...], after: Node | None, length: int) -> _Effort:
    ways, steps, calls = 1, 1, _CALLS
    for item, following in zip(items, (*items[1:], after), strict=False):
        each = _effort(item, following, length)
        steps += ways * each.steps
        ways = min(STEPS, ways * each.ways)
        calls += each.calls
    return _Effort(ways, steps, calls)


def _run(node: Repeat, item: CharacterSet, after: Node | None, length: int) -> _Effort:
    most = length if node.high is None else min(node.high, length)
    stops = max(most - node.low + 1, 0)
    if _is_elsewhere(after, item.ranges):
        # What follows takes one step to refuse every stop but the last.
        return _Effort(1, 1 + length + stops, _CALLS)
    return _Effort(stops, 1 + length, _CALLS)


def _is_elsewhere(node: Node | None, ranges: Ranges) -> bool:
    """Whether a node can't begin with a character in the ranges."""
    match node:
        case Boundary("$"):
            return True
        case Repeat(item, low) if low > 0:
            node = bare(item)
    if not isinstance(node, CharacterSet):
        return False
    return not any(
        low <= last and first <= high for low, high in node.ranges for first, last in ranges
    )


def _again(node: Repeat, length: int) -> _Effort:
    """Repeats of what has parts: every round can go every way of the last."""
    item = _effort(node.item, None, length)
    # Beyond the least number, a round takes at least one character.
    most = max(node.low, length // max(node.width, 1))
    most = most if node.high is None else min(most, node.high)
    ways, steps, reached = 0, 1, 1
    for count in range(most + 2):
        ways += reached if count >= node.low else 0
        steps += reached * item.steps
        reached *= item.ways
        if steps > STEPS:
            break
    return _Effort(min(STEPS, ways), steps, _CALLS + (most + 1) * item.calls)
