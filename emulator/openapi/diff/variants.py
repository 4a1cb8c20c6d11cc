"""What discriminators tell apart: validators ignore it, but clients choose a type by it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from emulator.http.messages import Json
from emulator.openapi.diff.changes import BREAKING, NON_BREAKING, UNKNOWN, Severity, Side
from emulator.schema.containment.keywords import UNNAMED
from emulator.schema.containment.model import Schema, Steps
from emulator.schema.containment.unchanged import bare
from emulator.schema.flatten.references import name_of

_IN_PLACE = ("allOf", "anyOf", "oneOf")
_CHOICES = ("anyOf", "oneOf")
_UNNAMED = ("additionalProperties", "unevaluatedProperties")
_ON_CONDITION = ("then", "else")

#: The names of the schemas that extend each by `allOf`.
Heirs = Mapping[str, frozenset[str]]

#: (rule without its side, severity, what is said of it)
Told = tuple[str, Severity, str]


@dataclass(frozen=True, slots=True)
class Variants:
    """The values that a property may have by a discriminator, each of which means a schema."""

    property: str
    #: The name of the schema of each; of "" the one of all other values (`defaultMapping`).
    targets: Mapping[str, str]
    definitions: Mapping[str, Json]

    def values(self) -> frozenset[str]:
        """The values that have a name."""
        return frozenset(self.targets) - {""}


def variants(schema: Schema, heirs: Heirs) -> dict[Steps, list[Variants]]:
    """The discriminators of a schema by where in its values they apply.

    Of those by the same property at one place it is the outermost. A schema that contains itself is
    read once on each way into it.
    """
    found: dict[Steps, dict[str, Variants]] = {}
    for at, each in _found(schema.root, (), schema.definitions, heirs, frozenset()):
        found.setdefault(at, {}).setdefault(each.property, each)
    return {at: list(each.values()) for at, each in found.items()}


def paired(
    old: Sequence[Variants], new: Sequence[Variants]
) -> Iterator[tuple[Variants | None, Variants | None]]:
    """The discriminators of one place in both documents: by their property, else in order."""
    alike = {each.property for each in old} & {each.property for each in new}
    for each in old:
        if each.property in alike:
            yield each, next(other for other in new if other.property == each.property)
    yield from zip_longest(
        [each for each in old if each.property not in alike],
        [each for each in new if each.property not in alike],
    )


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


def changes_between(side: Side, old: Variants | None, new: Variants | None) -> Iterator[Told]:
    """What changed of a discriminator; None is one that is new, or gone."""
    if old is None:
        message = "a discriminator says which variant a value is"
        if side == "request":
            message += ": clients that don't send what it names may be rejected"
        yield "discriminator-added", UNKNOWN if side == "request" else NON_BREAKING, message
        return
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
    if added := sorted(new.values() - old.values()):
        severity = BREAKING if side == "response" else NON_BREAKING
        message = f"{tells} be {', '.join(added)}"
        if side == "response":
            message += ": clients don't know that variant"
        yield "discriminator-value-added", severity, message
    if removed := sorted(old.values() - new.values()):
        severity = BREAKING if side == "request" else NON_BREAKING
        message = f"{tells} no longer be {', '.join(removed)}"
        if side == "request":
            message += ": clients that send it are rejected"
        yield "discriminator-value-removed", severity, message

    yield from _other_targets(side, old, new)


def _other_targets(side: Side, old: Variants, new: Variants) -> Iterator[Told]:
    """Values that mean another schema than before, and what values without a name mean."""
    for value in sorted(old.targets.keys() & new.targets.keys()):
        was, now = old.targets[value], new.targets[value]
        if was == now or bare(old.definitions.get(was)) == bare(new.definitions.get(now)):
            continue
        # One that is gone may only be called something else, and have changed besides.
        severity = BREAKING if was in new.definitions or not value else UNKNOWN
        named = f"{old.property} {value}" if value else f"any other {old.property}"
        message = f"{named} means {now}, no longer {was}"
        yield "discriminator-value-retargeted", severity, message
    if "" in new.targets.keys() - old.targets.keys():
        severity = UNKNOWN if side == "response" else NON_BREAKING
        message = f"any other {old.property} means {new.targets['']}"
        yield "discriminator-default-added", severity, message
    if "" in old.targets.keys() - new.targets.keys():
        severity = BREAKING if side == "request" else NON_BREAKING
        message = f"any other {old.property} no longer means {old.targets['']}"
        yield "discriminator-default-removed", severity, message


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
        named = {value: str(target).rpartition("/")[2] for value, target in mapping.items()}
        if isinstance(default := discriminator.get("defaultMapping"), str):
            named[""] = default.rpartition("/")[2]
        # Schemas that no value is mapped to are meant by their names.
        targets = named | {each: each for each in meant.difference(named.values())}
        yield at, Variants(discriminator["propertyName"], targets, definitions)
    for step, part in _parts(schema):
        yield from _found(part, (*at, *step), definitions, heirs, above)


def _parts(schema: Mapping[str, Json]) -> Iterator[tuple[Steps, Json]]:
    """The schemas within one, each with where in the value it applies."""
    yield from (((), part) for part in _of_the_same(schema))
    for name, part in (schema.get("properties") or {}).items():
        yield (name,), part
    tuple_ = schema.get("prefixItems") or ()
    for index, part in enumerate(tuple_):
        yield (index,), part
    for keyword in ("items", "unevaluatedItems"):
        if keyword in schema:
            yield (len(tuple_),), schema[keyword]
    unnamed = [*(schema.get("patternProperties") or {}).values()]
    unnamed += [schema[each] for each in _UNNAMED if each in schema]
    yield from (((UNNAMED,), part) for part in unnamed)


def _of_the_same(schema: Mapping[str, Json]) -> Iterator[Json]:
    """The schemas that one applies to the same value, perhaps on a condition."""
    for keyword in _IN_PLACE:
        yield from schema.get(keyword) or ()
    yield from (schema[keyword] for keyword in _ON_CONDITION if keyword in schema)
    yield from (schema.get("dependentSchemas") or {}).values()


def _references(schema: Mapping[str, Json]) -> frozenset[str]:
    """The names of the alternatives of a schema."""
    return frozenset(
        name_of(part["$ref"])
        for keyword in _CHOICES
        for part in schema.get(keyword) or ()
        if isinstance(part, dict) and isinstance(part.get("$ref"), str)
    )
