"""Names of members in any spelling: camel, snake, kebab."""

import re
from functools import lru_cache

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")

#: Longer names are nobody's in another spelling.
LONGEST_NAME = 100


@lru_cache(maxsize=8192)
def parts_of(name: str) -> tuple[str, ...]:
    """The words of a name, lower case: `petId`, `pet_id` and `Pet-ID` are pet, id."""
    return tuple(part.lower() for part in _PARTS.findall(name))


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """A name without its spelling: `petid`.

    It is kept: ask for no name of a client's that is longer than `LONGEST_NAME`.
    """
    return "".join(parts_of(name))


@lru_cache(maxsize=4096)
def members_by_plain_name(names: tuple[str, ...]) -> dict[str, str]:
    """The members of an object by their plain names; the first of several."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(plain(name), name)
    return found


#: How plurals of so many letters at least end, and what ends their singulars.
_PLURALS = (
    ("ies", "y", 5),
    ("sses", "ss", 5),
    ("shes", "sh", 5),
    ("ches", "ch", 5),
    ("tuses", "tus", 6),
    ("xes", "x", 4),
)


def singular(noun: str) -> str:
    """One of what a plural names, as far as English is regular."""
    for ending, instead, least in _PLURALS:
        if noun.endswith(ending) and len(noun) >= least:
            return noun[: -len(ending)] + instead
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun
