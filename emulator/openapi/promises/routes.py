"""Which members of a response a path speaks of: its nouns, and the values of its parameters."""

import re
from functools import lru_cache
from typing import NamedTuple

from emulator.schema.keywords import words
from emulator.schema.spelling import parts_of, plain, singular

#: Members that are the id of the object which has them, the first of them where it has several.
ID_MEMBERS = ("id", "uuid", "guid", "gid", "_id")

#: Last words of a name that tell one record from another.
IDS = words("id uuid guid gid uid")

#: Members that name a record where its path parameter is only called as what it names.
_NAMING = ("id", "slug", "name", "key", "code")

_PARAMETER = re.compile(r"\{([^{}]+)\}")


class Step(NamedTuple):
    """A path parameter, and the plain names of the members that have its value.

    `either`: of these members the first that can take it. `holder` names the object it is the id
    of, in what belongs to it.
    """

    parameter: str
    members: tuple[str, ...]
    either: tuple[str, ...] = ()
    holder: str = ""


class Route(NamedTuple):
    """A path template: the record that it names, if it does, those above it, its last noun, all."""

    own: Step | None
    above: tuple[Step, ...]
    noun: str
    nouns: frozenset[str]


@lru_cache(maxsize=4096)
def route_of(template: str) -> Route:
    """What a path template says of the members of its responses."""
    segments = template.strip("/").split("/")
    above: list[Step] = []
    own: Step | None = None
    noun, nouns = "", set[str]()
    for number, segment in enumerate(segments):
        found = _PARAMETER.findall(segment)
        if not found:
            noun = singular(plain(segment))
            nouns.add(noun)
            continue
        last = number == len(segments) - 1
        for each in found[:-1] if last else found:
            above.append(_above(each, noun))
        if last:
            own = _own(found[-1], noun)
        else:
            noun = ""
    return Route(own, tuple(above), noun, frozenset(nouns))


def _rest(parameter: str, noun: str) -> tuple[str, ...]:
    """The words of a parameter without those of its noun: `petId` of pets is id."""
    words = parts_of(parameter)
    for count in range(len(words), 0, -1):
        if singular("".join(words[:count])) == noun:
            return words[count:]
    return words


def _own(parameter: str, noun: str) -> Step:
    name, rest = plain(parameter), _rest(parameter, noun)
    members = [name, "".join(rest)]
    if not rest or (rest == parts_of(parameter) and rest[-1] not in IDS):
        either = _NAMING if not rest else ()
        return Step(parameter, (name,), either)
    if rest[-1] in IDS:
        members += ["id", f"{noun}id"]
    return Step(parameter, tuple(dict.fromkeys(filter(None, members))), (), _named(parameter))


def _named(parameter: str) -> str:
    """What a parameter names: `user_id` a user."""
    return singular("".join(word for word in parts_of(parameter) if word not in IDS))


def _above(parameter: str, noun: str) -> Step:
    name = plain(parameter)
    members = [f"{noun}id"] if noun else []
    if name not in IDS and name not in _NAMING:
        members.insert(0, name)
    return Step(parameter, tuple(dict.fromkeys(members)), (), noun or _named(parameter))
