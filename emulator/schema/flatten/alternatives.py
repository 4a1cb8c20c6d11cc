"""Split a schema into flat alternatives, each of one type.

Together the alternatives accept at least what the schema accepts. What has no flat form (`not`,
`if`, `contains`) is kept beside it, or dropped: a proof for more values is one for fewer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.http.messages import Json
from emulator.schema.flatten.effort import Effort, Ungeneratable
from emulator.schema.flatten.merge import Flat, merge
from emulator.schema.flatten.references import resolve
from emulator.schema.keywords import words

#: All types but `integer`, which `number` covers.
TYPES = ("null", "boolean", "number", "string", "array", "object")

#: Keywords that `merge` joins without making the schema narrower than both.
_PLAIN = words(
    "type enum const multipleOf pattern format uniqueItems minimum maximum exclusiveMinimum "
    "exclusiveMaximum minLength maxLength minItems maxItems minProperties maxProperties "
    "properties patternProperties additionalProperties propertyNames required dependentRequired "
    "prefixItems items"
)
#: Keywords that mean something only together with those beside them.
GROUPS = (("not",), ("if", "then", "else"), ("contains", "minContains", "maxContains"))
#: The most alternatives that one choice may have.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Alternative:
    """One alternative: `flat` has a `type` of one name, `also` are further groups of keywords.

    `refused` are schemas that must not match: the other branches of a `oneOf`.
    """

    flat: Flat
    also: tuple[Flat, ...] = ()
    refused: tuple[Json, ...] = ()

    @property
    def type(self) -> str:
        """The one type of its values."""
        name: str = self.flat["type"]
        return name


def alternatives(
    schema: Json, definitions: Mapping[str, Json], effort: Effort
) -> Iterator[Alternative]:
    """The alternatives of a schema, each of one type; none where it accepts nothing."""
    for each in _flattened(schema, definitions, effort, ()):
        types = each.flat.get("type", TYPES)
        for name in types if isinstance(types, list | tuple) else (types,):
            yield Alternative({**each.flat, "type": name}, each.also, each.refused)


def admits(schema: Json, name: str, definitions: Mapping[str, Json], effort: Effort) -> bool:
    """Whether a schema accepts any value of a type."""
    return any(
        each.type == name or {each.type, name} == {"integer", "number"}
        for each in alternatives(schema, definitions, effort)
    )


def group(schema: Flat, names: tuple[str, ...]) -> Flat:
    """The keywords of these names that a schema has; none where the first is missing."""
    return {name: schema[name] for name in names if name in schema} if names[0] in schema else {}


def _flattened(
    schema: Json, definitions: Mapping[str, Json], effort: Effort, via: tuple[str, ...]
) -> list[Alternative]:
    effort.spend()
    if schema is False:
        return []
    if not isinstance(schema, dict):
        return [Alternative({})]
    own = {keyword: value for keyword, value in schema.items() if keyword in _PLAIN}
    also = tuple(each for names in GROUPS if (each := group(schema, names)))
    found = [Alternative(own, also)]
    for options in _conjuncts(schema, definitions, effort, via):
        found = [both for one in found for other in options for both in _joined(one, other)]
        effort.spend(len(found))
    return found


def _conjuncts(
    schema: Flat, definitions: Mapping[str, Json], effort: Effort, via: tuple[str, ...]
) -> Iterator[list[Alternative]]:
    """What else applies to the same value: a list of alternatives for each keyword."""
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in via:
        target = resolve(reference, definitions)
        yield _flattened(target, definitions, effort, (*via, reference))
    for sub in schema.get("allOf", ()):
        yield _flattened(sub, definitions, effort, via)
    for keyword in ("anyOf", "oneOf"):
        subs = schema.get(keyword, ())
        options = [
            Alternative(each.flat, each.also, (*each.refused, *_others(subs, sub, keyword)))
            for sub in subs
            for each in _flattened(sub, definitions, effort, via)
        ]
        if subs and len(options) <= _MOST:
            yield options


def _others(subs: list[Json], sub: Json, keyword: str) -> list[Json]:
    return [other for other in subs if other is not sub] if keyword == "oneOf" else []


def _joined(one: Alternative, other: Alternative) -> Iterator[Alternative]:
    """Merge two alternatives, unless they contradict each other."""
    try:
        flat = merge(one.flat, other.flat)
    except Ungeneratable:
        return
    yield Alternative(flat, one.also + other.also, one.refused + other.refused)
