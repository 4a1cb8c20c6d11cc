"""Which definitions mean the same in two documents: most of them, and nothing is to prove there."""

from collections.abc import Iterator, Mapping

from emulator.generation.references import name_of
from emulator.messages import Json


def unchanged(one: Mapping[str, Json], other: Mapping[str, Json]) -> frozenset[str]:
    """Names that stand for the same in both, as far as they reach."""
    names = {name for name in one if name in other and one[name] == other[name]}
    uses = {name: set(references_in(one[name])) for name in names}
    while lost := {name for name in names if not uses[name] <= names}:
        names -= lost
    return frozenset(names)


def references_in(schema: Json) -> Iterator[str]:
    """The names a schema refers to."""
    if isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword == "$ref" and isinstance(value, str):
                yield name_of(value)
            else:
                yield from references_in(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from references_in(item)
