"""Draw texts that match a pattern and have a length."""

from functools import lru_cache
from random import Random

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

ATTEMPTS = 40
LONGEST = 20_000
#: Longer patterns are not matched, and no text is drawn for them.
LONGEST_PATTERN = 5_000
#: Texts as long as this are never asked for.
_HOPELESS = 200_000
#: How many characters more than the least a pattern without an upper bound usually gets.
USUAL = 8


def accepts(pattern: str, text: str) -> bool:
    """Whether the text matches; False for a pattern that can't be read or takes too long."""
    try:
        return matches(_tree(pattern), text)
    except PatternError:
        return False


def sample(pattern: str, rng: Random, low: int, high: int) -> str | None:
    """A text of `low` to `high` characters that matches the pattern, or None."""
    try:
        node = _tree(pattern)
    except PatternError:
        return None
    least = width(node)
    if least > min(high, LONGEST) or low > LONGEST:
        return None
    for attempt in range(ATTEMPTS):
        text = _Sampler(rng, least, low, high, attempt).text(node)
        if len(text) < low:
            text = _padded(node, text, low - len(text))
        if low <= len(text) <= high and matches(node, text):
            return text
    return None


@lru_cache(maxsize=2048)
def _tree(pattern: str) -> Node:
    """The tree of a pattern that can be matched; raises PatternError."""
    if len(pattern) > LONGEST_PATTERN:
        raise PatternError
    parsed = parse(pattern)
    if not parsed.known:
        raise PatternError
    return parsed.root


def _padded(node: Node, text: str, missing: int) -> str:
    """Pad the text at the end where the pattern allows it, else at the start."""
    padding = "a" * missing
    return text + padding if matches(node, text + padding) else padding + text


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
