"""Places in error bodies: what stands there, and copies in which it is another or missing."""

from collections.abc import Iterator
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.mock import error_words as words

#: Names and indexes that lead to a place in a body.
Path: TypeAlias = tuple[str | int, ...]


def members(body: Json) -> Iterator[tuple[Path, str, Json]]:
    """The members of objects, outer ones first, each with its path and plain name.

    Of a list only the first entry is looked at, of what is nested deeper than five levels nothing.
    """
    level: list[tuple[Path, Json]] = [((), body)]
    for _ in range(5):
        inner: list[tuple[Path, Json]] = []
        for path, value in level:
            if isinstance(value, dict):
                for name, member in value.items():
                    at = (*path, name)
                    yield at, words.plain(name), member
                    if isinstance(member, dict | list):
                        inner.append((at, member))
            elif value and isinstance(value, list):
                inner.append(((*path, 0), value[0]))
        level = inner


def value_at(body: Json, path: Path) -> Json:
    """The value at a path."""
    for part in path:
        body = body[part]
    return body


def with_value(body: Json, path: Path, value: Json) -> Json:
    """A copy of the body with another value at a path; its last part may be new."""
    changed = body.copy()
    first = path[0]
    changed[first] = value if len(path) == 1 else with_value(body[first], path[1:], value)
    return changed


def without(body: Json, path: Path) -> Json:
    """A copy of the body without the member at a path."""
    changed, first = body.copy(), path[0]
    if len(path) == 1:
        del changed[first]
    else:
        changed[first] = without(body[first], path[1:])
    return changed
