"""Many patterns by the places where they can match, in the order in which they are asked."""

from collections.abc import Iterable, Mapping
from heapq import merge
from typing import Any, Generic, TypeVar

from msgspec import Struct, field

from emulator.http.messages import Request
from emulator.stubs.matching.places import Place, Shape, places_of
from emulator.stubs.shards import Shards, regrouped

G = TypeVar("G", bound=tuple[Any, ...])


class PatternIndex(Struct, Generic[G], frozen=True):
    """What has a pattern, by its place; in order, as tuples that begin with different ranks.

    `shapes` are those of the places, with the number of places.
    """

    groups: Shards[Place, tuple[G, ...]] = field(default_factory=Shards)
    shapes: Mapping[Shape, int] = field(default_factory=dict)

    def at(self, place: Place) -> tuple[G, ...]:
        """All with a pattern for this place, in order."""
        return self.groups.get(place) or ()

    def candidates(self, request: Request) -> Iterable[G]:
        """All whose pattern a request may match, in order."""
        found = self.groups.found(places_of(request, self.shapes))
        if len(found) > 1:
            return merge(*found)
        return found[0] if found else ()

    def changed(
        self, gone: Iterable[tuple[Place, G]] = (), come: Iterable[tuple[Place, G]] = ()
    ) -> "PatternIndex[G]":
        """This index less some, and with others."""
        gone, come = tuple(gone), tuple(come)
        groups = regrouped(self.groups, gone, come)
        shapes = dict(self.shapes)
        for place in {place for place, _ in (*gone, *come)}:
            shape = place[1]
            if shape is not None:
                before, after = self.groups.get(place), groups.get(place)
                shapes[shape] = shapes.get(shape, 0) + bool(after) - bool(before)
                if not shapes[shape]:
                    del shapes[shape]
        return PatternIndex(groups, shapes)
