"""Regular expressions: ECMA 262, as JSON Schema has them, into what validators compile.

The validator reads Rust's dialect. Its linear engine can do everything but lookaround and
backreferences; those need a backtracking engine with a limit. What means the same to both and to
ECMA passes unchanged; what only ECMA knows (annex B's lenient escapes, `[^]`, unescaped brackets,
surrogate pairs, named groups) is written otherwise; what no ECMA engine in Unicode mode compiles,
or what would compile to more than the engine's 10 MB, has no translation.
"""

import re
from dataclasses import dataclass, field

from emulator.schema.regex.classes import (
    CLASS_COSTS,
    Piece,
    Scanner,
    UnsupportedError,
    character_class,
    character_escape,
    class_escape,
    quote,
)

_COST_LIMIT = 10_200_000  # the engine refuses more than 10 MiB of compiled program
_MAX_GROUP_DEPTH = 40
_MAX_LENGTH = 20_000
_SYNTAX = frozenset("\\^$.|?*+()[]{}")
_BRACES = re.compile(r"\{([0-9]{1,6})(,)?([0-9]{1,6})?\}")
_NO_MINIMUM = re.compile(r"\{,[0-9]+\}")  # text to ECMA, "at most" to its author
_LOOKAROUND = re.compile(r"\?<?[=!]")
_NAMED_GROUP = re.compile(r"\?P?<([A-Za-z_$][\w$]*)>")
_FLAGS = re.compile(r"\?[ims]+(?=[:)])")
_REFERENCE = re.compile(r"k<([^>]*)>|([1-9][0-9]?)")
_ENDS = re.compile(r"[AzZ]")  # how Python, Ruby and .NET write ^ and $
_DELIMITED = re.compile(r"/(\^.*\$)/([gimsuy]*)", re.DOTALL)


@dataclass(slots=True)
class _Parser(Scanner):
    depth: int = 0
    groups: int = 0
    linear: bool = True
    names: dict[str, int] = field(default_factory=dict)
    highest_reference: int = 0


def translate_pattern(pattern: str) -> str | None:
    """The pattern in the validator's dialect, or None if no ECMA engine would compile it.

    Translating a translation changes nothing.
    """
    parsed = _parse(pattern)
    return parsed[0] if parsed else None


def is_supported_pattern(pattern: str) -> bool:
    """Whether the pattern runs in linear time: translatable, no lookaround, no backreference."""
    parsed = _parse(pattern)
    return parsed is not None and parsed[1]


def _parse(pattern: str) -> tuple[str, bool] | None:
    """The translation, and whether the linear engine can run it."""
    if len(pattern) > _MAX_LENGTH:
        return None
    flags = ""
    if delimited := _DELIMITED.fullmatch(pattern):
        # `/^a$/i` is JavaScript's literal, not its pattern: read as a pattern it matches nothing.
        pattern = delimited[1]
        flags = "".join(flag for flag in "ims" if flag in delimited[2])
    parser = _Parser(f"(?{flags})" + pattern if flags else pattern)
    try:
        piece = _disjunction(parser)
    except UnsupportedError:
        return None
    # A reference may stand before its group; a number without a group is an octal escape.
    if parser.at < len(parser.source) or parser.highest_reference > parser.groups:
        return None
    return piece.text, parser.linear


def _disjunction(parser: _Parser) -> Piece:
    parser.depth += 1
    if parser.depth > _MAX_GROUP_DEPTH:
        raise UnsupportedError
    branches = [_alternative(parser)]
    while parser.skip("|"):
        branches.append(_alternative(parser))
    parser.depth -= 1
    cost = sum(branch.cost for branch in branches) + 40 * (len(branches) - 1)
    return Piece("|".join(branch.text for branch in branches), cost)


def _alternative(parser: _Parser) -> Piece:
    texts: list[str] = []
    cost = 0
    while parser.at < len(parser.source) and parser.source[parser.at] not in "|)":
        piece = _quantified(parser, _atom(parser))
        texts.append(piece.text)
        cost += piece.cost
        if cost > _COST_LIMIT:
            raise UnsupportedError
    return Piece("".join(texts), cost)


