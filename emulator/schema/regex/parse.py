"""Regular expressions of ECMA-262 (and what documents write instead) as a tree of nodes."""

from functools import lru_cache

from emulator.schema.regex.nodes import (
    DIGIT,
    LINE_END,
    PROPERTIES,
    SPACE,
    WORD,
    Alternation,
    BackReference,
    Boundary,
    CharacterSet,
    Group,
    Look,
    Node,
    Ranges,
    Repeat,
    Sequence,
    character_set,
    width,
)

LONGEST = 5_000
DEEPEST = 60

_CLASSES: dict[str, tuple[Ranges, bool]] = {
    "d": (DIGIT, False),
    "D": (DIGIT, True),
    "w": (WORD, False),
    "W": (WORD, True),
    "s": (SPACE, False),
    "S": (SPACE, True),
}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_BOUNDARIES = {"b": "b", "B": "B", "A": "^", "Z": "$", "z": "$"}
_LOOKS = (("?=", True, True), ("?!", True, False), ("?<=", False, True), ("?<!", False, False))


class PatternError(ValueError):
    """A pattern that is not a regular expression, or one too long or deep to read."""


@lru_cache(maxsize=2048)
def parse(pattern: str) -> Node:
    """The tree of a pattern; raises PatternError."""
    if len(pattern) > LONGEST:
        raise PatternError(f"the pattern has more than {LONGEST} characters")
    try:
        parser = _Parser(pattern)
        node = parser.alternation()
    except IndexError:
        raise PatternError("the pattern ends too early") from None
    if parser.at < len(pattern):
        raise PatternError(f"unexpected {pattern[parser.at]!r} at {parser.at}")
    return node


