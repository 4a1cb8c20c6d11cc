"""Patterns of ECMA 262 into what validators compile: the dialect of Rust's engines.

Its linear engine can do everything but lookaround and backreferences; those need a backtracking
engine with a limit. What means the same to both and to ECMA passes unchanged. What would compile to
more than the engine's 10 MB has no translation.
"""

import re

from msgspec import Struct

from emulator.schema.regex.classes import PatternError
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
)
from emulator.schema.regex.parse import parse

_COST_LIMIT = 10_200_000  # the engine refuses more than 10 MiB of compiled program
_FLAGGED = re.compile(r"\(\?[ims]")
_DELIMITED = re.compile(r"/(\^.*\$)/([gimsuy]*)", re.DOTALL)


class Translation(Struct, frozen=True):
    """A pattern in the validator's dialect; `linear`: it runs in linear time."""

    text: str
    linear: bool


def translate(pattern: str) -> Translation | None:
    """The pattern in the validator's dialect, or None if no ECMA engine would compile it.

    Translating a translation changes nothing.
    """
    if delimited := _DELIMITED.fullmatch(pattern):
        # `/^a$/i` is JavaScript's literal, not its pattern: read as a pattern it matches nothing.
        flags = "".join(flag for flag in "ims" if flag in delimited[2])
        pattern = f"(?{flags})" * bool(flags) + delimited[1]
    try:
        parsed = parse(pattern)
        text, _ = _written(parsed.root)
    except PatternError:
        return None
    return None if parsed.ambiguous else Translation(text, parsed.linear)


def refusal(pattern: str) -> str:
    """Why a pattern has no translation."""
    try:
        parsed = parse(pattern)
    except PatternError:
        return "is no regular expression that can be used (ECMA 262)"
    if parsed.ambiguous:
        return "is ambiguous: `{,n}` is text in ECMA 262, and `at most n` elsewhere; say `{0,n}`"
    return "is a regular expression that compiles to too much"


def _written(node: Node) -> tuple[str, int]:
    """The text of a node, and about the bytes that it compiles to."""
    match node:
        case CharacterSet(text, cost):
            pass
        case Boundary(text):
            cost = 20
        case BackReference(number):
            text, cost = f"\\{number}", 60
        case Sequence(items):
            text, cost = _in_a_row([_written(item) for item in items])
        case Alternation(options):
            texts, costs = zip(*map(_written, options), strict=True)
            text, cost = "|".join(texts), sum(costs) + 40 * (len(costs) - 1)
        case Repeat(item, text=quantifier):
            text, cost = _written(item)
            text, cost = text + quantifier, (cost + 5) * _copies(node)
        case Group(item, prefix) | Look(item, prefix):
            text, cost = _written(item)
            if not prefix.endswith(")"):
                text, cost = text + ")", cost + 60
            text, cost = prefix + text, cost * (3 if _FLAGGED.match(prefix) else 1)
    if cost > _COST_LIMIT:
        raise PatternError
    return text, cost


def _in_a_row(parts: list[tuple[str, int]]) -> tuple[str, int]:
    texts = [text for text, _ in parts]
    for index, text in enumerate(texts[1:]):
        if texts[index][:1] == "\\" and texts[index][1:].isdigit() and text[:1].isdigit():
            texts[index] = f"(?:{texts[index]})"  # a reference beside a digit that is none of it
    return "".join(texts), sum(cost for _, cost in parts)


def _copies(repeat: Repeat) -> int:
    """How many copies of its item a repetition compiles to."""
    if repeat.text[0] != "{":
        return 2
    if "," in repeat.text and repeat.high is not None:
        return max(repeat.high, 1)
    return max(repeat.low, 1) + 1
