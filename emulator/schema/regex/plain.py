"""Draw texts for patterns without a choice: characters one after the other, and runs of them."""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from emulator.schema.regex.nodes import (
    MANY,
    Boundary,
    CharacterSet,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
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


def plain_sampler(node: Node, least: int, low: int, high: int) -> Callable[[Random], str] | None:
    """Draws what the first walk over a pattern draws; None where the pattern has choices."""
    runs = list(_runs(node))
    if None in runs:
        return None
    plain = [run for run in runs if run is not None]
    floor = max(least, low)
    size = max(floor, min(high, floor + USUAL)) - floor + 1
    spare, greedy = floor - least, low > least

    def sample(rng: Random) -> str:
        draw = rng.random
        slack = spare + int(draw() * size)
        drawn: list[str] = []
        for palette, choices, count, repeats, room in plain:
            if repeats:
                more = min(max(0, slack), room)
                if not greedy:
                    more = int(draw() * (more + 1))
                slack -= more
                count = min(count + more, LONGEST)
            if choices and count == 1:
                drawn.append(palette[int(draw() * choices)])
            elif choices:
                drawn += [palette[int(draw() * choices)] for _ in range(count)]
        return "".join(drawn)

    return sample


def _runs(node: Node) -> Iterator[_Characters | None]:
    """The runs of a pattern in order; None for what is none."""
    match node:
        case CharacterSet():
            palette, _ = node.palettes
            yield _Characters(palette, len(palette), 1, False, 0)
        case Sequence(items):
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
