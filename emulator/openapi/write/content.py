"""Draw the content of a media type from its schemas."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.schema.coerce.coercion import Shape, to_text
from emulator.schema.coerce.shapes import compile_shape
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.references import name_of, resolve_or_any
from emulator.schema.generate.words import SENTENCES
from emulator.schema.keywords import words

#: Draws a valid value of a schema (closure over generator, chance and validator; may raise
#: Ungeneratable). It is asked for parts of the documented schemas and for schemas of our own, too.
Draw: TypeAlias = Callable[[Json], Json]

#: How many lines, rows or events a sequence has.
SEVERAL = 3
#: What is drawn where nothing is documented.
PLAUSIBLE: Mapping[str, Json] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "name": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
    },
    "required": ["id", "name", "created_at"],
}
_SENTENCE: Mapping[str, Json] = {"type": "string", "enum": list(SENTENCES)}
#: Keywords that leave a string free: they name or describe it.
_SILENT = words(
    "type title description deprecated readOnly writeOnly nullable $comment externalDocs xml "
    "contentMediaType contentEncoding"
)
_MAX_REFERENCES = 20


class Known:
    """What is worked out once of the schemas of one media type: their shapes, and longer arrays."""

    __slots__ = ("_arrays", "_definitions", "_shapes")

    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._definitions = definitions
        # Each schema is kept beside what is made of it, so that its id stays its own.
        self._shapes: dict[int, tuple[Json, Shape]] = {}
        self._arrays: dict[int, tuple[Json, Json]] = {}

    def shape(self, schema: Json) -> Shape:
        """The shape of a schema."""
        known = self._shapes.get(id(schema))
        if known is None:
            known = schema, compile_shape(schema, self._definitions)
            self._shapes[id(schema)] = known
        return known[1]

    def several(self, schema: Json) -> Json:
        """A schema of arrays, with several items at least."""
        known = self._arrays.get(id(schema))
        if known is None:
            known = schema, {"allOf": [schema], "minItems": SEVERAL}
            self._arrays[id(schema)] = known
        return known[1]


@dataclass(frozen=True, slots=True)
class ContentSchema:
    """A media type's content as documented: `schema` of the whole, `items` of each in a sequence.

    `definitions` is what `#/$defs/<name>` points to.
    """

    schema: Json | None
    items: Json | None
    draw: Draw = field(repr=False)
    definitions: Mapping[str, Json] = field(repr=False)
    known: Known = field(repr=False)

    @property
    def shape(self) -> Shape:
        """The shape of the whole."""
        return self.known.shape(True if self.schema is None else self.schema)

    def resolved(self, schema: Json) -> Json:
        """What a schema that is only a reference refers to."""
        for _ in range(_MAX_REFERENCES):
            if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
                break
            schema = resolve_or_any(schema["$ref"], self.definitions)
        return schema

    def is_free(self, *formats: str) -> bool:
        """Whether any string is valid; `format: binary` and `formats` don't count."""
        schema = self.resolved(self.schema)
        if schema is None or schema is True:
            return True
        if not isinstance(schema, dict):
            return False
        limits = {key for key in schema if key not in _SILENT and not key.startswith("x-")}
        if schema.get("format") in ("binary", *formats):
            limits.discard("format")
        return not limits and schema.get("type") in (None, "string", ["string"], ["string", "null"])

    def is_text(self) -> bool:
        """Whether a string is allowed."""
        return "string" in self.shape.types

    def value(self) -> Json:
        """A value of the whole; a plausible object where nothing is documented."""
        return self.draw(whole(self.schema))

    def text(self) -> Json:
        """A value of the whole; a sentence where any string is valid."""
        if not self.is_free():
            return self.draw(self.schema)
        return self.draw(_SENTENCE)

    def values(self) -> list[Json]:
        """The values of a sequence: of `items`, of an array, or several of the whole."""
        if self.items is None and self.is_array():
            try:
                value = self.draw(self.known.several(self.schema))
            except Ungeneratable:
                value = self.draw(self.schema)
            return value if isinstance(value, list) else [value]
        each = self.each()
        return [each.value() for _ in range(SEVERAL)]

    def is_array(self) -> bool:
        """Whether the whole is an array and nothing else, null aside."""
        return self.shape.types - {"null"} == {"array"}

    def each(self) -> "ContentSchema":
        """The content of each value in a sequence; the whole if it is none."""
        if self.items is not None:
            return self.part(self.items)
        if not self.is_array():
            return self
        resolved = self.resolved(self.schema)
        return self.part(resolved.get("items", True) if isinstance(resolved, dict) else True)

    def part(self, schema: Json) -> "ContentSchema":
        """The content that another schema describes."""
        return ContentSchema(schema, None, self.draw, self.definitions, self.known)


def whole(schema: Json | None) -> Json:
    """The schema of the whole; a plausible object's where nothing is documented."""
    return PLAUSIBLE if schema is None or schema is True or schema == {} else schema


def text_of(value: Json) -> str:
    """A value as text: arrays and objects as JSON."""
    return dump(value).decode() if isinstance(value, dict | list) else to_text(value)


def reference_name(schema: Json) -> str | None:
    """The name of the definition a schema refers to."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return name_of(reference).rsplit("/", 1)[-1] if isinstance(reference, str) else None
