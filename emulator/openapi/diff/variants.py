"""What discriminators tell apart: validators ignore it, but clients choose a type by it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.http.messages import Json
from emulator.openapi.diff.changes import BREAKING, NON_BREAKING, UNKNOWN, Severity, Side
from emulator.schema.containment.keywords import UNNAMED
from emulator.schema.containment.model import Schema, Steps
from emulator.schema.flatten.references import name_of

_IN_PLACE = ("allOf", "anyOf", "oneOf")
_CHOICES = ("anyOf", "oneOf")

#: The names of the schemas that extend each by `allOf`.
Heirs = Mapping[str, frozenset[str]]

#: (rule without its side, severity, what is said of it)
Told = tuple[str, Severity, str]


@dataclass(frozen=True, slots=True)
class Variants:
    """The values that a property may have by a discriminator, each of which means a schema."""

    property: str
    values: frozenset[str]


def variants(schema: Schema, heirs: Heirs) -> dict[Steps, Variants]:
    """The discriminators of a schema by where in its values they apply, the outermost of each.

    A schema that contains itself is read once on each way into it.
    """
    found: dict[Steps, Variants] = {}
    for at, each in _found(schema.root, (), schema.definitions, heirs, frozenset()):
        found.setdefault(at, each)
    return found


def heirs_of(document: Mapping[str, Json]) -> Heirs:
    """The names of the schemas that extend each of a document by `allOf`, at any distance.

    They are variants of it that no schema of an operation needs to name.
    """
    children: dict[str, set[str]] = {}
    for name, schema in (document.get("components") or {}).get("schemas", {}).items():
        for part in (schema.get("allOf") or ()) if isinstance(schema, dict) else ():
            if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                children.setdefault(part["$ref"].rpartition("/")[2], set()).add(name)
    found: dict[str, frozenset[str]] = {}
    for name in children:
        reached, todo = set[str](), [name]
        while todo:
            new = children.get(todo.pop(), set()) - reached
            reached |= new
            todo += new
        found[name] = frozenset(reached)
    return found


def changes_between(side: Side, old: Variants, new: Variants | None) -> Iterator[Told]:
    """What changed of a discriminator; None is one that is gone."""
    if new is None:
        message = "no discriminator says any longer which variant a value is"
        severity = UNKNOWN if side == "response" else NON_BREAKING
        yield "discriminator-removed", severity, message
        return
    if old.property != new.property:
        message = f"{new.property} says which variant a value is, no longer {old.property}"
        yield "discriminator-property-changed", BREAKING, message
        return
    tells = f"{old.property} may"
    if added := sorted(new.values - old.values):
        severity = BREAKING if side == "response" else NON_BREAKING
        message = f"{tells} be {', '.join(added)}"
        if side == "response":
            message += ": clients don't know that variant"
        yield "discriminator-value-added", severity, message
    if removed := sorted(old.values - new.values):
        severity = BREAKING if side == "request" else NON_BREAKING
        message = f"{tells} no longer be {', '.join(removed)}"
        if side == "request":
            message += ": clients that send it are rejected"
        yield "discriminator-value-removed", severity, message


def _found(
    schema: Json,
    at: Steps,
    definitions: Mapping[str, Json],
    heirs: Heirs,
    above: frozenset[str],
) -> Iterator[tuple[Steps, Variants]]:
    name = ""
    while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        name = name_of(schema["$ref"])
        if name in above or name not in definitions:
            return
        above |= {name}
        schema = definitions[name]
    if not isinstance(schema, dict):
        return
    discriminator = schema.get("discriminator")
    if isinstance(discriminator, dict) and isinstance(discriminator.get("propertyName"), str):
        meant = _references(schema) or heirs.get(name, frozenset())
        written = discriminator.get("mapping")
        mapping = written if isinstance(written, dict) else {}
        # Schemas that no value is mapped to are meant by their names.
        mapped = {str(target).rpartition("/")[2] for target in mapping.values()}
        yield at, Variants(discriminator["propertyName"], frozenset({*mapping, *meant - mapped}))
    for step, part in _parts(schema):
        yield from _found(part, (*at, *step), definitions, heirs, above)


def _parts(schema: Mapping[str, Json]) -> Iterator[tuple[Steps, Json]]:
    """The schemas within one, each with where in the value it applies."""
    for keyword in _IN_PLACE:
        for part in schema.get(keyword) or ():
            yield (), part
    for name, part in (schema.get("properties") or {}).items():
        yield (name,), part
    tuple_ = schema.get("prefixItems") or ()
    for index, part in enumerate(tuple_):
        yield (index,), part
    if "items" in schema:
        yield (len(tuple_),), schema["items"]
    if "additionalProperties" in schema:
        yield (UNNAMED,), schema["additionalProperties"]


def _references(schema: Mapping[str, Json]) -> frozenset[str]:
    """The names of the alternatives of a schema."""
    return frozenset(
        name_of(part["$ref"])
        for keyword in _CHOICES
        for part in schema.get(keyword) or ()
        if isinstance(part, dict) and isinstance(part.get("$ref"), str)
    )
