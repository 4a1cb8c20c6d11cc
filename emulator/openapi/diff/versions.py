"""The two versions of an operation, and the changes between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from emulator.http.media_types import find
from emulator.openapi.diff.changes import Change, Severity, Side
from emulator.openapi.diff.contents import Contents, SchemaPair
from emulator.openapi.document.model import MediaType, Operation

BREAKING, UNKNOWN, NON_BREAKING = Severity.BREAKING, Severity.UNKNOWN, Severity.NON_BREAKING


@dataclass(frozen=True, slots=True)
class Versions:
    """Both versions of an operation."""

    contents: Contents
    old: Operation
    new: Operation

    def pointers(self, old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
        """The pointers to a place in both operations, or as far as it exists."""
        before, after = self.contents.old_pointers, self.contents.new_pointers
        return (
            before.below(before.operation(self.old), *old),
            after.below(after.operation(self.new), *new),
        )

    def change(
        self, rule: str, severity: Severity, message: str, place: str, inner: Sequence[str]
    ) -> Change:
        """A change of what is at `inner` in the operation."""
        pointers = self.pointers(inner, inner)
        return Change(rule, severity, self.new.key, message, *pointers, place)

    def content(
        self,
        side: Side,
        name: str,
        pair: tuple[MediaType, MediaType],
        inner: tuple[Sequence[str], Sequence[str]],
    ) -> Iterator[Change]:
        """The changes of a media type's schema, and of the schema of its items."""
        old, new = pair
        of_whole = old.schema_key, new.schema_key
        of_items = old.item_key, new.item_key
        for field, keys, what in (("schema", of_whole, ""), ("itemSchema", of_items, " item")):
            at = (*inner[0], old.name, field), (*inner[1], new.name, field)
            pointers = partial(self.pointers, *at)
            schemas = SchemaPair(self.new.key, side, f"{name} {new.name}{what}", *keys, pointers)
            yield from self.contents.changes(schemas)


def covering(content: Sequence[MediaType], name: str) -> MediaType | None:
    """The media type that describes content of this type: its own name, or a range."""
    found = next((each for each in content if each.name == name), None)
    key = name if found else find([each.name for each in content], name)
    return found or next((each for each in content if each.name == key), None)