class _Parser:
    """Recursive descent over one pattern; `at` is the position of the next character."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.groups = 0
        self.names: dict[str, int] = {}
        self.depth = 0
        self.ignore_case = False

    def take(self, prefix: str) -> bool:
        if self.text.startswith(prefix, self.at):
            self.at += len(prefix)
            return True
        return False

    def next(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def until(self, end: str) -> str:
        stop = self.text.find(end, self.at)
        if stop < 0:
            raise PatternError(f"no {end!r} after {self.at}")
        found, self.at = self.text[self.at : stop], stop + 1
        return found

    def alternation(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise PatternError("the pattern is nested too deeply")
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def sequence(self) -> Node:
        items: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            items.append(self.quantified(self.atom()))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def quantified(self, item: Node) -> Node:
        bounds = self.quantifier()
        while bounds:
            item = Repeat(item, *bounds, width(item))
            bounds = self.quantifier()
        return item

    def quantifier(self) -> tuple[int, int | None] | None:
        start = self.at
        bounds: tuple[int, int | None] | None = None
        if self.take("*"):
            bounds = (0, None)
        elif self.take("+"):
            bounds = (1, None)
        elif self.take("?"):
            bounds = (0, 1)
        elif self.take("{"):
            bounds = self.counts()
            if bounds is None:  # a brace that counts nothing stands for itself (Annex B)
                self.at = start
        if bounds and not self.take("?"):  # lazy or possessive: the same strings match
            self.take("+")
        return bounds

    def counts(self) -> tuple[int, int | None] | None:
        low, comma, high = self.text[self.at : self.at + 24].partition("}")[0].partition(",")
        if not low or not all(c in "0123456789" for c in low + high):
            return None
        self.until("}")
        if not comma:
            return int(low), int(low)
        bounds = int(low), int(high) if high else None
        if bounds[1] is not None and bounds[1] < bounds[0]:
            raise PatternError("a count's bounds are out of order")
        return bounds

    def atom(self) -> Node:
        character = self.next()
        if character == "(":
            return self.group()
        if character == "[":
            return self.bracket()
        if character == "\\":
            return self.escape()
        if character == ".":
            return character_set(LINE_END, negated=True)
        if character in "^$":
            return Boundary(character)
        if character in "*+?":
            raise PatternError(f"nothing to repeat at {self.at - 1}")
        return self.literal(ord(character))

    def literal(self, code: int) -> CharacterSet:
        return character_set(self.cases(((code, code),)))

    def cases(self, ranges: Ranges) -> Ranges:
        if not self.ignore_case:
            return ranges
        more = list(ranges)
        for low, high in ranges:
            for start, shift in ((0x41, 32), (0x61, -32)):
                first, last = max(low, start), min(high, start + 25)
                if first <= last:
                    more.append((first + shift, last + shift))
        return tuple(more)

    def group(self) -> Node:
        for prefix, ahead, positive in _LOOKS:
            if self.take(prefix):
                return Look(self.closed(), ahead, positive)
        if self.take("?:") or self.take("?>"):
            return self.closed()
        if self.take("?P<") or self.take("?<"):
            name = self.until(">")
            self.groups += 1
            self.names[name] = self.groups
        elif self.take("?P="):
            return BackReference(self.names.get(self.until(")"), 0))
        elif self.take("?"):
            return self.flags()
        else:
            self.groups += 1
        number = self.groups
        return Group(self.closed(), number)

    def flags(self) -> Node:
        flags = ""
        while self.text[self.at] not in ":)":
            flags += self.next()
        if not flags or flags.strip("imsxu-"):
            raise PatternError(f"unknown group at {self.at}")
        before, self.ignore_case = self.ignore_case, "i" in flags.partition("-")[0]
        if self.take(")"):
            return Sequence(())
        self.next()
        item = self.closed()
        self.ignore_case = before
        return item

    def closed(self) -> Node:
        item = self.alternation()
        if not self.take(")"):
            raise PatternError("a group is not closed")
        return item

    def escape(self) -> Node:
        character = self.text[self.at]
        if character in _BOUNDARIES:
            self.at += 1
            return Boundary(_BOUNDARIES[character])
        if character in "123456789":
            return self.numbered()
        if self.take("k<"):
            return BackReference(self.names.get(self.until(">"), 0))
        return character_set(self.cases(self.escaped()))

    def numbered(self) -> Node:
        digits = ""
        while self.at < len(self.text) and self.text[self.at] in "0123456789" and len(digits) < 3:
            digits += self.next()
        return BackReference(int(digits))

    def escaped(self) -> Ranges:
        """What an escape that is the same inside and outside of brackets stands for."""
        character = self.next()
        if character in _CLASSES:
            ranges, negated = _CLASSES[character]
            return character_set(ranges, negated=negated).ranges
        if character in "pP":
            return self.unicode_property(negated=character == "P")
        code = self.code_point(character)
        return ((code, code),)

    def code_point(self, character: str) -> int:
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character == "c":
            return ord(self.next()) % 32
        if character in "xu" and self.take("{"):
            return self.hexadecimal(self.until("}"))
        if character in "xu":
            size = 2 if character == "x" else 4
            self.at += size
            return self.hexadecimal(self.text[self.at - size : self.at].ljust(size, "?"))
        return ord(character)

    def hexadecimal(self, digits: str) -> int:
        try:
            code = int(digits, 16)
        except ValueError:
            raise PatternError(f"{digits!r} is not a hexadecimal number") from None
        if not 0 <= code <= 0x10FFFF:
            raise PatternError(f"{digits!r} is not a code point")
        return code

    def unicode_property(self, *, negated: bool) -> Ranges:
        name = self.until("}")[1:] if self.text[self.at] == "{" else self.next()
        ranges = PROPERTIES.get(name.rpartition("=")[2].lstrip("^"))
        if ranges is None:
            raise PatternError(f"the Unicode property {name!r} is not known here")
        return character_set(ranges, negated=negated).ranges

    def bracket(self) -> Node:
        negated = self.take("^")
        ranges: list[tuple[int, int]] = []
        while not self.take("]"):
            first = self.member()
            if self.text[self.at] == "-" and self.text[self.at + 1] != "]" and _single(first):
                self.at += 1
                last = self.member()
                if not _single(last):  # [\w-.] in Annex B: all three stand for themselves
                    ranges += [*first, (45, 45), *last]
                    continue
                if last[0][0] < first[0][0]:
                    raise PatternError("a range of characters is out of order")
                ranges.append((first[0][0], last[0][0]))
            else:
                ranges += first
        made = character_set(self.cases(tuple(ranges)), negated=negated)
        return made

    def member(self) -> Ranges:
        character = self.next()
        if character != "\\":
            return ((ord(character), ord(character)),)
        if self.take("b"):
            return ((8, 8),)
        return self.escaped()


def _single(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]
