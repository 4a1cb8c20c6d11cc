"""Draw texts for patterns without a choice: characters one after the other, and runs of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

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
_NOTHING = ("",)
#: How many characters a function of its own has lines for.
_MOST_UNROLLED = 64


class _Characters(NamedTuple):
    """Characters of a palette: `low` of them; a repeat has `room` for more, and draws how many."""

    palette: str
    size: int
    low: int
    repeats: bool
    room: int


class Plain(NamedTuple):
    """Draws what the first walk over a pattern draws, which is always so long, where that is known.

    `sure`: what it draws matches, as long as the matcher has the steps to see it.
    """

    draw: Callable[[Random], str]
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
        return Plain(_rigid(runs, greedy), least if sure else None, sure)
    floor = max(least, low)
    size = max(floor, min(high, floor + USUAL)) - floor + 1
    spare = floor - least

    def draw_text(rng: Random) -> str:
        draw = rng.random
        slack = spare + int(draw() * size)
        drawn: list[str] = []
        for palette, choices, count, repeats, room in runs:
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

    return Plain(draw_text, None, sure)


def _rigid(runs: Iterable[_Characters], greedy: bool) -> Callable[[Random], str]:
    """Draws runs that can't vary; what would say by how much they do is drawn all the same."""
    choices: list[tuple[Sequence[str], int]] = [(_NOTHING, 1)]
    for palette, size, low, repeats, _ in runs:
        if repeats and not greedy:
            choices.append((_NOTHING, 1))
        if size:
            choices += [(palette, size)] * low
    if len(choices) <= _MOST_UNROLLED:
        return _unrolled(choices)

    def draw_text(rng: Random) -> str:
        draw = rng.random
        return "".join([palette[int(draw() * size)] for palette, size in choices])

    return draw_text


def _unrolled(choices: list[tuple[Sequence[str], int]]) -> Callable[[Random], str]:
    """The same as a function of its own, with a line for each character."""
    names: dict[str, Any] = {}
    lines, text = ["def draw_text(rng):", " draw = rng.random"], ""
    for number, (palette, size) in enumerate(choices):
        if size == 1:
            lines.append(" draw()")
            names[f"c{number}"] = palette[0]
        else:
            lines.append(f" c{number} = p{number}[int(draw() * {size})]")
            names[f"p{number}"] = palette
        text += f"{{c{number}}}" if palette is not _NOTHING else ""
    exec("\n".join([*lines, f" return f'{text}'"]), names)
    made: Callable[[Random], str] = names["draw_text"]
    return made


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
