"""Whether the document describes a member of a response, or only allows it."""

from collections.abc import Iterator, Mapping

from emulator.http.media_types import find
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, Operation
from emulator.schema.pointers import parts_of

_DEFS = "#/$defs/"
_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")


def is_described(
    api: Api, operation: Operation, status: int, media_type: str, pointer: str
) -> bool:
    """Whether some schema of the response has a place, `*` standing for any item or member."""
    response = operation.response_for(status)
    content = {each.name: each.schema_key for each in response.content} if response else {}
    key = content.get(find(tuple(content), media_type) or "")
    if key is None:
        return False
    schemas = [api.responses.roots[key]]
    for part in parts_of(pointer):
        schemas = [
            below
            for schema in schemas
            for each in _all(schema, api.responses.definitions)
            for below in _step(each, part)
        ]
    return bool(schemas)


def _all(schema: Json, definitions: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The schema and all that apply with it, each once."""
    pending, seen = [schema], set[int]()
    while pending:
        each = pending.pop()
        if not isinstance(each, dict) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        reference = each.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix(_DEFS).replace("~1", "/").replace("~0", "~")
            pending.append(definitions.get(name))
        pending += [branch for word in _BRANCHES for branch in each.get(word) or ()]
        pending += [each.get(word) for word in _CONDITIONS]


def _step(schema: Mapping[str, Json], part: str) -> Iterator[Json]:
    properties = schema.get("properties") or {}
    if part in properties:
        yield properties[part]
    yield from (schema.get("patternProperties") or {}).values()
    for word in ("additionalProperties", "items"):
        # `true` and `{}` allow everything, and describe nothing.
        if isinstance(schema.get(word), dict) and schema[word]:
            yield schema[word]
    yield from schema.get("prefixItems") or ()
