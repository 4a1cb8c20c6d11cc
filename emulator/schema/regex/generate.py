"""Draw texts that match a pattern and have a length."""

from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import NamedTuple

from emulator.schema.draws import below, between, letters, pick
from emulator.schema.regex.classes import PatternError
from emulator.schema.regex.match import matches
from emulator.schema.regex.nodes import (
    Alternation,
    BackReference,
    CharacterSet,
    Group,
    Node,
    Repeat,
    Sequence,
    bare,
    width,
)
from emulator.schema.regex.parse import parse
from emulator.schema.regex.plain import LONGEST, USUAL, plain_sampler
from emulator.schema.regex.quick import quickened

ATTEMPTS = 40
#: Longer patterns are not matched, and no text is drawn for them.
LONGEST_PATTERN = 5_000
#: Texts as long as this are never asked for.
_HOPELESS = 200_000


def accepts(pattern: str, text: str) -> bool:
    """Whether the text matches; False for a pattern that can't be read or takes too long."""
    return matcher(pattern)(text)


def matcher(pattern: str) -> Callable[[str], bool]:
    """What says whether a text matches, as `accepts` does."""
    read = _read(pattern)
    return _refuse if read is None else read.accepts


def sample(pattern: str, rng: Random, low: int, high: int) -> str | None:
    """A text of `low` to `high` characters that matches the pattern, or None."""
    return sampler(pattern, low, high)(rng)


@lru_cache(maxsize=2048)
def sampler(pattern: str, low: int, high: int) -> Callable[[Random], str | None]:
    """Draws texts of `low` to `high` characters that match the pattern, or None."""
    read = _read(pattern)
    if read is None:
        return _nothing
    node, accepts, surely = read
    least = width(node)
    if least > min(high, LONGEST) or low > LONGEST:
        return _nothing
    plain = plain_sampler(node, least, low, high)
    if plain and plain.length is not None and low <= plain.length <= min(high, surely):
        return plain.draw

    def sample(rng: Random) -> str | None:
        for attempt in range(ATTEMPTS):
            if plain is not None and not attempt:
                text = plain.draw(rng)
                if plain.sure and low <= len(text) <= min(high, surely):
                    return text
            else:
                text = _Sampler(rng, least, low, high, attempt).text(node)
            if len(text) < low:
                text = _padded(read, text, low - len(text))
            if low <= len(text) <= high and accepts(text):
                return text
        return None

    return sample


def _refuse(_: str) -> bool:
    return False


def _nothing(_: Random) -> None:
    return None


class _Read(NamedTuple):
    """A pattern, and whether a text matches it: False where that takes too long.

    Texts as long as `surely` never take too long.
    """

    node: Node
    accepts: Callable[[str], bool]
    surely: int


def _prepared(node: Node) -> _Read:
    quick = quickened(node)
    if quick is None:
        return _Read(node, lambda text: matches(node, text), 0)
    search, longest = quick.expression.search, quick.longest

    def accepts(text: str) -> bool:
        return search(text) is not None if len(text) <= longest else matches(node, text)

    return _Read(node, accepts, longest)


@lru_cache(maxsize=2048)
def _read(pattern: str) -> _Read | None:
    """A pattern; None for one that can't be read, or matched."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        parsed = parse(pattern)
    except PatternError:
        return None
    return _prepared(parsed.root) if parsed.known else None


def _padded(read: _Read, text: str, missing: int) -> str:
    """Pad the text at the end where the pattern allows it, else at the start."""
    padding = "a" * missing
    return text + padding if read.accepts(text + padding) else padding + text


class _Sampler:
    """One walk over a pattern; `slack` is how many characters beyond the least are still due.

    Later attempts give all slack to the first repeat that can take it, or draw from more
    characters, so that look-aheads such as `(?=.*[A-Z])` come true by chance.
    """

    def __init__(self, rng: Random, least: int, low: int, high: int, attempt: int) -> None:
        floor = max(least, low)
        usual = 0 if attempt % 8 == 7 else USUAL
        self.rng = rng
        self.slack = between(rng, floor, max(floor, min(high, floor + usual))) - least
        self.greedy = low > least if attempt < 2 else attempt % 2 == 1
        self.wide = attempt >= 4
        self.captured: dict[int, str] = {}

    def text(self, node: Node) -> str:
        match node:
            case CharacterSet():
                return self.run(node, 1)
            case Sequence(items):
                return "".join([self.text(item) for item in items])
            case Alternation(options):
                return self.option(options)
            case Repeat():
                return self.repeat(node)
            case Group(item, number=0):
                return self.text(item)
            case Group(item, number=number):
                self.captured[number] = self.text(item)
                return self.captured[number]
            case BackReference(number):
                return self.captured.get(number, "")
            case _:
                return ""

    def run(self, node: CharacterSet, count: int) -> str:
        plain, wide = node.palettes
        palette = wide if self.wide else plain
        return letters(self.rng, palette, count) if palette else ""

    def option(self, options: tuple[Node, ...]) -> str:
        chosen = pick(self.rng, options)
        self.slack -= width(chosen) - min(width(option) for option in options)
        return self.text(chosen)

    def repeat(self, node: Repeat) -> str:
        each = max(node.width, 1)
        more = max(0, self.slack) // each
        if node.high is not None:
            more = min(more, node.high - node.low)
        if not self.greedy:
            more = below(self.rng, more + 1)
        self.slack -= more * each
        count = min(node.low + more, LONGEST)
        item = bare(node.item)
        if isinstance(item, CharacterSet):
            return self.run(item, count)
        parts: list[str] = []
        length = 0
        for _ in range(count):
            parts.append(self.text(node.item))
            length += len(parts[-1])
            # An empty item stays empty; one with a reference to itself doubles each time.
            if not parts[-1] or length > _HOPELESS:
                break
        return "".join(parts)
