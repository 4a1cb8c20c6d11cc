"""Texts put together from parts that are drawn."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from emulator.schema.draws import Word, characters

#: Draws a text.
TextMaker: TypeAlias = Callable[[Word], str]


#: What one part of a text is drawn from.
Part: TypeAlias = Sequence[str | int]


#: The lengths of the shortest and the longest text of makers of which they are known.
_LENGTHS: dict[TextMaker, tuple[int, int]] = {}


def measured(maker: TextMaker, shortest: int, longest: int) -> TextMaker:
    """The maker, with the lengths of its texts noted."""
    _LENGTHS[maker] = shortest, longest
    return maker


def keeps_to(maker: TextMaker, low: int, high: int) -> bool:
    """Whether all texts of a maker are known to have `low` to `high` characters."""
    shortest, longest = _LENGTHS.get(maker, (-1, high))
    return low <= shortest and longest <= high


def mixture(template: str, *parts: Part) -> TextMaker:
    """Draws one of each part, in order, and writes them into the template's `%s`."""
    ends = [_ends(part) for part in parts]
    shortest = template % tuple([short for short, _ in ends])
    longest = template % tuple([long for _, long in ends])
    return measured(_mixed(template, parts), len(shortest), len(longest))


def _ends(part: Part) -> tuple[str | int, str | int]:
    """The options of a part that are written shortest and longest."""
    if isinstance(part, range):
        return part[0], part[-1]
    return min(part, key=lambda each: len(str(each))), max(part, key=lambda each: len(str(each)))


def _mixed(template: str, parts: tuple[Part, ...]) -> TextMaker:
    if len(parts) == 1:
        return _single(template, parts[0])
    if len(parts) == 2:
        return _double(template, *parts)
    if len(parts) == 3:
        return _triple(template, *parts)
    sized = [(options, len(options)) for options in parts]

    def mixed(word: Word) -> str:
        return template % tuple([options[word() % size] for options, size in sized])

    return mixed


def _single(template: str, options: Part) -> TextMaker:
    texts = tuple([template % option for option in options])
    size = len(texts)
    return lambda word: texts[word() % size]


def _double(template: str, first: Part, second: Part) -> TextMaker:
    first_size, second_size = len(first), len(second)

    def mixed(word: Word) -> str:
        one = first[word() % first_size]
        return template % (one, second[word() % second_size])

    return mixed


def _triple(template: str, first: Part, second: Part, third: Part) -> TextMaker:
    first_size, second_size, third_size = len(first), len(second), len(third)

    def mixed(word: Word) -> str:
        one, two = first[word() % first_size], second[word() % second_size]
        return template % (one, two, third[word() % third_size])

    return mixed


def letters(*runs: tuple[str, int]) -> TextMaker:
    """Draws runs of characters: each from an alphabet, so many of them."""
    length = sum(length for _, length in runs)
    return measured(characters(runs), length, length)
