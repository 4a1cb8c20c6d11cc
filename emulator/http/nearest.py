"""The name that was meant: the nearest known one to a name that nobody knows; words for it."""

import difflib
import re
from collections.abc import Iterable
from itertools import islice

#: Longer names are no slips of a pen, and comparing them would cost more than it is worth.
_MOST_CHARACTERS, _MOST_NAMES = 100, 2_000

#: Names that a message lists where none is near: fewer where a command lists them all.
_LISTED, _LISTED_WITHOUT_COMMAND = 8, 40


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The nearest of the known names; empty where none is near.

    Case and the marks between words don't matter: `RATE_LIMIT` is `rate-limit`. `likeness` is how
    near it must be, where 1.0 is the same.
    """
    if len(name) > _MOST_CHARACTERS:
        return ""
    folded: dict[str, str] = {}
    for each in islice(known, _MOST_NAMES):
        folded.setdefault(_letters(each), each)
    written = _letters(name)
    found = difflib.get_close_matches(written, folded, 3, likeness)
    # Letters that changed places are the likeliest slip: `prot` is `port` rather than `root`.
    found.sort(key=lambda each: sorted(each) != sorted(written))
    return folded[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` to follow a message, empty where no known name is near."""
    found = nearest(name, known)
    return f"; did you mean {found!r}?" if found else ""


def unknown(kind: str, name: object, known: Iterable[str], lists: str = "") -> str:
    """That no `kind` has this name, and the way out: the nearest known one, or else all of them.

    `lists` is the command that lists them, for where they are many.
    """
    names, text = list(dict.fromkeys(known)), str(name)
    cut = f"{text[:_MOST_CHARACTERS]}…" if len(text) > _MOST_CHARACTERS else name
    message = f"no {kind} is called {cut!r}"
    if meant := did_you_mean(text, names):
        return message + meant
    if len(names) <= (_LISTED if lists else _LISTED_WITHOUT_COMMAND):
        return f"{message}; there is{': ' + ', '.join(names) if names else ' none'}"
    return message + (f"; `{lists}` lists all" if lists else "")


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower()) or name.lower()
