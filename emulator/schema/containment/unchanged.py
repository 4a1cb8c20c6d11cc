"""Find the definitions that two documents share: for most, nothing is left to prove."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.schema.flatten.references import name_of
from emulator.schema.keywords import ANNOTATIONS, subschemas, with_subschemas


def unchanged(one: Mapping[str, Json], other: Mapping[str, Json]) -> frozenset[str]:
    """The names whose definitions are equal in both, with all that these refer to."""
    names = {name for name in one if name in other and one[name] == other[name]}
    uses = {name: set(references_in(one[name])) for name in names}
    while lost := {name for name in names if not uses[name] <= names}:
        names -= lost
    return frozenset(names)


def references_in(schema: Json) -> Iterator[str]:
    """The names a schema refers to."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield name_of(schema["$ref"])
        for sub in subschemas(schema):
            yield from references_in(sub)


def bare(schema: Json) -> Json:
    """The schema without annotations and extensions."""
    if not isinstance(schema, dict):
        return schema
    kept = {
        keyword: value
        for keyword, value in schema.items()
        if keyword not in ANNOTATIONS and not keyword.startswith("x-")
    }
    return with_subschemas(kept, bare)
