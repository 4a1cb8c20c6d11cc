"""Schemas without any value that ends: what they require requires them in turn, or has none."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.instances import listed
from emulator.schema.pointers import resolve
from emulator.schema.regex.generate import accepts

_PLAIN = ("null", "boolean", "integer", "number", "string")
_SCALARS = frozenset(_PLAIN)
_CHOICES = ("oneOf", "anyOf")

Schema = Mapping[str, Json]
_Types: TypeAlias = frozenset[str] | None
#: A schema, and the types that what it is part of allows.
_Node: TypeAlias = tuple[Schema, _Types]
_Mark: TypeAlias = tuple[int, _Types]


def _mark(node: _Node) -> _Mark:
    return id(node[0]), node[1]


def endless(document: Mapping[str, Json], references: Iterable[str]) -> Iterator[str]:
    """Those of the references whose schema has no value that ends, of the types it is about.

    What only responses leave out (`writeOnly`) is not needed.
    """
    endings = _Endings(document)
    for reference in references:
        if not endings.has(resolve(document, reference)):
            yield reference


class _Endings:
    """Finds which schemas have an end: each is looked at again only when one it waits for has."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self.document = document
        self.ending: set[_Mark] = set()
        self.met: set[_Mark] = set()
        self.waiting: dict[_Mark, list[_Node]] = {}
        #: What the schema that is looked at needs, and is not known to end.
        self.missing: list[_Node] = []

    def has(self, schema: Json) -> bool:
        """Whether a schema has a value that ends."""
        if not isinstance(schema, dict):
            return schema is not False
        start: _Node = (schema, None)
        stack = [] if _mark(start) in self.met else [start]
        self.met.add(_mark(start))
        while stack:
            node = stack.pop()
            mark = _mark(node)
            if mark in self.ending:
                continue
            self.missing = []
            if self._ends(*node):
                self.ending.add(mark)
                stack += self.waiting.pop(mark, [])
                continue
            new = [each for each in self.missing if _mark(each) not in self.met]
            self.met.update(map(_mark, new))
            if new:
                stack += [node, *new]
                continue
            for each in self.missing:
                self.waiting.setdefault(_mark(each), []).append(node)
        return _mark(start) in self.ending

    def _ends(self, schema: Schema, types: _Types) -> bool:
        parts: list[Schema] = []
        if not self._gather(schema, parts, set()):
            return False
        if any("enum" in part or "const" in part for part in parts):
            return True
        for part in parts:
            if "type" in part:
                own = frozenset(listed(part["type"]))
                types = own if types is None else types & own
        if types is not None and not _SCALARS.isdisjoint(types):
            return True
        choices = [part[each] for part in parts for each in _CHOICES if part.get(each)]
        # A list, so that all that is missing is asked for at once.
        ended = [any(self._known(each, types) for each in options) for options in choices]
        return all([*ended, *(self._known(each, None) for each in self._needed(parts, types))])

    def _known(self, schema: Json, types: _Types) -> bool:
        """Whether a schema is known to have an end; else it is missing."""
        if not isinstance(schema, dict):
            return schema is not False
        node = (schema, types)
        if _mark(node) in self.ending:
            return True
        self.missing.append(node)
        return False

    def _gather(self, schema: Schema, parts: list[Schema], seen: set[int]) -> bool:
        """All that a schema says of the same value, without a choice; False where it refuses."""
        if id(schema) in seen:
            return True
        seen.add(id(schema))
        parts.append(schema)
        reference = schema.get("$ref")
        others = [resolve(self.document, reference)] if isinstance(reference, str) else []
        for other in (*others, *schema.get("allOf", ())):
            if other is False or (isinstance(other, dict) and not self._gather(other, parts, seen)):
                return False
        return True

    def _needed(self, parts: list[Schema], types: _Types) -> Iterator[Json]:
        """The schemas of the members that every object or array has."""
        if types is None or types == {"object"}:
            required = {name for part in parts for name in part.get("required", ())}
            for part in parts:
                for each in _named(part, required):
                    if not self._hidden(each):
                        yield each
            if any(part.get("minProperties", 0) > 0 for part in parts) and not required:
                yield from _of_any_name(parts)
        if types is None or types == {"array"}:
            least = max(part.get("minItems", 0) for part in parts)
            for part in parts:
                tuple_ = part.get("prefixItems", ())[:least]
                yield from tuple_
                if len(tuple_) < least:
                    yield part.get("items", True)
                if types and "contains" in part and part.get("minContains", 1):
                    yield part["contains"]

    def _hidden(self, schema: Json) -> bool:
        """Whether no response has the property."""
        while isinstance(schema, dict):
            if schema.get("writeOnly") is True:
                return True
            if not isinstance(schema.get("$ref"), str) or len(schema) > 1:
                return False
            schema = resolve(self.document, schema["$ref"])
        return False


def _named(part: Schema, required: set[str]) -> Iterator[Json]:
    """What a schema says of properties, where that may have no end."""
    properties, patterns = part.get("properties", {}), part.get("patternProperties", {})
    rest = part.get("additionalProperties")
    for name in required:
        found = name in properties
        if found and not _is_plain(properties[name]):
            yield properties[name]
        for pattern in patterns:
            if accepts(pattern, name):
                found = True
                yield patterns[pattern]
        if not found and isinstance(rest, dict):
            yield rest


def _is_plain(schema: Json) -> bool:
    return isinstance(schema, dict) and schema.get("type") in _PLAIN


def _of_any_name(parts: list[Schema]) -> list[Json]:
    """What all properties have to be, where none is described by its name."""
    if any(part.get("properties") or part.get("patternProperties") for part in parts):
        return []
    return [part["additionalProperties"] for part in parts if "additionalProperties" in part]
