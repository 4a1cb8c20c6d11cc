"""Find unions whose discriminator doesn't tell their branches apart."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from emulator.http.messages import Json
from emulator.schema.draws import random_words
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort, ExhaustedError, Ungeneratable
from emulator.schema.generate.generator import Generator
from emulator.schema.keywords import subschemas

#: Unions of more branches are not searched: each is compared with all others.
_MOST_BRANCHES = 60
_STEPS = 15_000


class Overlap(NamedTuple):
    """A value of the first branch, by the property that names it, is one of the second, too."""

    property: str
    first: str
    second: str


def overlaps(schema: Json, definitions: Mapping[str, Json]) -> Iterator[Overlap]:
    """The first overlap of each `oneOf` with a discriminator in a schema and its parts."""
    if not isinstance(schema, dict):
        return
    discriminator, branches = schema.get("discriminator"), schema.get("oneOf")
    if isinstance(discriminator, dict) and isinstance(branches, list):
        found = _first(schema, branches, str(discriminator.get("propertyName")), definitions)
        if found is not None:
            yield found
    for part in subschemas(schema):
        yield from overlaps(part, definitions)


def _first(
    schema: Json, branches: list[Json], name: str, definitions: Mapping[str, Json]
) -> Overlap | None:
    if len(branches) > _MOST_BRANCHES:
        return None
    generator = Generator(definitions)
    for branch in branches:
        try:
            only = {**schema, "oneOf": [branch]}
            values = [
                generator.generate(only, random_words(b""), optional=o) for o in (True, False)
            ]
            for other in branches:
                checker = Checker(definitions, Effort(_STEPS))
                if other is not branch and any(checker.accepts(other, each) for each in values):
                    return Overlap(name, _name(branch), _name(other))
        except (Ungeneratable, ExhaustedError, RecursionError):
            continue
    return None


def _name(branch: Json) -> str:
    reference = branch.get("$ref") if isinstance(branch, dict) else None
    if isinstance(reference, str):
        return reference.rpartition("/")[2]
    title = branch.get("title") if isinstance(branch, dict) else None
    return title if isinstance(title, str) else "another branch"
