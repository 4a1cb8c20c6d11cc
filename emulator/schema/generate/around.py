"""Draw around a value that is given: what it has of the same names is taken from it."""

from collections.abc import Callable, Sequence, Set
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.draws import Word
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.spelling import members_by_plain_name, plain

#: Draws a part that has no parts of its own.
Simple: TypeAlias = Callable[[Word], Json]

#: Longer names than this are nobody's in another spelling.
_LONG = 100
#: The classes of values that have parts.
_WITH_PARTS = frozenset((dict, list))


class Taken:
    """What of a value was taken from another one, by the ids of its objects and lists.

    `names` are those of an object's members that were, `whole` is what was taken as it stood.
    """

    __slots__ = ("names", "whole")

    def __init__(self) -> None:
        self.names: dict[int, Set[str]] = {}
        self.whole: set[int] = set()


#: Draws a part around a value that is given; raises Ungeneratable where nothing of it fits.
Around: TypeAlias = Callable[[Word, Json, Taken], Json]


def value_around(_: Word, given: Json, __: Taken) -> Json:
    """Takes any value without parts as it is."""
    if given.__class__ in _WITH_PARTS:
        raise Ungeneratable("nothing says what its parts are")
    return given


def object_around(parts: Sequence[tuple[str, Simple, Around]], draw: Simple) -> Around:
    """Takes the members of an object whose names it has, in any spelling, and draws the others."""
    flat = all(take is value_around for _, _, take in parts)
    rows = tuple((name, part) for name, part, _ in parts)
    known = members_by_plain_name(tuple(name for name, _ in rows))
    names = dict(rows).keys()

    def around(word: Word, given: Json, taken: Taken) -> Json:
        if given.__class__ is not dict:
            return draw(word)
        sent = given.keys()
        plainly = flat and _WITH_PARTS.isdisjoint(map(type, given.values()))
        if plainly and sent == names:
            made = given.copy()
            taken.whole.add(id(made))
            return made
        if not sent <= names:
            given = _respelled(given, known)
            if names.isdisjoint(given):
                raise Ungeneratable("none of its members is known")
        if plainly:
            made = {name: given[name] if name in given else part(word) for name, part in rows}
        else:
            made = {
                name: take(word, given[name], taken) if name in given else part(word)
                for name, part, take in parts
            }
        taken.names[id(made)] = given.keys()
        return made

    return around


def list_around(take: Around, draw: Simple) -> Around:
    """Takes each item of a list."""

    def around(word: Word, given: Json, taken: Taken) -> Json:
        if given.__class__ is not list:
            return draw(word)
        made = [take(word, each, taken) for each in given]
        if taken.whole.issuperset(map(id, made)) or dict not in map(type, given):
            taken.whole.add(id(made))
        return made

    return around


def _respelled(given: dict[str, Json], known: dict[str, str]) -> dict[str, Json]:
    """The members of an object, those in another spelling by the name that is known as well."""
    made = given
    for name in given.keys() - known.values():
        found = known.get(plain(name)) if len(name) <= _LONG else None
        if found is not None and found not in given:
            made = {**made, found: given[name]}
    return made
