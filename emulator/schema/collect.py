"""Collects the schemas of one direction from a document: every `$ref` becomes `#/$defs/<name>`.

Only what is reachable is taken, so a reference may point anywhere in the document, and each schema
is read as its direction reads it (OpenAPI 3.1, 4.8.24.1 Fixed Fields: `readOnly`, `writeOnly`).
"""

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from emulator.http.messages import Json
from emulator.schema.keywords import MANY, NAMED, ONE
from emulator.schema.pointers import follow, resolve
from emulator.schema.validators import Schemas, compile_schemas

Direction = Literal["request", "response"]


class SchemaCollector(Struct):
    """Collects schemas of one direction by key, and compiles them together."""

    document: Mapping[str, Json]
    direction: Direction
    roots: dict[str, Json] = field(default_factory=dict)
    definitions: dict[str, Json] = field(default_factory=dict)
    _names: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict)
    _pending: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    #: By the identity of a schema, which is held so that no other gets it: many refer to the same,
    #: and operations share parameters and responses.
    _added: dict[int, tuple[Json, Json]] = field(default_factory=dict)
    _known: dict[int, tuple[Json, frozenset[str]]] = field(default_factory=dict)
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
        """Read a schema for this direction; `lifted` are names that a parent found flagged."""
        if not isinstance(schema, dict):
            return schema
        lifted |= self._flagged_in(schema)
        read: dict[str, Json] = {}
        for keyword, value in schema.items():
            read[keyword] = self._keyword(keyword, value, lifted)
        return read

    def _keyword(self, keyword: str, value: Json, lifted: frozenset[str]) -> Json:
        if keyword == "$ref" and isinstance(value, str):
            return "#/$defs/" + self._name(value, lifted)
        if keyword == "required" and lifted and isinstance(value, list):
            return [name for name in value if name not in lifted]
        if keyword == "properties" and isinstance(value, dict):
            return {name: self._property(schema) for name, schema in value.items()}
        if keyword in NAMED and isinstance(value, dict):
            return {name: self._read(schema, frozenset()) for name, schema in value.items()}
        if keyword in MANY and isinstance(value, list):
            # What one branch flags, another branch may require.
            inherited = frozenset() if keyword == "prefixItems" else lifted
            return [self._read(schema, inherited) for schema in value]
        if keyword in ONE:
            return self._read(value, frozenset())
        return value

    def _property(self, schema: Json) -> Json:
        # A client may send back what it was given (readOnly); a server never shows what is
        # writeOnly.
        if self.direction == "response" and self._is_flagged(schema):
            return False
        return self._read(schema, frozenset())

    def _flagged_in(self, schema: Json) -> frozenset[str]:
        followed = follow(self.document, schema)
        if id(followed) not in self._known:
            self._known[id(followed)] = followed, self._flagged(followed, 0)
        return self._known[id(followed)][1]

    def _flagged(self, schema: Json, depth: int) -> frozenset[str]:
        """Names of the properties that this direction leaves out, through `$ref` and `allOf`."""
        schema = follow(self.document, schema)
        if not isinstance(schema, dict) or depth > 8:
            return frozenset()
        properties = schema.get("properties")
        names = properties.items() if isinstance(properties, dict) else ()
        found = frozenset(name for name, value in names if self._is_flagged(value))
        for branch in schema.get("allOf") or ():
            found |= self._flagged(branch, depth + 1)
        return found

    def _is_flagged(self, schema: Json) -> bool:
        if not isinstance(schema, dict):
            return False
        if schema.get(self._flag) is True:
            return True
        if "$ref" not in schema:
            return False
        followed = follow(self.document, schema)
        return isinstance(followed, dict) and followed.get(self._flag) is True

    def _name(self, reference: str, lifted: frozenset[str]) -> str:
        known = self._names.get((reference, lifted))
        if known is not None:
            return known
        stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", reference.rsplit("/", 1)[-1]) or "schema"
        name, number = stem, 2
        while name in self.definitions:
            name, number = f"{stem}-{number}", number + 1
        self._names[reference, lifted] = name
        self.definitions[name] = True
        self._pending.append((reference, name, lifted))
        return name
