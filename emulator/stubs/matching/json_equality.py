"""`equalToJson`: two JSON values compared as WireMock does, by JsonUnit's rules."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Equality:
    """What a value must equal, its regular expressions compiled."""

    expected: Json
    ignore_array_order: bool = False
    ignore_extra_elements: bool = False
    regexes: dict[str, Callable[[str], bool]] = field(default_factory=dict)

    def holds(self, actual: Json) -> bool:
        """Whether a value equals what is expected."""
        try:
            return _Comparison(self, Effort(STEP_LIMIT)).same(self.expected, actual)
        except (ExhaustedError, RecursionError):
            return False


def compile_equality(
    expected: Json, *, ignore_array_order: bool, ignore_extra_elements: bool
) -> Equality:
    """The comparison with `expected`; raises ValueError where a placeholder can't be read."""
    regexes = {}
    for text in _texts(expected):
        found = _REGEX.fullmatch(text)
        if found:
            regexes[text] = compile_regex(found[1])
        elif text.startswith("${json-unit.") and text not in _PLACEHOLDERS:
            raise ValueError(
                f"there is no placeholder {text}; there is: {', '.join(_PLACEHOLDERS)}"
            )
    return Equality(expected, ignore_array_order, ignore_extra_elements, regexes)


@dataclass(slots=True)
class _Comparison:
    """One comparison under way."""

    rule: Equality
    effort: Effort

    def same(self, expected: Json, actual: Json) -> bool:
        self.effort.spend()
        if isinstance(expected, dict):
            return isinstance(actual, dict) and self._same_members(expected, actual)
        if isinstance(expected, list):
            return isinstance(actual, list) and self._same_items(expected, actual)
        if isinstance(expected, str) and expected in self.rule.regexes:
            return isinstance(actual, str) and self.rule.regexes[expected](actual)
        if isinstance(expected, str) and expected in _PLACEHOLDERS:
            return _PLACEHOLDERS[expected](actual)
        if _is_number(expected) and _is_number(actual):
            return bool(expected == actual)
        return type(expected) is type(actual) and bool(expected == actual)

    def _same_members(self, expected: dict[str, Json], actual: dict[str, Json]) -> bool:
        if not self.rule.ignore_extra_elements and not actual.keys() <= expected.keys():
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
        if extra < 0 or (extra and not self.rule.ignore_extra_elements):
            return False
        if not self.rule.ignore_array_order:
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


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else ():
        yield from _texts(part)
    for part in value if isinstance(value, list) else ():
        yield from _texts(part)
