"""Draw texts for patterns without a choice: characters one after the other, and runs of them."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from emulator.schema.draws import Word, characters
from emulator.schema.regex import nodes
from emulator.schema.regex.nodes import (
    MANY,
    Boundary,
    CharacterSet,
    Group,
    Look,
    Node,
    Repeat,
    bare,
)

LONGEST = 20_000
#: How many characters more than the least a pattern without an upper bound usually gets.
USUAL = 8


class _Characters(NamedTuple):
    """Characters of a palette: `low` of them; a repeat has `room` for more, and draws how many."""

    palette: str
    size: int
    low: int
    repeats: bool
    room: int


class Plain(NamedTuple):
    """Draws texts for a pattern, which are always so long, where that is known.

    `sure`: what it draws matches, as long as the matcher has the steps to see it.
    """

    draw: Callable[[Word], str]
    length: int | None
    sure: bool


def plain_sampler(node: Node, least: int, low: int, high: int) -> Plain | None:
    """The sampler of a pattern; None where the pattern has choices."""
    found = list(_runs(node))
    if None in found:
        return None
    runs = [run for run in found if run is not None]
    sure = _is_framed(node) and all(run.size for run in runs)
    greedy = low > least
    if not any(run.room for run in runs) and least <= LONGEST:
        drawn = characters([(run.palette, run.low) for run in runs])
        return Plain(drawn, least if sure else None, sure)
    floor = max(least, low)
    size = max(floor, min(high, floor + USUAL)) - floor + 1
    spare = floor - least

    def draw_text(word: Word) -> str:
        slack = spare + word() % size
        drawn: list[str] = []
        for palette, choices, count, repeats, room in runs:
            if repeats:
                more = min(max(0, slack), room)
                if not greedy:
                    more = word() % (more + 1)
                slack -= more
                count = min(count + more, LONGEST)
            if choices and count == 1:
                drawn.append(palette[word() % choices])
            elif choices:
                drawn += [palette[word() % choices] for _ in range(count)]
        return "".join(drawn)

    return Plain(draw_text, None, sure)


def _is_framed(node: Node) -> bool:
    """Whether boundaries stand only around the pattern, and nothing looks around."""
    items = list(node.items) if isinstance(node, nodes.Sequence) else [node]
    if items[:1] == [Boundary("^")]:
        del items[0]
    if items[-1:] == [Boundary("$")]:
        del items[-1]
    return all(_is_solid(item) for item in items)


def _is_solid(node: Node) -> bool:
    match node:
        case nodes.Sequence(items):
            return all(_is_solid(item) for item in items)
        case Group(item):
            return _is_solid(item)
    return not isinstance(node, Boundary | Look)


def _runs(node: Node) -> Iterator[_Characters | None]:
    """The runs of a pattern in order; None for what is none."""
    match node:
        case CharacterSet():
            palette, _ = node.palettes
            yield _Characters(palette, len(palette), 1, False, 0)
        case nodes.Sequence(items):
            for item in items:
                yield from _runs(item)
        case Group(item):
            yield from _runs(item)
        case Repeat(item, low, high):
            inside = bare(item)
            if isinstance(inside, CharacterSet):
                palette, _ = inside.palettes
                room = MANY if high is None else high - low
                yield _Characters(palette, len(palette), low, True, room)
            else:
                yield None
        case Boundary() | Look():
            pass
        case _:
            yield None
