"""Draw the same on every Python: built on `Random.random()` alone.

The documentation of `random` promises that `random()` keeps its sequence for a seed; `choice`,
`randrange` and `shuffle` may change from one release to the next.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

#: One more than the most that one draw tells apart exactly: a float in [0, 1) has 48 bits for it.
WORD = 1 << 48


def below(rng: Random, limit: int) -> int:
    """A whole number n with 0 <= n < limit, for any limit >= 1."""
    if limit <= WORD:
        return int(rng.random() * limit)
    drawn, span = 0, 1
    while span < limit * WORD:  # surplus bits keep the remainder's bias below 2**-48
        drawn = drawn * WORD + int(rng.random() * WORD)
        span *= WORD
    return drawn % limit


def between(rng: Random, low: int, high: int) -> int:
    """A whole number n with low <= n <= high."""
    return low + below(rng, high - low + 1)


def pick(rng: Random, options: Sequence[T]) -> T:
    """One of the options, which must not be empty."""
    return options[int(rng.random() * len(options))]


def chance(rng: Random, probability: float) -> bool:
    """True with the given probability."""
    return rng.random() < probability


def shuffled(rng: Random, options: Sequence[T]) -> list[T]:
    """The options in a random order."""
    rest = list(options)
    for end in range(len(rest) - 1, 0, -1):
        other = int(rng.random() * (end + 1))
        rest[end], rest[other] = rest[other], rest[end]
    return rest


def letters(rng: Random, alphabet: str, length: int) -> str:
    """A string of `length` characters, each from `alphabet`."""
    size = len(alphabet)
    draw = rng.random
    return "".join([alphabet[int(draw() * size)] for _ in range(length)])
