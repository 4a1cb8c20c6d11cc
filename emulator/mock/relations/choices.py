"""Members of which one says which of the others is there: `{type: card, card: {…}, cash: {…}}`."""

from collections.abc import Iterable, Mapping

from emulator.http.messages import Json
from emulator.mock.relations.draft import GONE, Draft
from emulator.schema.flatten.references import resolve_or_any
from emulator.schema.keywords import subschemas

#: By the name of the member that says it, the names of those that it chooses from, together.
Choices = Mapping[str, tuple[frozenset[str], ...]]


def choices_of(schemas: Iterable[Json], definitions: Mapping[str, Json]) -> Choices:
    """The choices that objects of these schemas have: members whose `enum` names other members."""
    found: dict[str, dict[frozenset[str], None]] = {}
    pending = [each for each in schemas if isinstance(each, dict)]
    while pending:
        schema = pending.pop()
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            properties = {}
        for name, member in properties.items():
            options = _named(member, definitions) & properties.keys() - {name}
            if len(options) > 1:
                found.setdefault(name, {})[frozenset(options)] = None
        pending += [each for each in subschemas(schema) if isinstance(each, dict)]
    return {name: tuple(options) for name, options in found.items()}


def _named(schema: Json, definitions: Mapping[str, Json]) -> frozenset[str]:
    """The texts that a schema allows, where it lists them."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        schema = resolve_or_any(schema["$ref"], definitions)
    listed = schema.get("enum") if isinstance(schema, dict) else None
    return frozenset(each for each in listed or () if isinstance(each, str))


def choose_one(draft: Draft, record: dict[str, Json], choices: Choices) -> None:
    """Leave of the members that are chosen from only the one that is named."""
    for name in choices.keys() & record.keys():
        said = record[name]
        for options in choices[name]:
            if said.__class__ is str and said in options and said in record:
                for other in sorted(options):
                    if other != said and other in record:
                        draft.put(record, other, GONE)
