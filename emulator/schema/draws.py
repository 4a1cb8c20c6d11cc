"""Draw the same on every machine and every Python: all chance is words of 32 random bits.

They come from SHAKE256 (FIPS 202), so that nothing depends on how a release of Python draws, and a
word costs less than a call of a random generator.
"""

import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias, TypeVar, cast

T = TypeVar("T")

#: The next 32 random bits, as a whole number.
Word: TypeAlias = Callable[[], int]

#: So many words are made at a time; most responses need no more.
_BLOCK = struct.Struct("<96I")
_SPAN = 1 << 32
#: The most that one word tells apart evenly: what its remainder favours, it favours by 0.4 %.
EVEN = 1 << 24
#: How many characters are written out in a function of their own.
_MOST_UNROLLED = 64
_DIGITS = "0123456789"
_DIGITS_OF_A_WORD = 6


def random_words(seed: bytes) -> Word:
    """An endless row of random words, the same for the same seed."""
    return chain.from_iterable(_blocks(seed)).__next__


def _blocks(seed: bytes) -> Iterator[tuple[int, ...]]:
    number = 0
    while True:
        digest = hashlib.shake_256(number.to_bytes(4) + seed).digest(_BLOCK.size)
        yield _BLOCK.unpack(digest)
        number += 1


def below(word: Word, limit: int) -> int:
    """A whole number n with 0 <= n < limit, for any limit >= 1."""
    if limit <= EVEN:
        return word() % limit
    drawn, span = word(), _SPAN
    while span < limit * _SPAN:  # 32 bits more than needed keep the remainder's bias below 2**-32
        drawn = drawn * _SPAN + word()
        span *= _SPAN
    return drawn % limit


def between(word: Word, low: int, high: int) -> int:
    """A whole number n with low <= n <= high."""
    return low + below(word, high - low + 1)


def pick(word: Word, options: Sequence[T]) -> T:
    """One of the options, which must not be empty."""
    return options[word() % len(options)]


def chance(word: Word, probability: float) -> bool:
    """True with the given probability."""
    return word() < probability * _SPAN


def shuffled(word: Word, options: Sequence[T]) -> list[T]:
    """The options in a random order."""
    rest = list(options)
    for end in range(len(rest) - 1, 0, -1):
        other = word() % (end + 1)
        rest[end], rest[other] = rest[other], rest[end]
    return rest


def characters(runs: Iterable[tuple[str, int]]) -> Callable[[Word], str]:
    """What draws runs of characters: each from an alphabet, so many of them.

    It is a function of its own, an expression a character; digits come several of one word.
    """
    runs = [(alphabet, length) for alphabet, length in runs if alphabet and length]
    if sum(length for _, length in runs) > _MOST_UNROLLED:
        return lambda word: "".join([letters(word, *run) for run in runs])
    names: dict[str, Any] = {}
    text = "".join(_written(names, f"p{number}", *run) for number, run in enumerate(runs))
    return cast(Callable[[Word], str], eval(f"lambda word: f'{text}'", names))


def _written(names: dict[str, Any], name: str, alphabet: str, length: int) -> str:
    """A run as a part of a formatted string."""
    if alphabet == _DIGITS:
        whole, rest = divmod(length, _DIGITS_OF_A_WORD)
        return "".join(
            f"{{word() % {10**count}:0{count}}}"
            for count in [*whole * [_DIGITS_OF_A_WORD], *[rest] * (rest > 0)]
        )
    names[name] = alphabet if len(alphabet) > 1 else alphabet * length
    if len(alphabet) == 1:
        return f"{{{name}}}"
    return f"{{{name}[word() % {len(alphabet)}]}}" * length


def letters(word: Word, alphabet: str, length: int) -> str:
    """A string of `length` characters, each from `alphabet`."""
    size = len(alphabet)
    return "".join([alphabet[word() % size] for _ in range(length)])
