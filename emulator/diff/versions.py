"""An operation as it was and as it is, and how changes of it are told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emulator.diff.changes import Change, Severity, Side
from emulator.diff.contents import Contents, Place
from emulator.media_types import find
from emulator.spec.model import MediaType, Operation

BREAKING, UNKNOWN, NON_BREAKING = Severity.BREAKING, Severity.UNKNOWN, Severity.NON_BREAKING


@dataclass(frozen=True, slots=True)
class Versions:
    """Both versions of an operation."""

    contents: Contents
    old: Operation
    new: Operation

    def old_at(self, *inner: str) -> str:
        """The pointer to what stands at `inner` in the old operation, or to what there is of it."""
        places = self.contents.old_places
        return places.below(places.operation(self.old), *inner)

    def new_at(self, *inner: str) -> str:
        """The same in the new operation."""
        places = self.contents.new_places
        return places.below(places.operation(self.new), *inner)

    def change(
        self, rule: str, severity: Severity, message: str, place: str, inner: Sequence[str]
    ) -> Change:
        """A change of what stands at `inner` in the operation."""
        old, new = self.old_at(*inner), self.new_at(*inner)
        return Change(rule, severity, self.new.key, message, old, new, place)

    def content(
        self,
        side: Side,
        name: str,
        pair: tuple[MediaType, MediaType],
        inner: tuple[Sequence[str], Sequence[str]],
    ) -> Iterator[Change]:
        """The changes of a media type's schema, and of the schema of its items."""
        old, new = pair
        for field in ("schema", "itemSchema"):
            place = Place(
                operation=self.new.key,
                side=side,
                name=f"{name} {new.name}" + (" item" if field == "itemSchema" else ""),
                old_key=old.schema_key if field == "schema" else old.item_key,
                new_key=new.schema_key if field == "schema" else new.item_key,
                old=self.old_at(*inner[0], old.name, field),
                new=self.new_at(*inner[1], new.name, field),
            )
            yield from self.contents.changes(place)


def covering(content: Sequence[MediaType], name: str) -> MediaType | None:
    """The media type that describes content of this type: its own name, or a range."""
    found = next((each for each in content if each.name == name), None)
    key = name if found else find([each.name for each in content], name)
    return found or next((each for each in content if each.name == key), None)
