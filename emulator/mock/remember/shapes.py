"""Where the record, or the list of records, stands in an operation's successful response."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.mock.generate import ResponseGenerator
from emulator.mock.remember.names import LISTS, WRAPPERS
from emulator.mock.responses import ResponseOptions, Responses
from emulator.openapi.document.model import MediaType
from emulator.schema.draws import Word
from emulator.schema.flatten.references import resolve_or_any
from emulator.schema.pointers import parts_of
from emulator.schema.spelling import plain, singular

#: Schemas that are looked through at most for the members of one.
_MOST = 200

#: Member names that lead to a part of a value.
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponseShape:
    """A successful response with a body in JSON: its record or its list is at `place`.

    `schema` is what the whole is valid by, `part` the schema of a record. `example` is the
    author's, where it is valid.
    """

    status: int
    options: ResponseOptions
    media_type: MediaType
    is_valid: Callable[[Json], bool]
    schema: Json
    place: Place
    part: Json
    example: Json

    def draw(self, generator: ResponseGenerator, word: Word) -> Json:
        """A whole body: the author's example, else a drawn one. Raises Ungeneratable."""
        if self.example is not None:
            return self.example
        return self.drawn(generator, word)

    def drawn(self, generator: ResponseGenerator, word: Word) -> Json:
        """A whole body drawn from the schema; raises Ungeneratable."""
        return generator.generator.generate(self.schema, word, is_valid=self.is_valid)


def record_shape(
    generator: ResponseGenerator,
    responses: Responses,
    names: tuple[str, ...],
    status: int | None = None,
    declared: str | None = None,
) -> ResponseShape | None:
    """How an operation answers with one record, usually or with a status.

    `names` are what a wrapper may be called; `declared` points to where records are, as far as the
    operation has that.
    """
    definitions = generator.api.responses.definitions

    def find(schema: Json) -> tuple[Place, Json] | None:
        found = None if declared is None else _pointed_at(schema, declared, definitions)
        if found is not None and kind_of(found[1], definitions) == "object":
            return found
        return _record_place(schema, generator, names)

    return _shape(generator, responses, find, status)


def list_shape(
    generator: ResponseGenerator, responses: Responses, collection: str, items: str | None = None
) -> ResponseShape | None:
    """How an operation answers with a list of records; None where it doesn't, or not clearly.

    `items` points to the list, where that is declared.
    """

    def find(schema: Json) -> tuple[Place, Json] | None:
        return _list_place(schema, generator, collection, items)

    return _shape(generator, responses, find)


def is_list(
    generator: ResponseGenerator, responses: Responses, collection: str, items: str | None = None
) -> bool:
    """Whether an operation answers with a list of records, by its schema alone."""
    options = responses.for_status(responses.default_status)
    roots = generator.api.responses.roots
    return options is not None and any(
        _list_place(roots[each.schema_key], generator, collection, items) is not None
        for each in options.response.content
        if is_json(each.name) and each.schema_key is not None
    )


def _shape(
    generator: ResponseGenerator,
    responses: Responses,
    find: Callable[[Json], tuple[Place, Json] | None],
    status: int | None = None,
) -> ResponseShape | None:
    status = status or responses.default_status
    options = responses.for_status(status)
    if options is None or not 200 <= status < 300:
        return None
    schemas = generator.api.responses
    for media_type in options.response.content:
        if not is_json(media_type.name) or media_type.schema_key is None:
            continue
        schema = schemas.roots[media_type.schema_key]
        found = find(schema)
        if found is None:
            continue
        is_valid = schemas.validator(media_type.schema_key)
        stored = options.best(media_type.name)
        example = None
        if stored is not None and stored.rule == "example" and stored.fixture.body is not None:
            example = stored.fixture.body({})
            example = example if is_valid(example) and _holds(example, found[0]) else None
        return ResponseShape(
            status, options, media_type, is_valid, schema, found[0], found[1], example
        )
    return None


def _holds(value: Json, place: Place) -> bool:
    for name in place:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


def _record_place(
    schema: Json, generator: ResponseGenerator, names: tuple[str, ...]
) -> tuple[Place, Json] | None:
    definitions = generator.api.responses.definitions
    inside = members(schema, definitions)
    if kind_of(schema, definitions) != "object":
        return None
    objects = [name for name, sub in inside.items() if kind_of(sub, definitions) == "object"]
    by_name = {plain(name): name for name in reversed(objects)}
    wanted = map(plain, (*WRAPPERS, *names))
    wrapper = next((by_name[name] for name in wanted if name in by_name), None)
    if wrapper is None and len(inside) == 1 and objects:
        (wrapper,) = objects
    if wrapper is None or len(inside) > 4:
        return (), schema
    if any(plain(name) in ("id", "uuid") for name in inside) and wrapper not in ("data",):
        return (), schema
    return (wrapper,), inside[wrapper]


