"""Draw texts that several patterns match at once."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from emulator.schema.draws import Word
from emulator.schema.regex.characters import Ranges
from emulator.schema.regex.classes import PatternError
from emulator.schema.regex.nodes import CharacterSet
from emulator.schema.regex.parse import parse
from emulator.schema.regex.plain import USUAL
from emulator.schema.regex.terms import END, Term, Terms, TooManyError

#: How many states a search has at most.
_MOST_STATES = 600
#: How much longer than asked for the texts are that are looked for, and how long at most.
_FURTHER, _LONGEST = 128, 1_000
#: Longer patterns are not searched.
_LONGEST_PATTERN = 1_000
_MOST_PATTERNS = 20


class _Place(NamedTuple):
    """What has to follow, and whether it does from the start of the text."""

    term: Term
    first: bool


class _State(NamedTuple):
    """What may follow: for each class of characters, those to show and the next state."""

    ways: tuple[tuple[Ranges, _Place], ...]
    is_end: bool


@lru_cache(maxsize=512)
def common_sampler(
    patterns: tuple[str, ...], low: int, high: int
) -> Callable[[Word], str | None] | None:
    """Draws texts of `low` to `high` characters that match all of the patterns.

    It is `nothing` where there are none, and None where that was not found out in bounded work.
    """
    limit = min(high, low + _FURTHER)
    if low > high or limit > _LONGEST or len(patterns) > _MOST_PATTERNS:
        return None
    if any(len(each) > _LONGEST_PATTERN for each in patterns):
        return None
    try:
        start, states = _explored(patterns)
    except (PatternError, TooManyError, RecursionError):
        return None
    lengths = _lengths(states, limit)
    wanted = [length for length in range(low, limit + 1) if lengths[start] >> length & 1]
    if not wanted:
        # A text that there is has fewer characters than there are states, where any length will do.
        is_empty = high <= limit or (not lengths[start] and limit >= len(states))
        return nothing if is_empty else None
    return _Walk(start, states, lengths, wanted[: USUAL + 1]).draw


def nothing(_: Word) -> None:
    """No text: what draws where it is known that there is none."""


def _explored(patterns: Iterable[str]) -> tuple[_Place, Mapping[_Place, _State]]:
    """The first state, and all that are reached from it."""
    terms = Terms()
    roots: list[Term] = []
    for pattern in patterns:
        parsed = parse(pattern)
        if not parsed.known:
            raise TooManyError
        roots.append(terms.found_in(parsed.root))
    start = _Place(terms.both(*roots), True)
    states: dict[_Place, _State] = {}
    waiting = [start]
    while waiting:
        place = waiting.pop()
        term, first = place
        if place in states:
            continue
        if len(states) >= _MOST_STATES:
            raise TooManyError
        ways = [
            (ranges, _Place(terms.after(term, code, first), False))
            for code, ranges in terms.classes(term, first)
        ]
        ways = [(ranges, after) for ranges, after in ways if after.term != terms.none]
        is_end = terms.nullable(terms.after(term, END, first), False)
        states[place] = _State(tuple(ways), is_end)
        waiting += [after for _, after in ways]
    return start, states


def _lengths(states: Mapping[_Place, _State], limit: int) -> dict[_Place, int]:
    """For each state, the lengths of texts that lead to an end, as bits."""
    mask = (2 << limit) - 1
    found = {place: int(state.is_end) for place, state in states.items()}
    before: dict[_Place, set[_Place]] = {}
    for place, state in states.items():
        for _, after in state.ways:
            before.setdefault(after, set()).add(place)
    waiting = {place: None for place, state in states.items() if state.is_end}
    while waiting:
        after, _ = waiting.popitem()
        longer = found[after] << 1 & mask
        for place in before.get(after, ()):
            if found[place] | longer != found[place]:
                found[place] |= longer
                waiting[place] = None
    return found


class _Walk:
    """Walks from the first state to an end, in one of the wanted numbers of steps."""

    __slots__ = ("_choices", "lengths", "start", "states", "wanted")

    def __init__(
        self,
        start: _Place,
        states: Mapping[_Place, _State],
        lengths: Mapping[_Place, int],
        wanted: list[int],
    ) -> None:
        self.start = start
        self.states = states
        self.lengths = lengths
        self.wanted = wanted
        self._choices: dict[tuple[_Place, int], list[tuple[str, _Place]]] = {}

    def draw(self, word: Word) -> str:
        """A text."""
        place, left = self.start, self.wanted[word() % len(self.wanted)]
        text = ""
        while left:
            left -= 1
            choices = self._following(place, left)
            character, place = choices[word() % len(choices)]
            text += character
        return text

    def _following(self, place: _Place, left: int) -> list[tuple[str, _Place]]:
        """The characters that an end is so many steps after, plain ones where there are many."""
        known = self._choices.get((place, left))
        if known is None:
            ways = [way for way in self.states[place].ways if self.lengths[way[1]] >> left & 1]
            palettes = [(CharacterSet("", 0, ranges).palettes[1], after) for ranges, after in ways]
            known = [(each, after) for shown, after in palettes for each in shown]
            plain = [way for way in known if way[0].isdigit() or way[0].islower()]
            if len(known) > 36 and len(plain) >= 10:
                known = plain
            self._choices[place, left] = known
        return known
