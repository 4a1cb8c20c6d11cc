"""Regular expressions of ECMA 262, as JSON Schema has them, as a tree of nodes.

What only ECMA knows is read (annex B's lenient escapes, `[^]`, unescaped brackets, surrogate pairs,
named groups), and so is what authors write instead: `\\A`, `\\Z`, `(?P<name>…)`, `(?i)`, POSIX
classes. What no ECMA engine in Unicode mode compiles is refused.
"""

import re

from msgspec import Struct, field

from emulator.schema.regex.classes import (
    ANY_BUT_LINE_END,
    PatternError,
    Scanner,
    character_class,
    character_escape,
    class_escape,
    literal,
)
from emulator.schema.regex.nodes import (
    Alternation,
    BackReference,
    Boundary,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    width,
)

_MAX_GROUP_DEPTH = 40
_MAX_LENGTH = 20_000
_COUNTS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_BRACES = re.compile(r"\{([0-9]{1,6})(,)?([0-9]{1,6})?\}")
_NO_MINIMUM = re.compile(r"\{,[0-9]+\}")
_LOOKAROUND = re.compile(r"\?<?[=!]")
_NAMED_GROUP = re.compile(r"\?P?<([A-Za-z_$][\w$]*)>")
_FLAGS = re.compile(r"\?[ims]+(?=[:)])")
_REFERENCE = re.compile(r"k<([^>]*)>|([1-9][0-9]?)")
#: `\\A` and `\\z` are how Python, Ruby and .NET write ^ and $.
_BOUNDARIES = {"b": r"\b", "B": r"\B", "A": "^", "Z": "$", "z": "$"}


class Pattern(Struct, frozen=True):
    """A pattern as a tree. `linear`: it has no lookaround and no backreference.

    `known`: the characters of all its Unicode properties are. `ambiguous`: it has `{,3}`, which is
    text to ECMA and "at most" to its author.
    """

    root: Node
    linear: bool
    known: bool
    ambiguous: bool


def parse(pattern: str) -> Pattern:
    """The tree of a pattern; raises PatternError."""
    if len(pattern) > _MAX_LENGTH:
        raise PatternError
    parser = _PatternParser(pattern)
    root = parser.alternation()
    # A reference may stand before its group; a number without a group is an octal escape.
    if parser.at < len(pattern) or parser.highest_reference > parser.groups:
        raise PatternError
    return Pattern(root, parser.linear, parser.known, parser.ambiguous)


class _PatternParser(Scanner):
    """Recursive descent over one pattern."""

    depth: int = 0
    groups: int = 0
    linear: bool = True
    ambiguous: bool = False
    names: dict[str, int] = field(default_factory=dict)
    highest_reference: int = 0

    def alternation(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_GROUP_DEPTH:
            raise PatternError
        options = [self.sequence()]
        while self.skip("|"):
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def sequence(self) -> Node:
        items: list[Node] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            items.append(self.quantified(self.atom()))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def quantified(self, item: Node) -> Node:
        """The item with the quantifier that follows it, if one does."""
        start = self.at
        low: int
        high: int | None
        if self.next() in _COUNTS:
            low, high = _COUNTS[self.next()]
            self.at += 1
        elif braces := self.take(_BRACES):
            low = int(braces[1])
            high = int(braces[3]) if braces[3] else None if braces[2] else low
            if (braces[3] and not braces[2]) or (high is not None and low > high):
                raise PatternError
        else:
            return item
        self.skip("?")
        # The backtracking engine has nothing to repeat in `(?:)*`; `a++` is another dialect's.
        nothing = isinstance(item, Group) and item.item == Sequence(())
        if nothing or isinstance(item, Boundary | Look) or self.next() in _COUNTS:
            raise PatternError
        return Repeat(item, low, high, self.source[start : self.at], width(item))

    def next(self) -> str:
        """The next character, not read yet; empty at the end."""
        return self.source[self.at : self.at + 1]

    def atom(self) -> Node:
        char = self.source[self.at]
        if char in _COUNTS or _BRACES.match(self.source, self.at):
            raise PatternError  # nothing to repeat
        self.ambiguous = self.ambiguous or bool(_NO_MINIMUM.match(self.source, self.at))
        self.at += 1
        match char:
            case "(":
                return self.group()
            case "[":
                return character_class(self)
            case "\\":
                return self.escape()
            case "^" | "$":
                return Boundary(char)
            case ".":
                return ANY_BUT_LINE_END
        return literal(char, self.ignore_case)

    def group(self) -> Node:
        if self.skip("?:"):
            return Group(self.closed(), "(?:")
        if found := self.take(_LOOKAROUND):
            self.linear = False
            return Look(self.closed(), "(" + found[0])
        if found := self.take(_FLAGS):
            return self.flagged(found[0])
        if found := self.take(_NAMED_GROUP):
            if found[1] in self.names:
                raise PatternError
            self.names[found[1]] = self.groups + 1
        elif self.next() == "?":
            raise PatternError
        self.groups += 1
        number = self.groups
        return Group(self.closed(), number=number)

    def closed(self) -> Node:
        item = self.alternation()
        if not self.skip(")"):
            raise PatternError
        return item

    def flagged(self, flags: str) -> Node:
        """`(?i)` at the start, or `(?i:…)`: not ECMA before 2025, but every engine knows it."""
        before, self.ignore_case = self.ignore_case, self.ignore_case or "i" in flags
        if self.skip(":"):
            item = self.closed()
            self.ignore_case = before
            return Group(item, f"({flags}:")
        if self.at != 1 + len(flags) or not self.skip(")"):
            raise PatternError
        return Group(self.alternation(), f"({flags})")

    def escape(self) -> Node:
        """An escape outside of a class; the backslash has been read."""
        if boundary := _BOUNDARIES.get(self.next()):
            self.at += 1
            return Boundary(boundary)
        if found := self.take(_REFERENCE):
            number = self.names.get(found[1], 100) if found[1] is not None else int(found[2])
            self.highest_reference = max(self.highest_reference, number)
            self.linear = False
            return BackReference(number)
        return class_escape(self) or literal(character_escape(self), self.ignore_case)
