"""Normalise OpenAPI documents of any version and number of files to one 3.1 document."""

from collections.abc import Mapping

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.http.nearest import did_you_mean
from emulator.openapi.document.examples import read_external
from emulator.openapi.document.fields import (
    REFERENCEABLE,
    FieldShape,
    field_shape,
    fields_of,
)
from emulator.openapi.document.following import Follower
from emulator.openapi.document.objects import (
    OBJECT_CHECKS,
    Object,
    UnusableError,
    as_requirements,
    check_name,
)
from emulator.openapi.document.pruning import DATA, Reference, drop_foreign
from emulator.openapi.document.references import References
from emulator.openapi.document.samples import sample_notices
from emulator.openapi.document.swagger2 import SECTIONS, Swagger
from emulator.schema.convert import SchemaReader
from emulator.schema.cycles import break_cycles
from emulator.schema.dialects import DIALECTS
from emulator.schema.endless import endless
from emulator.schema.keywords import CHECKS, WrongValueError
from emulator.schema.locations import Place, Sources, tokens_of
from emulator.schema.notices import Notice, Notices
from emulator.schema.pointers import is_reference, lookup, pointer_of, reference_to

_SPELLED = {"pathItem": "path", "requestBody": "request body", "mediaType": "media type"}
#: Kinds whose examples are requests, which nothing else judges.
_SAMPLED = frozenset(["parameter", "header", "requestBody"])
#: Fields with values of the API, for which authors put references to files.
_VALUE_FIELDS = frozenset(["example", "value", "dataValue"])
_VALUES: Mapping[str, str] = {"text": "title", "flag": "deprecated", "names": "required"}
# Names in these maps that start with `x-` are extensions; elsewhere (headers) they are names.
_EXTENSIBLE = frozenset(["pathItem", "response", "callback"])


def normalise(
    sources: Sources, version: str, *, sampled: bool = False
) -> tuple[dict[str, Json], tuple[Notice, ...]]:
    """The root document of `sources` in the shape of OpenAPI 3.1 (3.2 stays 3.2), and all notices.

    `version` is 2.0, 3.0, 3.1 or 3.2. In the result every `$ref` is a pointer into it that leads to
    an object of the right kind, no chain of references runs in a circle, and every schema is JSON
    Schema 2020-12. What can't be used is dropped and noticed; what is unknown is kept. `sampled`
    judges examples and defaults, too, which takes as long again.
    """
    normaliser = _Normaliser(sources, version, sampled)
    try:
        return normaliser.run()
    finally:
        # Its parts hold it in turn: without a collection nothing would free what they gathered.
        vars(normaliser).clear()


