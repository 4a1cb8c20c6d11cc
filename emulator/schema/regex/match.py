"""Match a text against a pattern by ECMA 262, in bounded time whatever the pattern.

Python's `re` differs from ECMA-262 (`$`, `\\d`, `\\w`, `\\p{…}`, named groups) and may run for
years on a pattern such as `(a+)+$`; this matcher gives up after a fixed number of steps.
"""

from collections.abc import Callable
from typing import TypeAlias

from emulator.schema.regex.characters import WORD, contains
from emulator.schema.regex.nodes import (
    Alternation,
    BackReference,
    Boundary,
    CharacterSet,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    bare,
)

STEPS = 20_000

_Next: TypeAlias = Callable[[int], bool]


def matches(node: Node, text: str) -> bool:
    """Whether the pattern is found anywhere in the text; False where that takes too long."""
    matcher = _Matcher(text)
    try:
        return any(matcher.at(node, start, _accept) for start in range(len(text) + 1))
    except (_TooLongError, RecursionError):
        return False


class _TooLongError(Exception):
    """The steps are used up."""


def _accept(_position: int) -> bool:
    return True


class _Matcher:
    """Backtracking over one text; what follows a node is passed along as a function."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = STEPS
        self.captured: dict[int, str] = {}

    def at(self, node: Node, i: int, then: _Next) -> bool:
        self.steps -= 1
        if self.steps < 0:
            raise _TooLongError
        match node:
            case CharacterSet(ranges=ranges):
                return i < len(self.text) and contains(ranges, ord(self.text[i])) and then(i + 1)
            case Sequence(items):
                return self.sequence(items, 0, i, then)
            case Alternation(options):
                return any(self.at(option, i, then) for option in options)
            case Repeat():
                return self.repeat(node, i, then)
            case Group():
                return self.group(node, i, then)
            case BackReference(number):
                past = self.captured.get(number, "")
                return self.text.startswith(past, i) and then(i + len(past))
            case Boundary(text):
                return self.boundary(text, i) and then(i)
            case Look():
                return self.look(node, i) is node.positive and then(i)

    def sequence(self, items: tuple[Node, ...], index: int, i: int, then: _Next) -> bool:
        if index == len(items):
            return then(i)
        return self.at(items[index], i, lambda j: self.sequence(items, index + 1, j, then))

    def repeat(self, node: Repeat, i: int, then: _Next) -> bool:
        item = bare(node.item)
        if isinstance(item, CharacterSet):
            return self.run(node, item, i, then)
        return self.again(node, 0, i, then)

    def run(self, node: Repeat, item: CharacterSet, i: int, then: _Next) -> bool:
        """Repeats of one character need no recursion."""
        end = len(self.text) if node.high is None else min(len(self.text), i + node.high)
        j = i
        while j < end and contains(item.ranges, ord(self.text[j])):
            j += 1
        self.steps -= j - i
        return any(then(stop) for stop in range(j, i + node.low - 1, -1))

    def again(self, node: Repeat, count: int, i: int, then: _Next) -> bool:
        def more(j: int) -> bool:
            # A round that took nothing, beyond the least number, would go on for ever.
            return (j > i or count < node.low) and self.again(node, count + 1, j, then)

        if (node.high is None or count < node.high) and self.at(node.item, i, more):
            return True
        return count >= node.low and then(i)

    def group(self, node: Group, i: int, then: _Next) -> bool:
        if not node.number:
            return self.at(node.item, i, then)
        before = self.captured.get(node.number)

        def close(j: int) -> bool:
            self.captured[node.number] = self.text[i:j]
            return then(j)

        if self.at(node.item, i, close):
            return True
        if before is None:
            self.captured.pop(node.number, None)
        else:
            self.captured[node.number] = before
        return False

    def boundary(self, text: str, i: int) -> bool:
        if text == "^":
            return i == 0
        if text == "$":
            return i == len(self.text)
        between = self.is_word(i - 1) != self.is_word(i)
        return between if text == r"\b" else not between

    def is_word(self, i: int) -> bool:
        return 0 <= i < len(self.text) and contains(WORD, ord(self.text[i]))

    def look(self, node: Look, i: int) -> bool:
        if node.ahead:
            return self.at(node.item, i, _accept)
        return any(self.at(node.item, start, i.__eq__) for start in range(i, -1, -1))
