"""Draw texts that match a pattern and have a length."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from emulator.schema.draws import Word
from emulator.schema.regex.classes import PatternError
from emulator.schema.regex.common import common_sampler
from emulator.schema.regex.match import matches
from emulator.schema.regex.nodes import (
    Node,
    width,
)
from emulator.schema.regex.parse import parse
from emulator.schema.regex.plain import LONGEST, plain_sampler
from emulator.schema.regex.quick import quickened
from emulator.schema.regex.walk import PatternWalk, walker

ATTEMPTS = 40
#: How often, where it takes long to see whether a text matches.
_FEW = 8
#: Longer texts are only drawn where they are known to match: to try them takes long.
LONG = 2_000
#: Longer patterns are not matched, and no text is drawn for them.
LONGEST_PATTERN = 5_000


def accepts(pattern: str, text: str) -> bool:
    """Whether the text matches; False for a pattern that can't be read or takes too long."""
    return matcher(pattern)(text)


def matcher(pattern: str) -> Callable[[str], bool]:
    """What says whether a text matches, as `accepts` does."""
    read = _read(pattern)
    return _refuse if read is None else read.accepts


def sample(pattern: str, word: Word, low: int, high: int) -> str | None:
    """A text of `low` to `high` characters that matches the pattern, or None."""
    return sampler(pattern, low, high)(word)


class _Read(NamedTuple):
    """A pattern, and whether a text matches it: False where that takes too long.

    Texts as long as `surely` never take too long.
    """

    node: Node
    accepts: Callable[[str], bool]
    surely: int
    #: Whether nothing in it looks around or back.
    linear: bool


@lru_cache(maxsize=2048)
def sampler(pattern: str, low: int, high: int) -> Callable[[Word], str | None]:
    """Draws texts of `low` to `high` characters that match the pattern, or None."""
    read = _read(pattern)
    if read is None:
        return _nothing
    least = width(read.node)
    if least > min(high, LONGEST) or low > LONGEST:
        return _nothing
    searched = None if read.linear else common_sampler((pattern,), low, high)
    return searched or _walked(read, least, low, high)


def _walked(read: _Read, least: int, low: int, high: int) -> Callable[[Word], str | None]:
    node, accepts, surely, _ = read
    walked, plain = walker(node), plain_sampler(node, least, low, high)
    if plain and plain.length is not None and low <= plain.length <= high:
        return plain.draw
    if low > LONG and not (plain and plain.sure):
        return _nothing

    def sample(word: Word) -> str | None:
        for attempt in range(ATTEMPTS if surely else _FEW):
            if plain is not None and not attempt:
                text = plain.draw(word)
                if plain.sure and low <= len(text) <= high:
                    return text
            else:
                text = walked(PatternWalk(word, least, low, high, attempt))
            if len(text) < low:
                text = _padded(read, text, low - len(text))
            if low <= len(text) <= high and accepts(text):
                return text
        return None

    return sample


def _refuse(_: str) -> bool:
    return False


def _nothing(_: Word) -> None:
    return None


def _prepared(node: Node, linear: bool) -> _Read:
    quick = quickened(node)
    if quick is None:
        return _Read(node, lambda text: matches(node, text), 0, linear)
    search, longest = quick.expression.search, quick.longest

    def accepts(text: str) -> bool:
        return search(text) is not None if len(text) <= longest else matches(node, text)

    return _Read(node, accepts, longest, linear)


@lru_cache(maxsize=2048)
def _read(pattern: str) -> _Read | None:
    """A pattern; None for one that can't be read, or matched."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        parsed = parse(pattern)
    except PatternError:
        return None
    return _prepared(parsed.root, parsed.linear) if parsed.known else None


def _padded(read: _Read, text: str, missing: int) -> str:
    """Pad the text at the end where the pattern allows it, else at the start."""
    padding = "a" * missing
    return text + padding if read.accepts(text + padding) else padding + text
