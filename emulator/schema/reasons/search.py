"""What one explanation goes through: each schema looks at each value once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec
from jsonschema_rs import Draft202012Validator, ValidationError

from emulator.http.messages import Json
from emulator.schema.flatten.references import resolve_or_any
from emulator.schema.reasons import branches
from emulator.schema.reasons.branches import Found, Reason, quoted, said
from emulator.schema.reasons.judges import judge

#: How many pairs of schema and value are looked at for one explanation.
MOST_STEPS = 20_000
#: How many reasons are told; one more says that there are others.
MOST_REASONS = 100
_TAGS = frozenset(["const", "enum"])

#: Says what a keyword's subschemas have against a value: (search, schema, argument, value).
Check: TypeAlias = Callable[["ReasonSearch", dict[str, Json], Json, Json], Found]


class EffortError(Exception):
    """An explanation that would take too long."""


class SchemaNode(msgspec.Struct, frozen=True):
    """A schema: `own` are the keywords without subschemas, each `alone` too; `checks` the others.

    The schema is kept, so that its id stays its own.
    """

    schema: dict[str, Json]
    own: Draft202012Validator
    alone: Mapping[str, Draft202012Validator]
    checks: Sequence[tuple[Check, Json]]


class KnownSchemas:
    """What is worked out once of the schemas of a document."""

    def __init__(self, definitions: Mapping[str, Json], checks: Mapping[str, Check]) -> None:
        self.definitions = definitions
        self._checks = checks
        self._nodes: dict[int, SchemaNode] = {}
        self._patterns: dict[str, Draft202012Validator] = {}

    def node(self, schema: dict[str, Json]) -> SchemaNode:
        """A schema as it is asked."""
        known = self._nodes.get(id(schema))
        if known is None:
            known = self._nodes[id(schema)] = self._node(schema)
        return known

    def matches(self, pattern: str, name: str) -> bool:
        """Whether a property's name matches a pattern."""
        known = self._patterns.get(pattern)
        if known is None:
            known = self._patterns[pattern] = Draft202012Validator({"pattern": pattern})
        return known.is_valid(name)

    def _node(self, schema: dict[str, Json]) -> SchemaNode:
        own = {name: value for name, value in schema.items() if name not in self._checks}
        alone = {name: judge({name: value}) for name, value in own.items()}
        checks = [
            (self._checks[name], value) for name, value in schema.items() if name in self._checks
        ]
        return SchemaNode(schema, judge(own), alone, checks)


class ReasonSearch:
    """One explanation: what each schema says of each value, and the steps that are left."""

    def __init__(self, schemas: KnownSchemas) -> None:
        self.schemas = schemas
        self.steps = MOST_STEPS
        self.known: dict[tuple[int, int], Found] = {}

    def find(self, schema: Json, value: Json) -> Found:
        """Why the schema doesn't accept the value; nothing where it does."""
        while isinstance(schema, dict) and "$ref" in schema and len(schema) == 1:
            schema = self.referred(schema["$ref"])
        if not isinstance(schema, dict):
            refused = f"False schema does not allow {quoted(value)}"
            return (Reason((), "false", refused),) if schema is False else ()
        key = id(schema), id(value)
        known = self.known.get(key)
        if known is not None:
            return known
        self.spend()
        self.known[key] = ()  # for what refers back to the same value
        node = self.schemas.node(schema)
        found: list[Reason] = [] if node.own.is_valid(value) else _unkept(node, value)
        for check, argument in node.checks:
            found += check(self, schema, argument, value)
        self.known[key] = result = tuple(found[: MOST_REASONS + 1])
        return result

    def spend(self) -> None:
        """Raise EffortError where too many pairs were looked at."""
        self.steps -= 1
        if self.steps < 0:
            raise EffortError

    def referred(self, reference: Json) -> Json:
        """The schema that a reference leads to."""
        self.spend()
        return resolve_or_any(reference, self.schemas.definitions)

    def within(self, place: str | int, schema: Json, value: Json) -> Found:
        """The reasons of what stands at a place in a value."""
        found = self.find(schema, value)
        return tuple(each.within(place) for each in found) if found else ()

    def evaluated(self, schema: Json, value: Json) -> set[str | int]:
        """The names of properties, or the indexes of items, that a valid schema evaluates."""
        if not isinstance(schema, dict):
            return set()
        self.spend()
        found = set(self._evaluated_here(schema, value))
        for sub in self._in_place(schema, value):
            if not self.find(sub, value):
                found |= self.evaluated(sub, value)
        return found

    def _evaluated_here(self, schema: dict[str, Json], value: Json) -> Iterator[str | int]:
        if isinstance(value, dict):
            rest = schema.keys() & {"additionalProperties", "unevaluatedProperties"}
            yield from value if rest else (n for n in value if not self.is_additional(schema, n))
        elif isinstance(value, list):
            if schema.keys() & {"items", "unevaluatedItems"}:
                yield from range(len(value))
            yield from range(len(schema.get("prefixItems", ())))
            contains = schema.get("contains", False)
            yield from (i for i, item in enumerate(value) if not self.find(contains, item))

    def _in_place(self, schema: dict[str, Json], value: Json) -> Iterator[Json]:
        """The subschemas that judge the same value."""
        for keyword in ("allOf", "anyOf", "oneOf"):
            yield from schema.get(keyword, ())
        if "$ref" in schema:
            yield self.referred(schema["$ref"])
        if "if" in schema:
            yield schema["if"]
            yield schema.get("else" if self.find(schema["if"], value) else "then")
        if isinstance(value, dict):
            dependent = schema.get("dependentSchemas", {}).items()
            yield from (sub for name, sub in dependent if name in value)

    def is_additional(self, schema: dict[str, Json], name: str) -> bool:
        """Whether neither `properties` nor `patternProperties` describe a property."""
        if name in schema.get("properties", ()):
            return False
        patterns = schema.get("patternProperties")
        return not patterns or not any(self.schemas.matches(p, name) for p in patterns)


def _unkept(node: SchemaNode, value: Json) -> list[Reason]:
    """The reasons of keywords without subschemas; the validator's copy the value into each."""
    said_so, schema = said(node.schema), node.schema
    if not isinstance(value, dict | list):
        single = "const" in schema or len(schema.get("enum", ())) == 1
        return [
            Reason((), keyword, said_so or _message(keyword, error), single and keyword in _TAGS)
            for error in node.own.iter_errors(value)
            for keyword in (str(error.schema_path[-1]),)
        ]
    return [
        Reason(path, keyword, said_so or message)
        for keyword, alone in node.alone.items()
        if not alone.is_valid(value)
        for path, message in branches.unkept(schema, keyword, value)
    ]


def _message(keyword: str, error: ValidationError) -> str:
    return branches.of_format(error) if keyword == "format" else error.message