def _pointed_at(
    schema: Json, pointer: str, definitions: Mapping[str, Json]
) -> tuple[Place, Json] | None:
    """The place that a pointer names, and the schema of what is there; None where nothing is."""
    place = tuple(parts_of(pointer))
    for name in place:
        inside = members(schema, definitions)
        if name not in inside:
            return None
        schema = inside[name]
    return place, schema


def _list_place(
    schema: Json, generator: ResponseGenerator, collection: str, items: str | None
) -> tuple[Place, Json] | None:
    definitions = generator.api.responses.definitions
    if items is not None:
        pointed = _pointed_at(schema, items, definitions)
        return _of_objects(*pointed, definitions) if pointed else None
    if kind_of(schema, definitions) == "array":
        return _of_objects((), schema, definitions)
    inside = members(schema, definitions)
    found = _array_in(inside, collection, definitions)
    if found is not None:
        return _of_objects((found,), inside[found], definitions)
    for name in (*WRAPPERS, "_embedded"):
        if name in inside:
            deeper = members(inside[name], definitions)
            found = _array_in(deeper, collection, definitions)
            if found is not None:
                return _of_objects((name, found), deeper[found], definitions)
    return None


def _array_in(
    inside: Mapping[str, Json], collection: str, definitions: Mapping[str, Json]
) -> str | None:
    arrays = [name for name, sub in inside.items() if kind_of(sub, definitions) == "array"]
    wanted = plain(collection)
    for name in arrays:
        if plain(name) == wanted or singular(plain(name)) == singular(wanted):
            return name
    named = next((name for name in LISTS if name in arrays), None)
    return named or (arrays[0] if len(arrays) == 1 else None)


def _of_objects(
    place: Place, schema: Json, definitions: Mapping[str, Json]
) -> tuple[Place, Json] | None:
    items = keyword(schema, "items", definitions)
    return (place, items) if kind_of(items, definitions) == "object" else None


def kind_of(schema: Json, definitions: Mapping[str, Json]) -> str:
    """Whether values of a schema are objects or arrays; "" for anything else."""
    for each in _parts(schema, definitions):
        types = each.get("type")
        types = types if isinstance(types, list) else [types]
        if "object" in types or isinstance(each.get("properties"), dict):
            return "object"
        if "array" in types or "items" in each:
            return "array"
    return ""


def members(schema: Json, definitions: Mapping[str, Json]) -> dict[str, Json]:
    """The properties that a schema describes, also behind references and in its alternatives."""
    found: dict[str, Json] = {}
    for each in _parts(schema, definitions):
        properties = each.get("properties")
        for name, sub in properties.items() if isinstance(properties, dict) else ():
            found.setdefault(name, sub)
    return found


def schema_at(schema: Json, place: Place, definitions: Mapping[str, Json]) -> Json:
    """The schema of the member at a place; any where there is none."""
    for name in place:
        schema = members(schema, definitions).get(name, True)
    return schema if place else True


def keyword(schema: Json, name: str, definitions: Mapping[str, Json]) -> Json:
    """The value of a keyword in a schema, or in those that it refers to; None where it has none."""
    return next((each[name] for each in _parts(schema, definitions) if name in each), None)


def _parts(schema: Json, definitions: Mapping[str, Json]) -> list[dict[str, Json]]:
    """A schema and the schemas that it applies to the same value, the outer ones first."""
    found: list[dict[str, Json]] = []
    pending, seen = [schema], set[int]()
    while pending and len(found) < _MOST:
        each = pending.pop(0)
        if not isinstance(each, dict) or id(each) in seen:
            continue
        seen.add(id(each))
        found.append(each)
        if "$ref" in each:
            pending.append(resolve_or_any(each["$ref"], definitions))
        for name in ("allOf", "oneOf", "anyOf"):
            subs = each.get(name)
            pending += subs if isinstance(subs, list) else []
    return found


def at(value: Json, place: Place) -> Json:
    """The part of a value at a place; None where there is none."""
    for name in place:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def put(value: Json, place: Place, part: Json) -> Json:
    """A copy of the value with another part at a place, in objects that are made if need be."""
    if not place:
        return part
    members = value if isinstance(value, dict) else {}
    return {**members, place[0]: put(members.get(place[0]), place[1:], part)}
