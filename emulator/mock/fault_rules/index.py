"""Rules by where they apply, so that a request meets none that are for others."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from msgspec import Struct, field

from emulator.mock.fault_rules.rules import FaultRule, RequestFacts, Where
from emulator.stubs.matching.index import PatternIndex
from emulator.stubs.matching.places import Place

#: A rule after its number in the order of all.
Numbered = tuple[int, FaultRule]

_NAMES = ("api", "operation", "tool")


class LikeRules(Struct, frozen=True):
    """The rules that name the same of api, operation, tool and caller, by what these are to be.

    `read` gets the first three of them; `caller` is whether the rules name one, too. `placed` are
    those that ask something of the request itself.
    """

    read: Callable[[RequestFacts | Where], Any]
    caller: bool
    plain: dict[Any, list[Numbered]] = field(default_factory=dict)
    placed: dict[Any, PatternIndex[Numbered]] = field(default_factory=dict)

    def candidates(self, facts: RequestFacts) -> list[Numbered]:
        """The rules whose names a request has, and whose pattern it may match."""
        named = self.read(facts)
        found: list[Numbered] = []
        values = ((named, caller) for caller in set(facts.caller)) if self.caller else (named,)
        for value in values:
            found += self.plain.get(value, ())
            placed = self.placed.get(value)
            if placed is not None:
                found += placed.candidates(facts.request)
        return found


def index_rules(rules: Iterable[FaultRule]) -> tuple[LikeRules, ...]:
    """The rules, by what they ask of a request."""
    kinds: dict[tuple[bool, ...], LikeRules] = {}
    placed: dict[tuple[tuple[bool, ...], Any], list[tuple[Place, Numbered]]] = {}
    for numbered in enumerate(rules):
        where = numbered[1].where
        asked = tuple(getattr(where, name) is not None for name in (*_NAMES, "caller"))
        if asked not in kinds:
            kinds[asked] = LikeRules(_reader(asked), asked[-1])
        named = kinds[asked].read(where)
        value = (named, where.caller) if asked[-1] else named
        if where.request is None:
            kinds[asked].plain.setdefault(value, []).append(numbered)
        else:
            placed.setdefault((asked, value), []).append((where.request.place, numbered))
    for (asked, value), rows in placed.items():
        index: PatternIndex[Numbered] = PatternIndex()
        kinds[asked].placed[value] = index.changed(come=rows)
    return tuple(kinds.values())


def candidates(index: Iterable[LikeRules], facts: RequestFacts) -> list[Numbered]:
    """The rules that may match a request, in the order of all; others do not."""
    found: list[Numbered] = []
    for like in index:
        found += like.candidates(facts)
    found.sort()
    return found


def _reader(asked: Sequence[bool]) -> Callable[[RequestFacts | Where], Any]:
    """What gets the names that are asked for; one alone as it is."""
    names = [name for name, is_asked in zip(_NAMES, asked, strict=False) if is_asked]
    return attrgetter(*names) if names else lambda _: None
