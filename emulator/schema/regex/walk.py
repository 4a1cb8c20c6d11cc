"""Walk over a pattern and draw a text for it: each node is compiled into what draws its part."""

from collections.abc import Callable
from typing import TypeAlias

from emulator.schema.draws import Word, below, between, letters
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
from emulator.schema.regex.plain import LONGEST, USUAL

#: Texts as long as this are never asked for.
_HOPELESS = 200_000


class PatternWalk:
    """One walk over a pattern; `slack` is how many characters beyond the least are still due.

    Later attempts give all slack to the first repeat that can take it, or draw from more
    characters, so that look-aheads such as `(?=.*[A-Z])` come true by chance.
    """

    __slots__ = ("captured", "greedy", "slack", "wide", "word")

    def __init__(self, word: Word, least: int, low: int, high: int, attempt: int) -> None:
        floor = max(least, low)
        usual = 0 if attempt % 8 == 7 else USUAL
        self.word = word
        self.slack = between(word, floor, max(floor, min(high, floor + usual))) - least
        self.greedy = low > least if attempt < 2 else attempt % 2 == 1
        self.wide = attempt >= 4
        self.captured: dict[int, str] = {}


#: Draws the part of a text that a node is for.
Step: TypeAlias = Callable[[PatternWalk], str]


def walker(node: Node) -> Step:
    """What draws a text for a pattern, on one walk."""
    match node:
        case CharacterSet():
            return _character(node)
        case Sequence(items):
            steps = [walker(item) for item in items]
            return lambda walk: "".join([step(walk) for step in steps])
        case Alternation(options):
            return _option(options)
        case Repeat():
            return _repeat(node)
        case Group(item, number=0):
            return walker(item)
        case Group(item, number=number):
            return _captured(walker(item), number)
        case BackReference(number):
            return lambda walk: walk.captured.get(number, "")
    return lambda _: ""


def _character(node: CharacterSet) -> Step:
    plain, wide = node.palettes

    def character(walk: PatternWalk) -> str:
        palette = wide if walk.wide else plain
        return palette[walk.word() % len(palette)] if palette else ""

    return character


def _option(options: tuple[Node, ...]) -> Step:
    steps, widths = [walker(option) for option in options], [width(option) for option in options]
    count, least = len(steps), min(widths)

    def option(walk: PatternWalk) -> str:
        chosen = walk.word() % count
        walk.slack -= widths[chosen] - least
        return steps[chosen](walk)

    return option


def _captured(step: Step, number: int) -> Step:
    def captured(walk: PatternWalk) -> str:
        text = walk.captured[number] = step(walk)
        return text

    return captured


def _repeat(node: Repeat) -> Step:
    item, each, low = bare(node.item), max(node.width, 1), node.low
    room = None if node.high is None else node.high - low
    again = _run(item) if isinstance(item, CharacterSet) else _rounds(walker(node.item))

    def repeat(walk: PatternWalk) -> str:
        more = max(0, walk.slack) // each
        if room is not None:
            more = min(more, room)
        if not walk.greedy:
            more = below(walk.word, more + 1)
        walk.slack -= more * each
        return again(walk, min(low + more, LONGEST))

    return repeat


def _run(item: CharacterSet) -> Callable[[PatternWalk, int], str]:
    plain, wide = item.palettes

    def run(walk: PatternWalk, count: int) -> str:
        palette = wide if walk.wide else plain
        return letters(walk.word, palette, count) if palette else ""

    return run


def _rounds(step: Step) -> Callable[[PatternWalk, int], str]:
    def rounds(walk: PatternWalk, count: int) -> str:
        parts: list[str] = []
        length = 0
        for _ in range(count):
            parts.append(step(walk))
            length += len(parts[-1])
            # An empty item stays empty; one with a reference to itself doubles each time.
            if not parts[-1] or length > _HOPELESS:
                break
        return "".join(parts)

    return rounds
