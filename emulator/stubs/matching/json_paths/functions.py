"""The functions of RFC 9535 (2.4) that a filter can call, of what queries find and of values."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from emulator.http.messages import Json
from emulator.schema.regex.linear import compile_regex

#: What a function makes of what each of its arguments finds: one value or none.
Called = Callable[..., Sequence[Json]]


def _length(found: Sequence[Json]) -> Sequence[Json]:
    sized = len(found) == 1 and isinstance(found[0], str | list | dict)
    return [len(found[0])] if sized else []


def _compared(*, whole: bool) -> Called:
    compiled = lru_cache(maxsize=32)(lambda pattern: compile_regex(pattern, whole=whole))

    def function(found: Sequence[Json], patterns: Sequence[Json]) -> Sequence[Json]:
        if not all(len(each) == 1 and isinstance(each[0], str) for each in (found, patterns)):
            return [False]
        try:
            return [compiled(patterns[0])(found[0])]
        except ValueError:
            return [False]

    return function


#: The functions by name, each with the number of its arguments.
CALLS: Mapping[str, tuple[int, Called]] = {
    "length": (1, _length),
    "count": (1, lambda found: [len(found)]),
    "value": (1, lambda found: found if len(found) == 1 else []),
    "match": (2, _compared(whole=True)),
    "search": (2, _compared(whole=False)),
}
