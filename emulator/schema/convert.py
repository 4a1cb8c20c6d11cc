"""Convert Schema Objects of any OpenAPI version to JSON Schema 2020-12.

Where OpenAPI 3.0 leaves room, schemas are read as Schemathesis reads them, since it judges the
responses (its `converter.to_json_schema`, 4.32):

* `nullable: true` means "or null", whatever is beside it: a type, `allOf`, even `$ref`, all
  other siblings of which 3.0 ignores. It counts in 3.1, too, where it is no keyword any more.
* An `enum` without null stays without null. (For responses Schemathesis is more lenient.)
* Keywords that 3.0 does not know (`const`, `if`, `prefixItems`) count, since authors mean them.
  Here Schemathesis differs: judging by draft 4, it ignores them.
* `int32` and `int64` limit what is declared an integer: 2^63 is no valid int64. Without `type`, or
  beside `number`, they limit nothing.
* `required: true` on a property means that the parent requires it; `false`, that it does not.
* A required name that `additionalProperties: false` forbids is allowed, with any value.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from msgspec import Struct, field

from emulator.http.messages import Json
from emulator.schema.contradictions import notice_contradictions
from emulator.schema.dialects import Dialect, keyword_meant
from emulator.schema.keywords import (
    ANNOTATIONS,
    CHECKS,
    DEFINITIONS,
    MANY,
    NAMED,
    ONE,
    WrongValueError,
    boolean,
    words,
)
from emulator.schema.locations import Place
from emulator.schema.notices import Notices
from emulator.schema.older_drafts import (
    Schema,
    example,
    exclusive_bounds,
    integer_range,
    or_null,
)
from emulator.schema.pointers import is_reference
from emulator.schema.regex.translate import refusal, translate

# Resolved beforehand (`references`), or about dialects, of which there is one from here on.
_GONE = words("$id $anchor $dynamicAnchor $recursiveAnchor $schema $vocabulary additionalItems")
_DYNAMIC = ("$dynamicRef", "$recursiveRef")
#: Keywords that mean something to a validator.
_TESTS = (CHECKS.keys() | ONE | MANY | NAMED | DEFINITIONS) - ANNOTATIONS
#: Keywords other than schemas for which authors put references all the same.
_FOLLOWED = NAMED | DEFINITIONS | MANY | words("enum required type")
_SAMPLED = words("examples default")
_Parts = AbstractContextManager[list[tuple[Json, Place]]]
_MAX_SCHEMAS = 1_000_000  # Swagger's bodies are copied for each media type
_MAX_UNKNOWN = 2_000  # different words that are compared with the keywords
_MAX_PATTERNS = 1_000_000  # characters in all of them together
_UNREAD = f"is not read: all patterns together have more than {_MAX_PATTERNS:,} characters"
_MAX_DEPTH = 200  # validators refuse to compile 256 levels


class SchemaReader(Struct):
    """Converts schemas, and lists the references it finds on the way."""

    dialect: Dialect
    notices: Notices
    #: What a misplaced `$ref` leads to, in parts with their places; and an example behind one.
    follow: Callable[[Schema, Place], _Parts] | None = None
    example_at: Callable[[Json, Place], Json] = lambda value, _: value
    #: Converted schemas that hold a `$ref`, and the place of it.
    references: list[tuple[Schema, Place]] = field(default_factory=list)
    #: Discriminators' mappings.
    mappings: list[tuple[dict[str, str], Place]] = field(default_factory=list)
    #: Schemas with examples or a default, where somebody asks for them.
    samples: list[tuple[str, Json, Place]] | None = None
    unknown: set[str] = field(default_factory=set)
    converted: int = 0
    translated: int = 0

    def convert(self, value: Json, place: Place, depth: int = 0) -> Schema | bool:
        """The schema in 2020-12; broken keywords are fixed or dropped, with a notice."""
        if isinstance(value, bool):
            return value
        if not isinstance(value, dict):
            self.notices.add(place, "wrong-shape", "a schema must be an object; read as {}")
            return {}
        self.converted += 1
        if depth > _MAX_DEPTH or self.converted > _MAX_SCHEMAS:
            code = "too-deep" if depth > _MAX_DEPTH else "too-many-schemas"
            self.notices.add(place, code, "is too deep or one schema too many; read as {}")
            return {}
        if not self.dialect.ref_siblings and isinstance(value.get("$ref"), str):
            return self._reference_only(value, place)
        if isinstance(value.get("items"), list):
            value = self._tuple(value, (place, "items"))
        schema: Schema = {}
        nullable = self._is_nullable(value, place)
        for keyword, item in value.items():
            self._keyword(schema, keyword, item, (place, keyword), depth + 2 * nullable)
        if isinstance(schema.get("$ref"), str):
            keyword = next(each for each in ("$ref", *_DYNAMIC) if isinstance(value.get(each), str))
            self.references.append((schema, (place, keyword)))
        exclusive_bounds(schema)
        integer_range(schema)
        example(schema)
        self._required(schema, value, place)
        notice_contradictions(schema, place, self.notices)
        schema = or_null(schema) if nullable else schema
        if self.samples is not None and not _SAMPLED.isdisjoint(schema):
            self.samples.append(("schema", schema, place))
        return schema

    def _reference_only(self, value: Schema, place: Place) -> Schema:
        schema = {"$ref": value["$ref"]}
        self.references.append((schema, (place, "$ref")))
        ignored = [k for k in value if k in _TESTS and k != self.dialect.nullable]
        if ignored:
            self.notices.add(
                place,
                "ref-siblings",
                f"{', '.join(ignored)} beside `$ref` is ignored before OpenAPI 3.1; "
                "put both into `allOf`",
            )
        return or_null(schema) if self._is_nullable(value, place) else schema

    def _is_nullable(self, value: Schema, place: Place) -> bool:
        keyword = self.dialect.nullable
        if keyword not in value:
            return False
        try:
            return boolean(value[keyword])
        except WrongValueError as error:
            self._drop((place, keyword), keyword, str(error))
            return False

    def _keyword(self, schema: Schema, keyword: str, item: Json, place: Place, depth: int) -> None:
        if keyword in _GONE or keyword == self.dialect.nullable:
            return
        if self.follow and keyword in _FOLLOWED and is_reference(item):
            with self.follow(item, place) as parts:
                self._followed(schema, keyword, item, parts, depth)
        elif keyword in ONE:
            self._one(schema, keyword, item, place, depth)
        elif keyword in MANY:
            if isinstance(item, list) and item:
                schema[keyword] = self._list(item, place, depth)
            else:
                self._drop(place, keyword, "must be a list of at least one schema")
        elif keyword in NAMED or keyword in DEFINITIONS:
            self._named(schema, keyword, item, place, depth)
        elif keyword in CHECKS:
            self._checked(schema, keyword, item, place)
        else:
            self._other(schema, keyword, item, place, depth)

    def _followed(
        self,
        schema: Schema,
        keyword: str,
        item: Schema,
        parts: list[tuple[Json, Place]],
        depth: int,
    ) -> None:
        """A keyword that is no schema itself, but has a `$ref`."""
        (target, where), *own = parts
        if keyword in NAMED or keyword in DEFINITIONS:
            for part, place in parts:
                self._named(schema, keyword, part, place, depth)
        elif keyword in MANY and not isinstance(target, list):
            schema[keyword] = self._list([item], (own[-1] if own else parts[0])[1], depth)
        else:
            self._keyword(schema, keyword, target, where, depth)

    def _one(self, schema: Schema, keyword: str, item: Json, place: Place, depth: int) -> None:
        if isinstance(item, dict | bool):
            schema[keyword] = self.convert(item, place, depth + 1)
        else:
            self._drop(place, keyword, "must be a schema")

    def _tuple(self, value: Schema, place: Place) -> Schema:
        """`items` as a list and `additionalItems` are `prefixItems` and `items` since 2020-12."""
        self.notices.add(
            place, "tuple-items", "`items` must be a schema; the list is read as `prefixItems`"
        )
        rest = value.get("additionalItems")
        value = {"prefixItems": value["items"]} | {k: v for k, v in value.items() if k != "items"}
        if isinstance(rest, dict | bool):
            value["items"] = rest
        return value

    def _list(self, items: list[Json], place: Place, depth: int) -> list[Schema | bool]:
        return [self.convert(item, (place, i), depth + 2) for i, item in enumerate(items)]

    def _named(self, schema: Schema, keyword: str, item: Json, place: Place, depth: int) -> None:
        if not isinstance(item, dict):
            self._drop(place, keyword, "must be an object of schemas")
            return
        named: Schema = schema.setdefault(keyword, {})
        for name, value in item.items():
            try:
                key = self._pattern(name) if keyword == "patternProperties" else name
                named[key] = self.convert(value, (place, name), depth + 2)
            except WrongValueError as error:
                self._drop((place, name), name, str(error))

    def _checked(self, schema: Schema, keyword: str, item: Json, place: Place) -> None:
        if keyword == "type" and item == "file":  # Swagger 2.0's uploads and downloads
            schema["type"], schema["format"] = "string", "binary"
            return
        if keyword == "required" and isinstance(item, bool):
            return  # the parent's `_required` reads it
        try:
            value = CHECKS[keyword](item)
            if keyword == "pattern":
                value = self._pattern(value)
        except WrongValueError as error:
            self._drop(place, keyword, str(error))
            return
        if keyword != "pattern" and value != item:
            self.notices.add(place, "keyword-mended", f"`{keyword}` is read as {value!r:.80}")
        schema[keyword] = value

    def _pattern(self, pattern: str) -> str:
        self.translated += len(pattern)
        unread = self.translated > _MAX_PATTERNS
        if unread or (found := translate(pattern)) is None:
            raise WrongValueError(_UNREAD if unread else refusal(pattern))
        return found.text

    def _other(self, schema: Schema, keyword: str, item: Json, place: Place, depth: int) -> None:
        if keyword in _DYNAMIC or (keyword == "$ref" and not isinstance(item, str)):
            if isinstance(item, str) and "$ref" not in schema:
                schema["$ref"] = item
                if keyword != "$dynamicRef" or not self.dialect.ref_siblings:
                    self.notices.add(place, "dynamic-ref", f"`{keyword}` is read as a plain `$ref`")
            else:
                self._drop(place, keyword, "must be a string, beside no other")
        elif keyword == "discriminator":
            self._discriminator(schema, item, place)
        elif keyword == "dependencies":  # before 2019-09
            for name, value in item.items() if isinstance(item, dict) else ():
                part = "dependentRequired" if isinstance(value, list) else "dependentSchemas"
                extra: Schema = {}
                self._keyword(extra, part, {name: value}, place, depth)
                schema.setdefault(part, {}).update(extra.get(part, {}))
        else:
            example = keyword in ("example", "default")
            schema[keyword] = self.example_at(item, place) if example else item
            self.unknown.add(keyword)
            if len(self.unknown) < _MAX_UNKNOWN and (meant := keyword_meant(keyword)):
                message = f"`{keyword}` is no keyword and tests nothing; did you mean `{meant}`?"
                self.notices.add(place, "unknown-keyword", message)

    def _discriminator(self, schema: Schema, item: Json, place: Place) -> None:
        value = {"propertyName": item} if isinstance(item, str) else item
        if not isinstance(value, dict) or not isinstance(value.get("propertyName"), str):
            self._drop(place, "discriminator", "must be an object with `propertyName`")
            return
        schema["discriminator"] = value = dict(value)
        mapping = value.pop("mapping", None)
        if isinstance(mapping, dict):
            targets = {k: v for k, v in mapping.items() if isinstance(v, str)}
            value["mapping"] = targets
            self.mappings.append((targets, (place, "mapping")))

    def _required(self, schema: Schema, value: Schema, place: Place) -> None:
        if "properties" not in schema and "required" not in schema:
            return
        properties: Schema = schema.get("properties", {})
        required = schema.get("required", [])
        for name, item in (value["properties"] if properties else {}).items():
            flag = item.get("required") if isinstance(item, dict) else None
            if isinstance(flag, bool):
                self.notices.add(
                    (((place, "properties"), name), "required"),
                    "keyword-mended",
                    "`required` is a list in the parent; read as if it "
                    f"{'had' if flag else 'did not have'} {name!r}",
                )
                required = [n for n in required if n != name] + [name] * flag
        if required:
            schema["required"] = required
        else:
            schema.pop("required", None)
        if schema.get("additionalProperties") is False and "patternProperties" not in schema:
            self._allow(schema, [n for n in required if n not in properties], place)

    def _allow(self, schema: Schema, names: list[str], place: Place) -> None:
        for name in names:
            schema.setdefault("properties", {})[name] = {}
            self.notices.add(
                (place, "required"),
                "required-but-forbidden",
                f"{name!r} is required, but forbidden, being no property; it may be anything",
            )

    def _drop(self, place: Place, keyword: str, reason: str) -> None:
        self.notices.add(place, "keyword-dropped", f"`{keyword}` {reason}; it is ignored")
