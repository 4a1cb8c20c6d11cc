"""Read the parts of a pattern that match one character: escapes and bracketed classes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from emulator.schema.regex.characters import (
    DIGIT,
    LAST,
    LINE_END,
    PROPERTY_RANGES,
    SPACE,
    WORD,
    Ranges,
    both_cases,
    complement,
    union,
)
from emulator.schema.regex.nodes import CharacterSet

#: Bytes a class compiles to in the validator's engine, measured, rounded up.
CLASS_COSTS: Mapping[str, int] = {
    "a character": 75,
    "another character": 140,
    "any": 1_005,
    ".": 1_045,
    "negated": 1_200,
    "d": 120,
    "w": 140,
    "s": 800,
    "D": 1_200,
    "W": 1_200,
    "S": 2_200,
    "p": 50_000,
}

#: POSIX names inside brackets: not ECMA, but what the author of `[[:alpha:]]` means.
POSIX: Mapping[str, str] = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\x09-\x0d ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}

_CATEGORIES = (
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp "
    "C Cc Cf Co Cn Letter Uppercase_Letter Lowercase_Letter Titlecase_Letter Modifier_Letter "
    "Other_Letter Mark Nonspacing_Mark Spacing_Mark Enclosing_Mark Number Decimal_Number "
    "Letter_Number Other_Number Punctuation Symbol Math_Symbol Currency_Symbol Separator "
    "Space_Separator Other Control Format"
)
_BINARY = "Alphabetic Uppercase Lowercase White_Space ASCII Any Emoji"
_SCRIPTS = (
    "Latin Greek Cyrillic Armenian Hebrew Arabic Devanagari Bengali Tamil Thai Georgian Hangul "
    "Hiragana Katakana Han Common Inherited"
)

#: Values of `\p{…}` by the property named before `=`; without one, of the empty name.
PROPERTIES: Mapping[str, frozenset[str]] = {
    "": frozenset(f"{_CATEGORIES} {_BINARY}".split()),
    **dict.fromkeys(("General_Category", "gc"), frozenset(_CATEGORIES.split())),
    **dict.fromkeys(("Script", "sc", "Script_Extensions", "scx"), frozenset(_SCRIPTS.split())),
}

_SYNTAX = frozenset("\\^$.|?*+()[]{}")
_SYNTAX_IN_CLASS = frozenset("\\^[]-&~")
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_PERL_RANGES = {"d": DIGIT, "w": WORD, "s": SPACE}
_PERL_CLASS = re.compile(r"[dDwWsS]")
# Halves of a surrogate pair are no characters: strings here are Unicode, not UTF-16.
_CODE = re.compile(
    r"x([0-9a-fA-F]{2})|u((?![dD][89a-fA-F])[0-9a-fA-F]{4})"
    r"|u\{(?!0{0,2}[dD][89a-fA-F][0-9a-fA-F]{2}\})([0-9a-fA-F]{1,6})\}"
)
_SURROGATES = re.compile(r"u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_CONTROL_LETTER = re.compile(r"c([A-Za-z])")
_PROPERTY = re.compile(r"[pP]\{(\w+)(?:=(\w+))?\}")
_POSIX_CLASS = re.compile(r"\[:(\w+):\]")


class PatternError(ValueError):
    """A pattern, or a part of one, that no ECMA engine in Unicode mode compiles."""


class Scanner(Struct):
    """A pattern and how far it has been read."""

    source: str
    at: int = 0
    #: Whether letters match in both cases here.
    ignore_case: bool = False
    #: Whether the characters of every Unicode property so far are known.
    known: bool = True

    def take(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """Read what the expression matches here; None if it does not."""
        found = expression.match(self.source, self.at)
        if found:
            self.at = found.end()
        return found

    def skip(self, text: str) -> bool:
        """Read the text if it is next, and say whether it was."""
        found = self.source.startswith(text, self.at)
        self.at += len(text) * found
        return found


_HYPHEN = CharacterSet(r"\-", 20, ((45, 45),))  # unescaped, so it may stand in a range
ANY_BUT_LINE_END = CharacterSet(".", CLASS_COSTS["."], complement(LINE_END))


@lru_cache(maxsize=4096)
def literal(char: str, ignore_case: bool) -> CharacterSet:
    """A character that matches itself."""
    cost = CLASS_COSTS["a character" if char.isascii() else "another character"]
    return CharacterSet(_quote(char, _SYNTAX), cost, _cased(((ord(char), ord(char)),), ignore_case))


def class_escape(scanner: Scanner) -> CharacterSet | None:
    """`\\d`, `\\p{L}` and their like, which mean the same in and outside of a class."""
    ranges: Ranges | None
    if found := scanner.take(_PERL_CLASS):
        cost, ranges = CLASS_COSTS[found[0]], _PERL_RANGES[found[0].lower()]
    elif found := scanner.take(_PROPERTY):
        name, value = (found[1], found[2]) if found[2] else ("", found[1])
        if value not in PROPERTIES.get(name, ()):
            raise PatternError
        cost, ranges = CLASS_COSTS["p"], PROPERTY_RANGES.get(value)
        scanner.known = scanner.known and ranges is not None
    else:
        return None
    ranges = complement(ranges or ()) if found[0][0].isupper() else union(ranges or ())
    return CharacterSet("\\" + found[0], cost, _cased(ranges, scanner.ignore_case))


def character_escape(scanner: Scanner) -> str:
    """The one character an escape means; the backslash has been read."""
    if found := scanner.take(_CODE):
        return _character(int(found[1] or found[2] or found[3], 16))
    if found := scanner.take(_SURROGATES):
        high, low = int(found[1], 16), int(found[2], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    if found := scanner.take(_CONTROL_LETTER):
        return chr(ord(found[1]) % 32)
    char = scanner.source[scanner.at : scanner.at + 1]
    scanner.at += 1
    if char in _CONTROLS:
        return _CONTROLS[char]
    if char == "0" and not scanner.source[scanner.at : scanner.at + 1].isdigit():
        return "\0"
    if not char or (char.isascii() and char.isalnum()):
        raise PatternError
    return char


def character_class(scanner: Scanner) -> CharacterSet:
    """A bracketed class; the opening bracket has been read."""
    negated = scanner.skip("^")
    items: list[CharacterSet | str] = []  # a str is a character, which may be the end of a range
    while not scanner.skip("]"):
        items.append(_class_item(scanner))
    if not items:  # ECMA's ways of writing "any" and "none"; an error or a bracket elsewhere
        text = r"[\s\S]" if negated else r"[^\s\S]"
        return CharacterSet(text, CLASS_COSTS["any"], complement(()) if negated else ())
    parts = list(_join_ranges(items))
    texts = [part.text for part in parts]
    ranges = _cased([each for part in parts for each in part.ranges], scanner.ignore_case)
    if negated:
        ranges = complement(ranges)
    text = f"[{'^' * negated}{''.join(texts)}]"
    if r"\s" in texts and r"\S" in texts:
        return CharacterSet(text, CLASS_COSTS["any"], ranges)
    cost = sum(part.cost for part in parts)
    return CharacterSet(text, cost + (CLASS_COSTS["negated"] if negated else 60), ranges)


def _class_item(scanner: Scanner) -> CharacterSet | str:
    if scanner.at >= len(scanner.source):
        raise PatternError
    if posix := scanner.take(_POSIX_CLASS):
        if posix[1] not in POSIX:
            raise PatternError
        text = POSIX[posix[1]]
        return CharacterSet(text, 300, character_class(Scanner(text + "]")).ranges)
    char = scanner.source[scanner.at]
    scanner.at += 1
    if char != "\\":
        return _HYPHEN if char == "-" else char
    if scanner.skip("b"):
        return "\b"
    return class_escape(scanner) or character_escape(scanner)


def _join_ranges(items: list[CharacterSet | str]) -> Iterator[CharacterSet]:
    """The items with `a-z` joined; a hyphen beside a class such as `\\w` is a hyphen (annex B)."""
    index = 0
    while index < len(items):
        first, last = _end(items, index), _end(items, index + 2)
        item = items[index]
        if first and last and items[index + 1] is _HYPHEN:
            if first > last:
                raise PatternError
            text = f"{_quote(first, _SYNTAX_IN_CLASS)}-{_quote(last, _SYNTAX_IN_CLASS)}"
            cost = 20 if last.isascii() else 600
            yield CharacterSet(text, cost, ((ord(first), ord(last)),))
            index += 3
            continue
        if isinstance(item, str):
            cost = 20 if item.isascii() else 120
            item = CharacterSet(_quote(item, _SYNTAX_IN_CLASS), cost, ((ord(item), ord(item)),))
        yield item
        index += 1


def _end(items: list[CharacterSet | str], index: int) -> str | None:
    """The item as an end of a range; None if it is none."""
    item = items[index] if index < len(items) else None
    if item is _HYPHEN:
        return "-"
    return item if isinstance(item, str) else None


def _quote(char: str, syntax: frozenset[str]) -> str:
    """The character as it is written among characters that mean something else."""
    if char in syntax:
        return "\\" + char
    return char if char >= " " and char != "\x7f" else f"\\x{ord(char):02x}"


def _character(code: int) -> str:
    if code > LAST:
        raise PatternError
    return chr(code)


def _cased(ranges: Iterable[tuple[int, int]], ignore_case: bool) -> Ranges:
    return both_cases(ranges) if ignore_case else union(ranges)
