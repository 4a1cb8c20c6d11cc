"""Collects the schemas of one direction from a document: every `$ref` becomes `#/$defs/<name>`.

Only what is reachable is taken, so a reference may point anywhere in the document, and each schema
is read as its direction reads it (OpenAPI 3.1, 4.8.24.1 Fixed Fields: `readOnly`, `writeOnly`).
"""

import re
from collections.abc import Mapping
from operator import is_
from typing import Literal

from msgspec import Struct, field

from emulator.http.messages import Json
from emulator.schema.keywords import MANY, NAMED, ONE, words
from emulator.schema.pointers import resolve
from emulator.schema.validators import Schemas, compile_schemas

Direction = Literal["request", "response"]


_PROPERTIES = ("properties", "patternProperties")
_NOTHING = frozenset[str](), frozenset[str]()
#: A schema with none of these is read as it is written, whatever the direction.
_READ = ONE | MANY | NAMED | words("$ref required dependentRequired")


def _branches(schema: Mapping[str, Json], keyword: str) -> list[Json]:
    branches = schema.get(keyword)
    return branches if isinstance(branches, list) else []


class SchemaCollector(Struct):
    """Collects schemas of one direction by key, and compiles them together."""

    document: Mapping[str, Json]
    direction: Direction
    roots: dict[str, Json] = field(default_factory=dict)
    definitions: dict[str, Json] = field(default_factory=dict)
    #: What a reference is read as, one object for all that are equal.
    _references: dict[tuple[str, frozenset[str]], dict[str, Json]] = field(default_factory=dict)
    #: The same, by what a parent found flagged: what the reference leads to adds to that.
    _referred: dict[tuple[str, frozenset[str]], dict[str, Json]] = field(default_factory=dict)
    _pending: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    #: By the identity of a schema, which is held so that no other gets it: many refer to the same,
    #: and operations share parameters and responses.
    _added: dict[int, tuple[Json, Json]] = field(default_factory=dict)
    _known: dict[int, tuple[Json, tuple[frozenset[str], frozenset[str]]]] = field(
        default_factory=dict
    )
    _flags: dict[int, tuple[Json, bool]] = field(default_factory=dict)
    #: The annotation of properties that do not exist in this direction.
    _flag: str = ""

    def __post_init__(self) -> None:
        self._flag = "readOnly" if self.direction == "request" else "writeOnly"

    def add(self, key: str, schema: Json) -> str:
        """Add a schema under a key of its own and return the key."""
        if id(schema) not in self._added:
            self._added[id(schema)] = schema, self._read(schema, frozenset())
        self.roots[key] = self._added[id(schema)][1]
        while self._pending:
            reference, name, lifted = self._pending.pop()
            self.definitions[name] = self._read(resolve(self.document, reference), lifted)
        return key

    def compile(self) -> Schemas:
        """Compile everything added so far into one validator."""
        return compile_schemas(self.roots, self.definitions)

    def _read(self, schema: Json, lifted: frozenset[str]) -> Json:
        """Read a schema for this direction; `lifted` are names that a parent found flagged.

        What it leaves as it is written is the document's own, not a copy.
        """
        if not isinstance(schema, dict) or _READ.isdisjoint(schema):
            return schema
        if schema.keys() == {"$ref"} and isinstance(schema["$ref"], str):
            return self._referring(schema, lifted)
        lifted |= self._flagged_in(schema)
        return _if_new({k: self._keyword(k, v, lifted) for k, v in schema.items()}, schema)

    def _referring(self, schema: dict[str, Json], lifted: frozenset[str]) -> dict[str, Json]:
        """What a schema is read as that is a reference alone, as most are that have one."""
        key = schema["$ref"], lifted
        if key not in self._referred:
            self._referred[key] = self._reference(key[0], lifted | self._flagged_in(schema))
        return self._referred[key]

    def _keyword(self, keyword: str, value: Json, lifted: frozenset[str]) -> Json:
        if keyword == "$ref" and isinstance(value, str):
            return self._reference(value, lifted)["$ref"]
        if keyword == "required" and lifted and isinstance(value, list):
            return [name for name in value if name not in lifted]
        if keyword == "dependentRequired" and lifted and isinstance(value, dict):
            return {n: [name for name in names if name not in lifted] for n, names in value.items()}
        if keyword in _PROPERTIES and isinstance(value, dict):
            return _if_new({name: self._property(schema) for name, schema in value.items()}, value)
        if keyword == "dependentSchemas" and isinstance(value, dict):
            return {name: self._read(schema, lifted) for name, schema in value.items()}
        if keyword in MANY and isinstance(value, list):
            # What one branch flags, another branch may require.
            inherited = frozenset() if keyword == "prefixItems" else lifted
            read = [self._read(schema, inherited) for schema in value]
            return value if all(map(is_, read, value)) else read
        if keyword in ONE:
            if keyword == "additionalProperties":
                return self._property(value)
            return self._read(value, lifted if keyword in ("then", "else") else frozenset())
        return value

    def _property(self, schema: Json) -> Json:
        # A client may send back what it was given (readOnly); a server never shows what is
        # writeOnly.
        if self.direction == "response" and self._is_flagged(schema):
            return False
        return self._read(schema, frozenset())

    def _flagged_in(self, schema: Json) -> frozenset[str]:
        """Names of the properties that this direction leaves out, wherever they are described."""
        return self._marked(schema)[0]

    def _marked(self, schema: Json) -> tuple[frozenset[str], frozenset[str]]:
        """The names of properties with the flag, and of those without it."""
        if not isinstance(schema, dict) or _READ.isdisjoint(schema):
            return _NOTHING
        if id(schema) in self._known:
            return self._known[id(schema)][1]
        self._known[id(schema)] = schema, _NOTHING  # for what leads back here
        properties = schema.get("properties")
        names = properties.items() if isinstance(properties, dict) else ()
        flagged = frozenset(name for name, value in names if self._is_flagged(value))
        plain = frozenset(name for name, _ in names) - flagged
        for branch in self._all_of(schema):
            inner = self._marked(branch)
            flagged, plain = flagged | inner[0], plain | inner[1]
        for keyword in ("anyOf", "oneOf"):
            # Where one branch has the flag, and none has the property without it.
            marked = [self._marked(branch) for branch in _branches(schema, keyword)]
            unsure = frozenset[str]().union(*(each[1] for each in marked))
            flagged |= frozenset[str]().union(*(each[0] for each in marked)) - unsure
            plain |= unsure
        self._known[id(schema)] = schema, (flagged, plain)
        return flagged, plain

    def _is_flagged(self, schema: Json) -> bool:
        """Whether a property has the flag: itself, or by what it refers to or is made of."""
        if not isinstance(schema, dict):
            return False
        if _READ.isdisjoint(schema):
            return schema.get(self._flag) is True
        if id(schema) not in self._flags:
            self._flags[id(schema)] = schema, False  # for what leads back here
            self._flags[id(schema)] = schema, self._has_flag(schema)
        return self._flags[id(schema)][1]

    def _has_flag(self, schema: dict[str, Json]) -> bool:
        if schema.get(self._flag) is True:
            return True
        if any(map(self._is_flagged, self._all_of(schema))):
            return True
        # A property that may also be null is what it is otherwise.
        alternatives = (
            [branch for branch in _branches(schema, keyword) if branch != {"type": "null"}]
            for keyword in ("anyOf", "oneOf")
        )
        return any(branches and all(map(self._is_flagged, branches)) for branches in alternatives)

    def _all_of(self, schema: dict[str, Json]) -> list[Json]:
        """What a schema refers to, and the other schemas that it adds to itself."""
        reference = schema.get("$ref")
        referred = [resolve(self.document, reference)] if isinstance(reference, str) else []
        return [*referred, *_branches(schema, "allOf")]

    def _reference(self, reference: str, lifted: frozenset[str]) -> dict[str, Json]:
        known = self._references.get((reference, lifted))
        if known is not None:
            return known
        stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", reference.rsplit("/", 1)[-1]) or "schema"
        name, number = stem, 2
        while name in self.definitions:
            name, number = f"{stem}-{number}", number + 1
        read = self._references[reference, lifted] = {"$ref": "#/$defs/" + name}
        self.definitions[name] = True
        self._pending.append((reference, name, lifted))
        return read


def _if_new(read: dict[str, Json], written: dict[str, Json]) -> dict[str, Json]:
    """What was read, or what was written, where that is the same."""
    return written if all(map(is_, read.values(), written.values())) else read
