"""Terms of regular languages, and what is left of them after a character (Brzozowski, 1964).

Unlike a tree of nodes, terms know "both" and "not", so that look-aheads and several patterns are
one term. The end of a text is a character of its own; whether one stands at its start (`first`) is
asked along.
"""

from functools import reduce
from typing import TypeAlias

from emulator.schema.regex.characters import LAST, Ranges, complement, contains, union
from emulator.schema.regex.nodes import (
    Alternation,
    Boundary,
    CharacterSet,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
)

#: Terms are numbers: equal ones have the same.
Term: TypeAlias = int

END = LAST + 1
_ANY: Ranges = ((0, END),)
#: How often a part with a boundary or a look-ahead in it is written out.
_MOST_ROUNDS = 8
#: How many different terms there may be, and how often one is worked out.
_MOST_TERMS, _MOST_STEPS = 6_000, 15_000


class TooManyError(Exception):
    """The terms are too many, or a part of a pattern is nothing regular."""


class Terms:
    """All terms of one search, in the simplest form, and what is known of them."""

    def __init__(self) -> None:
        self._steps = _MOST_STEPS
        self._known: dict[tuple[object, ...], Term] = {}
        self._forms: list[tuple[object, ...]] = []
        self._nullable: dict[tuple[Term, bool], bool] = {}
        self._after: dict[tuple[Term, int, bool], Term] = {}
        self._firsts: dict[tuple[Term, bool], frozenset[Ranges]] = {}
        self.none = self._made(("none",))
        self.empty = self._made(("empty",))
        self.start = self._made(("start",))
        self.all = self._made(("not", self.none))
        self.anything = self.repeat(self.one(_ANY), 0, None)

    def _made(self, form: tuple[object, ...]) -> Term:
        known = self._known.get(form)
        if known is None:
            if len(self._forms) >= _MOST_TERMS:
                raise TooManyError
            known = self._known[form] = len(self._forms)
            self._forms.append(form)
        return known

    def one(self, ranges: Ranges) -> Term:
        """One character."""
        return self._made(("one", ranges)) if ranges else self.none

    def then(self, first: Term, second: Term) -> Term:
        """The first, then the second."""
        if self.none in (first, second):
            return self.none
        if first == self.empty:
            return second
        if second == self.empty:
            return first
        form = self._forms[first]
        if form[0] == "then":
            return self.then(form[1][0], self.then(form[1][1], second))  # type: ignore[index]
        return self._made(("then", (first, second)))

    def either(self, *terms: Term) -> Term:
        """One of the terms."""
        return self._several("either", terms, self.none, (self.all, self.anything))

    def both(self, *terms: Term) -> Term:
        """All of the terms at once."""
        flat = [term for term in terms if term != self.anything]
        return self._several("both", flat, self.all, (self.none,))

    def _several(
        self, kind: str, terms: "list[Term] | tuple[Term, ...]", unit: Term, zeros: tuple[Term, ...]
    ) -> Term:
        found: set[Term] = set()
        for term in terms:
            form = self._forms[term]
            found.update(form[1] if form[0] == kind else (term,))  # type: ignore[arg-type]
        found.discard(unit)
        for zero in zeros:
            if zero in found:
                return zero
        if len(found) < 2:
            return found.pop() if found else unit
        return self._made((kind, tuple(sorted(found))))

    def opposite(self, term: Term) -> Term:
        """Whatever the term is not."""
        form = self._forms[term]
        if form[0] == "not":
            return form[1]  # type: ignore[return-value]
        return self._made(("not", term))

    def repeat(self, term: Term, low: int, high: int | None) -> Term:
        """The term so many times; `high` None is without end."""
        if high == 0 or term == self.empty:
            return self.empty
        if term == self.none:
            return self.none if low else self.empty
        if (low, high) == (1, 1):
            return term
        return self._made(("repeat", term, low, high))

    def nullable(self, term: Term, first: bool) -> bool:
        """Whether the term is the empty text, too."""
        place = term, first
        known = self._nullable.get(place)
        if known is None:
            known = self._nullable[place] = self._is_nullable(term, first)
        return known

    def _is_nullable(self, term: Term, first: bool) -> bool:
        match self._forms[term]:
            case ("empty",):
                return True
            case ("start",):
                return first
            case (("then" | "either" | "both") as kind, tuple(terms)):
                found = (self.nullable(each, first) for each in terms)
                return any(found) if kind == "either" else all(found)
            case ("not", int(inner)):
                return not self.nullable(inner, first)
            case ("repeat", int(inner), int(low), _):
                return low == 0 or self.nullable(inner, first)
        return False

    def after(self, term: Term, code: int, first: bool) -> Term:
        """What has to follow a character."""
        place = term, code, first
        known = self._after.get(place)
        if known is None:
            known = self._after[place] = self._left(term, code, first)
        return known

    def _left(self, term: Term, code: int, first: bool) -> Term:
        self._steps -= 1
        if self._steps < 0:
            raise TooManyError
        match self._forms[term]:
            case ("one", tuple(ranges)):
                return self.empty if contains(ranges, code) else self.none
            case ("then", (int(one), int(other))):
                left = self.then(self.after(one, code, first), other)
                if self.nullable(one, first):
                    left = self.either(left, self.after(other, code, first))
                return left
            case ("either", tuple(terms)):
                return self.either(*[self.after(each, code, first) for each in terms])
            case ("both", tuple(terms)):
                return self.both(*[self.after(each, code, first) for each in terms])
            case ("not", int(inner)):
                return self.opposite(self.after(inner, code, first))
            case ("repeat", int(inner), int(low), high):
                fewer = None if high is None else high - 1  # type: ignore[operator]
                again = self.repeat(inner, max(low - 1, 0), fewer)
                return self.then(self.after(inner, code, first), again)
        return self.none

    def firsts(self, term: Term, first: bool) -> frozenset[Ranges]:
        """The sets of characters that what follows depends on."""
        place = term, first
        known = self._firsts.get(place)
        if known is None:
            known = self._firsts[place] = self._first_sets(term, first)
        return known

    def _first_sets(self, term: Term, first: bool) -> frozenset[Ranges]:
        match self._forms[term]:
            case ("one", tuple(ranges)):
                return frozenset((ranges,))
            case ("then", (int(one), int(other))):
                found = self.firsts(one, first)
                return found | self.firsts(other, first) if self.nullable(one, first) else found
            case (("either" | "both"), tuple(terms)):
                return frozenset[Ranges]().union(*[self.firsts(each, first) for each in terms])
            case (("not" | "repeat"), int(inner), *_):
                return self.firsts(inner, first)
        return frozenset()

    def classes(self, term: Term, first: bool) -> list[tuple[int, Ranges]]:
        """Characters that come to the same: one of them, and all."""
        left: list[Ranges] = [((0, LAST),)]
        for ranges in self.firsts(term, first):
            split = [(_shared(each, ranges), _shared(each, complement(ranges))) for each in left]
            left = [part for both in split for part in both if part]
        return [(ranges[0][0], ranges) for ranges in left]

    def found_in(self, node: Node) -> Term:
        """The texts, up to their end, that a pattern is found in."""
        return self.then(self.anything, self.of(node, self.anything))

    def of(self, node: Node, after: Term) -> Term:
        """What a node matches, with what follows it to the end."""
        match node:
            case CharacterSet(ranges=ranges):
                return self.then(self.one(ranges), after)
            case Sequence(items):
                return reduce(lambda rest, item: self.of(item, rest), reversed(items), after)
            case Alternation(options):
                return self.either(*[self.of(option, after) for option in options])
            case Group(item):
                return self.of(item, after)
            case Repeat():
                return self._repeated(node, after)
            case Boundary("^"):
                return self.then(self.start, after)
            case Boundary("$"):
                return self.both(self.then(self.one(((END, END),)), self.anything), after)
            case Look(item) if node.ahead:
                seen = self.of(item, self.anything)
                return self.both(seen if node.positive else self.opposite(seen), after)
        raise TooManyError

    def _repeated(self, node: Repeat, after: Term) -> Term:
        if _is_plain(node.item):
            return self.then(
                self.repeat(self.of(node.item, self.empty), node.low, node.high), after
            )
        if node.high is None or node.high > _MOST_ROUNDS:
            raise TooManyError
        term = after
        for count in range(node.high, 0, -1):
            once = self.of(node.item, term)
            term = once if count <= node.low else self.either(once, after)
        return term


def _is_plain(node: Node) -> bool:
    """Whether a node looks at nothing but its own characters."""
    match node:
        case CharacterSet():
            return True
        case Sequence(items):
            return all(_is_plain(item) for item in items)
        case Alternation(options):
            return all(_is_plain(option) for option in options)
        case Group(item) | Repeat(item):
            return _is_plain(item)
    return False


def _shared(first: Ranges, second: Ranges) -> Ranges:
    both = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return union([(low, high) for low, high in both if low <= high])
