"""Regular expressions as Java writes them, which WireMock's stubs do: translated to ECMA 262's."""

import re
from collections.abc import Callable

from emulator.schema.regex.linear import compile_regex

_BLANK = r"[ \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]"
#: Java's classes by name: what stands between their brackets.
_CLASSES = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "XDigit": "0-9a-fA-F",
    "ASCII": r"\x00-\x7f",
    "Punct": r"!-\/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Space": r" \t\n\x0b\f\r",
    "Cntrl": r"\x00-\x1f\x7f",
}
_NAMED = re.compile(r"\\([pP])\{(\w+)\}")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)
_SIGNS = re.compile(r"[\\^$.*+?()\[\]{}|/-]")
#: Classes in classes: deeper ones are a mistake.
_DEEPEST = 20


def compile_java(pattern: str, *, whole: bool = True, flags: str = "s") -> Callable[[str], bool]:
    """Compile a test as `compile_regex` does; raises ValueError where it can't be run."""
    return compile_regex(as_ecma(pattern), whole=whole, flags=flags)


def as_ecma(pattern: str) -> str:
    """The pattern with Java's own classes and quotes as ECMA 262 has them."""
    made, at = [], 0
    while at < len(pattern):
        if pattern[at] == "[":
            found = _class(pattern, at + 1, 0)
            if found is None:
                return pattern  # not closed: the engine says what is wrong with it
            text, at = found
        elif pattern[at] == "\\":
            text, at = _escape(pattern, at, within=False)
        else:
            text, at = pattern[at], at + 1
        made.append(text)
    return "".join(made)


def _escape(pattern: str, at: int, *, within: bool) -> tuple[str, int]:
    """An escape, and where it ends; `within` a class or not."""
    named = _NAMED.match(pattern, at)
    if named is not None and named[2] in _CLASSES:
        inside, negated = _CLASSES[named[2]], named[1] == "P"
        if within and not negated:
            return inside, named.end()
        return f"[{'^' if negated else ''}{inside}]", named.end()
    quoted = _QUOTED.match(pattern, at)
    if quoted is not None:
        return _SIGNS.sub(lambda sign: "\\" + sign[0], quoted[1]), quoted.end()
    if pattern.startswith("\\h", at):
        return (_BLANK[1:-1] if within else _BLANK), at + 2
    return pattern[at : at + 2], at + 2


def _class(pattern: str, at: int, depth: int) -> tuple[str, int] | None:
    """A class after its bracket, and where it ends; None where it does not, or is too deep."""
    negated = pattern.startswith("^", at)
    at += negated
    operands: list[tuple[list[str], list[str]]] = [([], [])]
    start = at
    while at < len(pattern) and (pattern[at] != "]" or at == start):
        plain, nested = operands[-1]
        if pattern[at] == "[":
            found = _class(pattern, at + 1, depth + 1) if depth < _DEEPEST else None
            if found is None:
                return None
            text, at = found
            nested.append(text)
        elif pattern.startswith("&&", at):
            operands.append(([], []))
            at += 2
        elif pattern[at] == "\\":
            text, at = _escape(pattern, at, within=True)
            (nested if text.startswith("[") else plain).append(text)
        else:
            plain.append("\\]" if pattern[at] == "]" else pattern[at])
            at += 1
    if at >= len(pattern):
        return None
    return _written(operands, negated), at + 1


def _written(operands: list[tuple[list[str], list[str]]], negated: bool) -> str:
    """A class that is what all operands have in common."""
    if len(operands) == 1 and not operands[0][1]:
        return f"[{'^' if negated else ''}{''.join(operands[0][0])}]"
    sets = []
    for plain, nested in operands:
        several = [*([f"[{''.join(plain)}]"] if plain else []), *nested]
        if several:
            sets.append(several[0] if len(several) == 1 else f"(?:{'|'.join(several)})")
    first, *others = sets or ["[]"]
    common = "".join(f"(?={each})" for each in others) + first
    return rf"(?:(?!{common})[\s\S])" if negated else f"(?:{common})"
