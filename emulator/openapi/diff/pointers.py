"""Find the JSON pointers that a reader of a document can follow, behind references."""

from collections.abc import Iterator, Mapping, Sequence

from emulator.http.messages import Json
from emulator.openapi.document.model import Operation, Parameter
from emulator.schema.containment.model import Steps
from emulator.schema.pointers import (
    escape,
    lookup,
    parts_of,
    parts_of_reference,
    pointer_of,
    resolve,
)
from emulator.schema.regex import generate as patterns

_MAX_REFERENCES = 20


class DocumentPointers:
    """Finds places in one document; `items` are the path items that are not among its paths."""

    def __init__(
        self, document: Mapping[str, Json], items: Mapping[str, str] | None = None
    ) -> None:
        self.document = document
        self.items = items or {}

    def operation(self, operation: Operation) -> str:
        """The pointer to an operation."""
        path = operation.path
        item = self.behind(self.items.get(path) or f"/paths/{escape(path)}")
        method = operation.method.lower()
        if method in self.at(item):
            return f"{item}/{method}"
        return f"{item}/additionalOperations/{escape(operation.method)}"

    def parameter(self, operation: Operation, parameter: Parameter, *, schema: bool) -> str:
        """The pointer to a parameter, the operation's own or one of its path, or to its schema."""
        own = self.operation(operation)
        content = tuple(parameter.raw.get("content") or ())[:1]
        inner = (*(("content",) if content else ()), *content, "schema") if schema else ()
        for holder in (own, own.rpartition("/")[0]):
            for index in range(len(self.at(holder).get("parameters") or ())):
                pointer = self.behind(f"{holder}/parameters/{index}")
                found = self.at(pointer)
                if (found.get("name"), found.get("in")) == (parameter.name, parameter.location):
                    return self.below(pointer, *inner)
        return own

    def below(self, pointer: str, *names: str) -> str:
        """The pointer to what is below by these names, as far as it exists."""
        for name in names:
            behind = self.behind(pointer)
            if name not in self.at(behind):
                return behind
            pointer = f"{behind}/{escape(name)}"
        return pointer

    def schema(self, pointer: str, at: Steps, keyword: str) -> str:
        """The pointer to the keyword in the schema of a part of the value."""
        for step in at:
            found = next(self._within(pointer, step, 0), None)
            if found is None:
                return self.behind(pointer)
            pointer = found
        for each in self._in_place(pointer, 0):
            if keyword in self.at(each):
                return f"{each}/{keyword}"
        return self.behind(pointer)

    def at(self, pointer: str) -> Mapping[str, Json]:
        """The object at a pointer; {} where there is none."""
        try:
            found = lookup(self.document, parts_of(pointer))
        except KeyError:
            return {}
        return found if isinstance(found, Mapping) else {}

    def behind(self, pointer: str) -> str:
        """The pointer to what a reference at a pointer refers to."""
        for _ in range(_MAX_REFERENCES):
            reference = self.at(pointer).get("$ref")
            if not isinstance(reference, str):
                break
            try:
                resolve(self.document, reference)
            except KeyError:
                break
            pointer = pointer_of(parts_of_reference(reference.removeprefix("#")))
        return pointer

    def _in_place(self, pointer: str, depth: int) -> Iterator[str]:
        """The schemas that a schema applies to the same value, itself first."""
        pointer = self.behind(pointer)
        yield pointer
        if depth < _MAX_REFERENCES:
            for keyword in ("allOf", "anyOf", "oneOf"):
                for index in range(len(self.at(pointer).get(keyword) or ())):
                    yield from self._in_place(f"{pointer}/{keyword}/{index}", depth + 1)

    def _within(self, pointer: str, step: str | int, depth: int) -> Iterator[str]:
        """The schemas of a property or an item, the most specific first."""
        places = [*self._in_place(pointer, depth)]
        for place in places:
            schema = self.at(place)
            for keyword, name in _names(schema, step):
                yield f"{place}/{keyword}" + ("" if name is None else f"/{escape(name)}")
        for place in places:
            rest = "additionalProperties" if isinstance(step, str) else "items"
            if isinstance(self.at(place).get(rest), dict):
                yield f"{place}/{rest}"


def shown(at: Sequence[str | int]) -> str:
    """A place in a value as people read it: `/pets/*/name`."""
    return "".join(f"/{'*' if isinstance(step, int) else escape(step)}" for step in at)


def _names(schema: Mapping[str, Json], step: str | int) -> Iterator[tuple[str, str | None]]:
    if isinstance(step, int):
        if step < len(schema.get("prefixItems") or ()):
            yield "prefixItems", str(step)
        return
    if step in (schema.get("properties") or {}):
        yield "properties", step
    for shape in schema.get("patternProperties") or {}:
        if patterns.accepts(shape, step):
            yield "patternProperties", shape