class _Normaliser:
    def __init__(self, sources: Sources, version: str, sampled: bool) -> None:
        self.sources = sources
        self.version = version
        self.notices = Notices(self._locate)
        self.follower = Follower(sources, self.notices)
        follower = self.follower
        self.schemas = SchemaReader(DIALECTS[version], self.notices, follower.parts, follower.data)
        self.swagger = Swagger(sources, self.notices) if version == "2.0" else None
        self.schemas.samples = [] if sampled else None
        self.references = References(sources, self.notices, self.visit, self.follower, version)

        #: Values of fields that the specification doesn't know, extensions aside.
        self.unread: list[Json] = []

    def run(self) -> tuple[dict[str, Json], tuple[Notice, ...]]:
        root = self.sources.root
        document = self.visit("document", self.sources.trees[root], root)
        document["openapi"] = "3.2.0" if self.version == "3.2" else "3.1.0"
        self.references.resolve(document)
        drop_foreign(self.unread)
        schemas = [link for link in self.references.links if link[0].kind == "schema"]
        break_cycles(((r.node, value, r.place) for r, _, value in schemas), self.notices)
        self._doubt_endless(document, [reference for reference, _, _ in schemas])
        if not any(document.get(part) for part in ("paths", "webhooks", "components")):
            self.notices.add(root, "no-operations", "describes no paths, webhooks or components")
        notices, file = self.notices, self.sources.display(root)
        listed = notices.listed(file)
        if samples := self.schemas.samples:
            listed += tuple(sample_notices(document, tuple(samples), notices.locate))
        return document, listed

    def _doubt_endless(self, document: Json, references: list[Reference]) -> None:
        """Schemas without any value that ends: by their names, else where they are referred to."""
        places = {each.node["$ref"]: each.place for each in references if "$ref" in each.node}
        at = ("components", "schemas")
        for name in (document.get("components") or {}).get("schemas") or ():
            place = (((self.sources.root, at[0]), at[1]), name)
            places[reference_to((*at, name))] = place
        for reference in endless(document, places):
            message = "what it requires has no value, or requires itself without end"
            self.notices.add(places[reference], "schema-endless", message)

    def visit(self, kind: str, value: Json, place: Place) -> Json:
        """Convert an object; raises UnusableError. What it refers to is left for later."""
        if kind == "schema":
            return self._schema(value, place)
        if not isinstance(value, dict):
            raise UnusableError("must be an object")
        if self.swagger:
            value = self.swagger.upgrade(kind, value, place)
        if isinstance(value.get("$ref"), str) and kind in REFERENCEABLE and kind != "pathItem":
            return {k: value[k] for k in ("$ref", "summary", "description") if k in value}
        result: Object = {}
        if is_reference(value) and kind not in ("pathItem", "document"):
            with self.follower.parts(value, place) as parts:
                for part, where in parts:
                    if not isinstance(part, dict):
                        raise UnusableError("must be an object")
                    self._fields(result, kind, part, where)
        else:
            self._fields(result, kind, value, place)
        self._complete(kind, result, place)
        return result

    def _complete(self, kind: str, result: Object, place: Place) -> None:
        """What an object needs that has all its fields."""
        if check := OBJECT_CHECKS.get(kind):
            check(result, place, self.notices)
        if kind == "example":
            read_external(result, place, self.sources, self.notices)
        if self.schemas.samples is not None and kind in _SAMPLED:
            self.schemas.samples.append((kind, result, place))

    def _fields(self, result: Object, kind: str, value: Object, place: Place) -> None:
        for field, item in value.items():
            shape = field_shape(kind, field)
            if field == "$id" or (field == "$ref" and not isinstance(item, str)):
                # Validators that find their way through the object would take either for theirs.
                message = f"`{field}` has no meaning here; it is ignored"
                self.notices.add((place, field), "wrong-shape", message)
            elif shape is None:
                if field in _VALUE_FIELDS:
                    item = self.follower.data(item, (place, field))
                result[field] = item
                if field not in DATA and not field.startswith("x-"):
                    self.unread.append(item)
                    self._doubt_field(kind, field, (place, field))
            else:
                self._field(result, field, item, shape, (place, field))

    def _doubt_field(self, kind: str, field: str, place: tuple[Place, str]) -> None:
        """Fields that nobody knows are mostly misspelt, and what they say is not served."""
        known = fields_of(kind)
        if not known or field in known or kind == "flows" or self.notices.full("unknown-field"):
            return
        meant = did_you_mean(field, known)
        # At the top of a file may be whatever its references lead to.
        if meant or not isinstance(place[0], str):
            kind = _SPELLED.get(kind, kind)
            message = f"{field!r} is no field here ({kind}) and is ignored{meant}"
            self.notices.add(place, "unknown-field", message)

    def _schema(self, value: Json, place: Place) -> Json:
        schema = self.schemas.convert(value, place)
        found = self.schemas.references
        scope = self.references.scope
        self.references.pending += (
            Reference(node, "schema", where, scope=scope) for node, where in found
        )
        self.references.mappings += self.schemas.mappings
        self.schemas.references, self.schemas.mappings = [], []
        return schema

    def _field(
        self, result: Object, field: str, item: Json, shape: FieldShape, place: Place
    ) -> None:
        if shape.form == "one":
            if (value := self._child(result, item, shape.kind, place)) is not None:
                result[field] = value
        elif shape.form in _VALUES:
            self._value(result, field, item, _VALUES[shape.form], place)
        elif is_reference(item):
            with self.follower.parts(item, place) as parts:
                if shape.kind == "securityRequirement" and len(parts) == 1:
                    file, pointer = self.notices.locate((place, "$ref"))
                    # Whatever is required there, ignoring it would let anyone in.
                    message = f"what is required is missing: {item['$ref']} can't be followed"
                    raise DocumentError(file, message, pointer)
                for part, where in parts:
                    if part or part is parts[0][0]:  # a `$ref` alone has nothing of its own
                        self._several(result, field, part, shape, where)
        else:
            self._several(result, field, item, shape, place)

    def _several(
        self, result: Object, field: str, item: Json, shape: FieldShape, place: Place
    ) -> None:
        if shape.kind == "securityRequirement" and (mended := as_requirements(item)) != item:
            self.notices.add(place, "value-mended", f"`{field}` is read as {mended!r:.80}")
            item = mended
        if shape.form == "map" and isinstance(item, dict):
            self._map(result.setdefault(field, {}), item, shape, place)
        elif shape.form == "list" and isinstance(item, list):
            result[field] = self._list(item, shape.kind, place)
        else:
            expected = "an object" if shape.form == "map" else "a list"
            self.notices.add(place, "wrong-shape", f"must be {expected}; it is ignored")

    def _map(self, result: Object, items: Object, shape: FieldShape, place: Place) -> None:
        for name, item in items.items():
            if name.startswith("x-") and shape.kind in _EXTENSIBLE:
                result[name] = item
                continue
            try:
                key = check_name(shape.names, name)
            except UnusableError as error:
                self.notices.add((place, name), "wrong-name", f"{name!r} {error}; it is ignored")
                continue
            if (value := self._child(result, item, shape.kind, (place, name))) is not None:
                result[key] = value

    def _list(self, items: list[Json], kind: str, place: Place) -> list[Json]:
        result: list[Json] = []
        for index, item in enumerate(items):
            if (value := self._child(result, item, kind, (place, index))) is not None:
                result.append(value)
        return result

    def _child(self, parent: Object | list[Json], item: Json, kind: str, place: Place) -> Json:
        """Convert an object, or None if it can't be used; what it refers to is left for later."""
        try:
            value = self.visit(kind, item, place)
        except UnusableError as error:
            self.notices.add(place, "wrong-shape", f"{kind} {error}; it is ignored")
            return None
        if kind != "schema" and kind in REFERENCEABLE and "$ref" in value:
            self.references.pending.append(Reference(value, kind, (place, "$ref"), parent))
        return value

    def _value(self, result: Object, field: str, item: Json, like: str, place: Place) -> None:
        try:
            value = CHECKS[like](item)
        except WrongValueError as error:
            self.notices.add(place, "wrong-shape", f"`{field}` {error}; it is ignored")
            return
        if value != item:
            self.notices.add(place, "value-mended", f"`{field}` is read as {value!r:.80}")
        result[field] = value

    def _locate(self, place: Place) -> tuple[str, str]:
        """File and pointer as the author knows them, without parts that converting added."""
        file, tokens = tokens_of(place)
        if self.swagger and file == self.sources.root:
            for new, old in SECTIONS.items():
                if tokens[:2] == new:
                    tokens = (old, *tokens[2:])
        for length in range(len(tokens), 0, -1):
            try:
                lookup(self.sources.trees[file], tokens[:length])
            except LookupError:
                continue
            return self.sources.display(file), pointer_of(tokens[:length])
        return self.sources.display(file), ""
