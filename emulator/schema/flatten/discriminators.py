"""Which branch of a union the value of a discriminator means."""

from collections.abc import Mapping, Sequence

from emulator.http.messages import Json
from emulator.schema.flatten.references import name_of


def stand_ins(mapping: Mapping[str, Json], reference: str) -> list[str]:
    """The values that mean a reference: by the mapping, else by its name."""
    short = name_of(reference)
    mapped = [
        value
        for value, target in mapping.items()
        if target in (reference, short) or str(target).rpartition("/")[2] == short
    ]
    return [*mapped, short]


def named_branch(schema: Mapping[str, Json], branches: Sequence[Json], value: Json) -> Json | None:
    """The branch that a value names by the schema's discriminator, None where it names none."""
    discriminator = schema.get("discriminator")
    if not isinstance(discriminator, dict) or not isinstance(value, dict):
        return None
    name = discriminator.get("propertyName")
    named, mapping = value.get(name), discriminator.get("mapping") or {}
    for branch in branches:
        reference = branch.get("$ref") if isinstance(branch, dict) else None
        if isinstance(reference, str) and named in stand_ins(mapping, reference):
            return branch
    return None
