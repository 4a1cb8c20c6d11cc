"""`equalToJson`: two JSON values compared as WireMock does, by JsonUnit's rules."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from emulator.http.messages import Json
from emulator.schema.flatten.effort import Effort, ExhaustedError
from emulator.schema.regex.linear import compile_regex

#: Comparisons of one request; past them the values count as different.
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
    """The comparison with `expected`; raises ValueError where a placeholder can't be read."""
    placeholders = dict(_PLACEHOLDERS)
    for text in _texts(expected):
        found = _REGEX.fullmatch(text)
        if found:
            placeholders[text] = _matching(compile_regex(found[1]))
        elif text.startswith("${json-unit.") and text not in _PLACEHOLDERS:
            raise ValueError(
                f"there is no placeholder {text}; there is: {', '.join(_PLACEHOLDERS)}"
            )

    def equals(actual: Json) -> bool:
        comparison = _Comparison(
            placeholders, ignore_array_order, ignore_extra_elements, Effort(STEP_LIMIT)
        )
        try:
            return comparison.same(expected, actual)
        except (ExhaustedError, RecursionError):
            return False

    return equals


class _Comparison(Struct):
    """One comparison under way; `placeholders` are the texts that stand for several values."""

    placeholders: Mapping[str, Callable[[Json], bool]]
    ignore_array_order: bool
    ignore_extra_elements: bool
    effort: Effort

    def same(self, expected: Json, actual: Json) -> bool:
        self.effort.spend()
        if isinstance(expected, dict):
            return isinstance(actual, dict) and self._same_members(expected, actual)
        if isinstance(expected, list):
            return isinstance(actual, list) and self._same_items(expected, actual)
        if isinstance(expected, str) and expected in self.placeholders:
            return self.placeholders[expected](actual)
        if _is_number(expected) and _is_number(actual):
            return bool(expected == actual)
        return type(expected) is type(actual) and bool(expected == actual)

    def _same_members(self, expected: dict[str, Json], actual: dict[str, Json]) -> bool:
        if not self.ignore_extra_elements and not actual.keys() <= expected.keys():
            return False
        for name, value in expected.items():
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
        return self._assignable(expected, actual)

    def _assignable(self, expected: Sequence[Json], actual: Sequence[Json]) -> bool:
        """Whether each expected item has an actual one of its own (Kuhn's matching)."""
        owner: dict[int, int] = {}

        def assign(item: int, tried: set[int]) -> bool:
            # Lists are mostly in the same order: its own place is tried first.
            for place in (item, *range(item), *range(item + 1, len(actual))):
                if place in tried or not self.same(expected[item], actual[place]):
                    continue
                tried.add(place)
                if place not in owner or assign(owner[place], tried):
                    owner[place] = item
                    return True
            return False

        return all(assign(item, set()) for item in range(len(expected)))


def _matching(matches: Callable[[str], bool]) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, str) and matches(value)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else ():
        yield from _texts(part)
    for part in value if isinstance(value, list) else ():
        yield from _texts(part)
