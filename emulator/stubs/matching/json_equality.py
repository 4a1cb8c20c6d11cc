"""`equalToJson`: two JSON values compared as WireMock does, by JsonUnit's rules.

Lists in any order are compared by counting what is equal, in linear time. Only items that may be
like several others (by placeholders, or by members that are ignored) are assigned one by one, with
a bound.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from msgspec import Struct, field

from emulator.http.exact import is_number
from emulator.http.messages import Json
from emulator.schema.flatten.effort import Effort, ExhaustedError
from emulator.stubs.matching.java_regex import compile_java
from emulator.stubs.matching.subject import UndecidedError

#: Comparisons of items that may be like several others, in one request.
STEP_LIMIT = 200_000

_REGEX = re.compile(r"\$\{json-unit\.regex\}(.*)", re.DOTALL)
_PLACEHOLDERS: dict[str, Callable[[Json], bool]] = {
    "${json-unit.ignore}": lambda _: True,
    "${json-unit.ignore-element}": lambda _: True,
    "${json-unit.any-string}": lambda value: isinstance(value, str),
    "${json-unit.any-number}": lambda value: _is_number(value),
    "${json-unit.any-boolean}": lambda value: isinstance(value, bool),
}


def compile_equality(
    expected: Json, *, ignore_array_order: bool, ignore_extra_elements: bool
) -> Callable[[Json], bool]:
    """The comparison with `expected`; raises ValueError where a placeholder can't be read.

    The comparison raises UndecidedError where it would take too long.
    """
    placeholders = dict(_PLACEHOLDERS)
    for text in _texts(expected):
        found = _REGEX.fullmatch(text)
        if found:
            placeholders[text] = _matching(compile_java(found[1]))
        elif text.startswith("${json-unit.") and text not in _PLACEHOLDERS:
            raise ValueError(
                f"there is no placeholder {text}; there is: {', '.join(_PLACEHOLDERS)}"
            )
    loose: set[int] = set()
    _find_loose(expected, placeholders, ignore_extra_elements, loose)

    def equals(actual: Json) -> bool:
        comparison = _Comparison(
            placeholders, loose, ignore_array_order, ignore_extra_elements, Effort(STEP_LIMIT)
        )
        try:
            return (comparison.same if loose else comparison.equal)(expected, actual)
        except (ExhaustedError, RecursionError):
            raise UndecidedError(
                f"the lists take more than {STEP_LIMIT} comparisons in any order, and so count as "
                "different; ignoreExtraElements and placeholders make them costly"
            ) from None

    return equals


class _Comparison(Struct):
    """One comparison under way; `placeholders` are the texts that stand for several values.

    `loose` are the ids of expected values that may be like several others. `signs` are the signs
    of lists and objects: equal ones have the same.
    """

    placeholders: Mapping[str, Callable[[Json], bool]]
    loose: set[int]
    ignore_array_order: bool
    ignore_extra_elements: bool
    effort: Effort
    signs: dict[Hashable, object] = field(default_factory=dict)
    signed: dict[int, Hashable] = field(default_factory=dict)

    def equal(self, expected: Json, actual: Json) -> bool:
        """The same where nothing is loose: it ends where the first part differs."""
        if isinstance(expected, dict):
            return (
                isinstance(actual, dict)
                and expected.keys() == actual.keys()
                and all(self.equal(value, actual[name]) for name, value in expected.items())
            )
        if isinstance(expected, list):
            if not isinstance(actual, list) or len(expected) != len(actual):
                return False
            if not self.ignore_array_order:
                return all(map(self.equal, expected, actual))
        return self.sign(expected) == self.sign(actual)

    def same(self, expected: Json, actual: Json) -> bool:
        if isinstance(expected, dict | list) and id(expected) not in self.loose:
            return self.sign(expected) == self.sign(actual)
        if isinstance(expected, dict):
            return isinstance(actual, dict) and self._same_members(expected, actual)
        if isinstance(expected, list):
            return isinstance(actual, list) and self._same_items(expected, actual)
        if isinstance(expected, str) and expected in self.placeholders:
            return self.placeholders[expected](actual)
        return self.sign(expected) == self.sign(actual)

    def sign(self, value: Json) -> Hashable:
        """What is equal for equal values: numbers are, 1 and 1.0, but never true and 1."""
        if isinstance(value, bool):
            return (value,)
        if not isinstance(value, dict | list):
            scalar: Hashable = value
            return scalar
        known = self.signed.get(id(value))
        if known is not None:
            return known
        made: Hashable
        if isinstance(value, dict):
            made = frozenset((name, self.sign(part)) for name, part in value.items())
        elif self.ignore_array_order:
            made = ("list", frozenset(Counter(map(self.sign, value)).items()))
        else:
            made = ("list", *map(self.sign, value))
        sign = self.signs.setdefault(made, object())
        self.signed[id(value)] = sign
        return sign

    def _same_members(self, expected: dict[str, Json], actual: dict[str, Json]) -> bool:
        if not self.ignore_extra_elements and not actual.keys() <= expected.keys():
            return False
        for name, value in expected.items():
            self.effort.spend()
            if name not in actual:
                if value == "${json-unit.ignore-element}":
                    continue
                return False
            if not self.same(value, actual[name]):
                return False
        return True

    def _same_items(self, expected: list[Json], actual: list[Json]) -> bool:
        extra = len(actual) - len(expected)
        if extra < 0 or (extra and not self.ignore_extra_elements):
            return False
        if not self.ignore_array_order:
            return all(map(self.same, expected, actual))
        self.effort.spend(4 + 2 * len(expected))
        left: dict[Hashable, list[Json]] = {}
        for each in actual:
            left.setdefault(self.sign(each), []).append(each)
        several: list[Json] = []
        for item in expected:
            if self._is_loose(item):
                several.append(item)
                continue
            found = left.get(self.sign(item))
            if not found:
                return False
            found.pop()  # all of them are equal
        return not several or self._assignable(several, [*chain.from_iterable(left.values())])

    def _is_loose(self, expected: Json) -> bool:
        if isinstance(expected, str):
            return expected in self.placeholders
        return id(expected) in self.loose

    def _assignable(self, expected: Sequence[Json], actual: Sequence[Json]) -> bool:
        """Whether each expected item has an actual one of its own (Kuhn's matching)."""
        owner: dict[int, int] = {}
        candidates = self._candidates(expected, actual)

        def assign(item: int, tried: set[int]) -> bool:
            places = candidates[item]
            if places is None:  # lists are mostly in the same order: its own place is tried first
                places = chain((item,), range(item), range(item + 1, len(actual)))
            for place in places:
                self.effort.spend()
                if place in tried or not self.same(expected[item], actual[place]):
                    continue
                tried.add(place)
                if place not in owner or assign(owner[place], tried):
                    owner[place] = item
                    return True
            return False

        return all(assign(item, set()) for item in range(len(expected)))

    def _candidates(
        self, expected: Sequence[Json], actual: Sequence[Json]
    ) -> list[Iterable[int] | None]:
        """The places where each expected item may be: those with its rarest member."""
        by_member: dict[Hashable, list[int]] = {}
        for place, each in enumerate(actual):
            for name, value in _members(each):
                by_member.setdefault((name, self.sign(value)), []).append(place)
        found: list[Iterable[int] | None] = []
        for each in expected:
            firm = [(name, self.sign(v)) for name, v in _members(each) if not self._is_loose(v)]
            found.append(min((by_member.get(key, []) for key in firm), key=len, default=None))
        return found


def _members(value: Json, place: Hashable = ()) -> Iterator[tuple[Hashable, Json]]:
    """The members of an object, and of objects in it, that are neither objects nor lists."""
    for name, part in value.items() if isinstance(value, dict) else ():
        if isinstance(part, dict):
            yield from _members(part, (place, name))
        elif not isinstance(part, list):
            yield (place, name), part


def _find_loose(
    value: Json, placeholders: Mapping[str, object], all_containers: bool, loose: set[int]
) -> bool:
    """Whether a value may be like several others; adds the ids of lists and objects that may."""
    if not isinstance(value, dict | list):
        return isinstance(value, str) and value in placeholders
    parts = value.values() if isinstance(value, dict) else value
    below = [_find_loose(part, placeholders, all_containers, loose) for part in parts]
    if any(below) or all_containers:
        loose.add(id(value))
    return id(value) in loose


def _matching(matches: Callable[[str], bool]) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, str) and matches(value)


def _is_number(value: Json) -> bool:
    return is_number(value)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else ():
        yield from _texts(part)
    for part in value if isinstance(value, list) else ():
        yield from _texts(part)