def _quantified(parser: _Parser, atom: Piece) -> Piece:
    """The atom with the quantifier that follows it, if one does."""
    if parser.source[parser.at : parser.at + 1] in ("*", "+", "?"):
        text, times = parser.source[parser.at], 2
        parser.at += 1
    elif braces := parser.take(_BRACES):
        low, high = int(braces[1]), int(braces[3] or braces[1])
        if low > high or (braces[3] and not braces[2]):
            raise UnsupportedError
        text, times = braces[0], max(high, 1) + (braces[3] is None)
    else:
        return atom
    if not atom.quantifiable:
        raise UnsupportedError
    text += "?" * parser.skip("?")
    if parser.source[parser.at : parser.at + 1] in ("*", "+", "?"):
        raise UnsupportedError  # nothing to repeat, or another dialect's possessive quantifier
    return Piece(atom.text + text, (atom.cost + 5) * times, quantifiable=False)


def _atom(parser: _Parser) -> Piece:
    char = parser.source[parser.at]
    if char in "*+?" or _BRACES.match(parser.source, parser.at):
        raise UnsupportedError  # nothing to repeat
    if _NO_MINIMUM.match(parser.source, parser.at):
        raise UnsupportedError
    parser.at += 1
    match char:
        case "(":
            return _group(parser)
        case "[":
            return character_class(parser)
        case "\\":
            return _escape(parser)
        case "^" | "$":
            return Piece(char, 20, quantifiable=False)
        case ".":
            return Piece(char, CLASS_COSTS["."])
    return _literal(char)


def _literal(char: str) -> Piece:
    size = "a character" if char.isascii() else "another character"
    return Piece(quote(char, _SYNTAX), CLASS_COSTS[size])


def _group(parser: _Parser) -> Piece:
    if not parser.source.startswith("?", parser.at):
        parser.groups += 1
        return _rest_of_group(parser, "(")
    if parser.skip("?:"):
        return _rest_of_group(parser, "(?:")
    if found := parser.take(_LOOKAROUND):
        parser.linear = False
        piece = _rest_of_group(parser, "(" + found[0])
        return Piece(piece.text, piece.cost, quantifiable=False)
    if found := parser.take(_NAMED_GROUP):
        parser.groups += 1
        if found[1] in parser.names:
            raise UnsupportedError
        parser.names[found[1]] = parser.groups
        return _rest_of_group(parser, "(")
    if found := parser.take(_FLAGS):
        return _flagged(parser, found[0])
    raise UnsupportedError


def _rest_of_group(parser: _Parser, prefix: str) -> Piece:
    body = _disjunction(parser)
    if not parser.skip(")"):
        raise UnsupportedError
    # The backtracking engine has nothing to repeat in `(?:)*`.
    return Piece(f"{prefix}{body.text})", body.cost + 60, quantifiable=bool(body.text))


def _flagged(parser: _Parser, flags: str) -> Piece:
    """`(?i)` at the start, or `(?i:…)`: not ECMA before 2025, but every engine knows it."""
    if parser.skip(":"):
        piece = _rest_of_group(parser, f"({flags}:")
        return Piece(piece.text, 3 * piece.cost, piece.quantifiable)
    if parser.at != 1 + len(flags) or not parser.skip(")"):
        raise UnsupportedError
    rest = _disjunction(parser)
    if 3 * rest.cost > _COST_LIMIT:
        raise UnsupportedError
    return Piece(f"({flags}){rest.text}", 3 * rest.cost, quantifiable=False)


def _escape(parser: _Parser) -> Piece:
    """An escape outside of a class; the backslash has been read."""
    if found := parser.take(_ENDS):
        return Piece("^" if found[0] == "A" else "$", 20, quantifiable=False)
    if parser.source[parser.at : parser.at + 1] in ("b", "B"):
        parser.at += 1
        return Piece("\\" + parser.source[parser.at - 1], 20, quantifiable=False)
    if found := parser.take(_REFERENCE):
        number = parser.names.get(found[1], 100) if found[1] is not None else int(found[2])
        parser.highest_reference = max(parser.highest_reference, number)
        parser.linear = False
        followed = parser.source[parser.at : parser.at + 1].isdigit()
        return Piece(f"(?:\\{number})" if followed else f"\\{number}", 60)
    return class_escape(parser) or _literal(character_escape(parser))
