"""The name that was meant: the nearest known one to a name that nobody knows."""

import difflib
from collections.abc import Iterable

#: Longer names are no slips of a pen, and comparing them would cost more than it is worth.
_MOST_CHARACTERS, _MOST_NAMES = 100, 2_000


def nearest(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names, whatever its case; empty where none is near."""
    if len(name) > _MOST_CHARACTERS:
        return ""
    folded = {each.lower(): each for each in list(known)[:_MOST_NAMES]}
    found = difflib.get_close_matches(name.lower(), folded, 1)
    return folded[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` to follow a message, empty where no known name is near."""
    found = nearest(name, known)
    return f"; did you mean {found!r}?" if found else ""
