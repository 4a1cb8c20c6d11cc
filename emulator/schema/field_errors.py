"""What a JSON Schema finds wrong with JSON that was sent, or read from a file: where, and why."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import jsonschema_rs
from msgspec import Struct

from emulator.http.messages import Json
from emulator.http.nearest import nearest
from emulator.schema.pointers import pointer_of

#: The keyword of a schema that says why it has no fields of these names, as it ends a message.
MISSING = "x-missing"


class FieldError(Struct, frozen=True):
    """One error: the JSON pointer (RFC 6901) to it, and why it is one."""

    pointer: str
    message: str


#: More errors are not told.
MOST_ERRORS = 100


def field_errors(validator: Any, raw: Json, schema: Json = None) -> tuple[FieldError, ...]:
    """What the validator finds wrong; an unexpected field is pointed at itself.

    With the validator's `schema`, what is written in a wrong place is told its right one.
    """
    whole = schema or {}
    found = (each for error in validator.iter_errors(raw) for each in _read(error, whole))
    return tuple(islice(found, MOST_ERRORS))


def _read(error: jsonschema_rs.ValidationError, schema: Json) -> Iterator[FieldError]:
    path = error.instance_path
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        node = _behind(_node(schema, error.schema_path[:-1]), schema)
        fields, missing = _properties(node, schema), node.get(MISSING, {})
        for name in error.kind.unexpected:
            way_out = missing.get(name) or _belongs(name, fields, schema)
            way_out = way_out or _alike(name, list(fields))
            yield FieldError(
                pointer_of((*path, name)), f"there is no such field: {name!r}{way_out}"
            )
        return
    message = error.message
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Enum):
        names = [each for each in error.kind.options if isinstance(each, str)]
        if isinstance(error.instance, str) and len(names) > 1:
            beside = _properties(_node(schema, error.schema_path[:-3]), schema)
            way_out = _belongs(error.instance, beside, schema) or _alike(error.instance, names)
            if way_out:
                message = f"{error.instance!r} is not one of the {len(names)} known{way_out}"
    yield FieldError(pointer_of(path), message)


def _alike(name: str, known: Sequence[str]) -> str:
    found = nearest(name, known)
    return f"; did you mean {found!r}?" if found else ""


def _belongs(name: str, fields: Mapping[str, Json], schema: Json) -> str:
    """Which of these fields has one of this name inside: `first` belongs in `when`."""
    for field, node in fields.items():
        if name in _properties(node, schema):
            return f'; it belongs in `{field}`: {{"{field}": {{"{name}": …}}}}'
    return ""


def _properties(node: Json, schema: Json) -> Mapping[str, Json]:
    """The properties of a node, behind a reference too."""
    found: Mapping[str, Json] = _behind(node, schema).get("properties", {})
    return found


def _behind(node: Json, schema: Json) -> Mapping[str, Json]:
    """A node, or what it refers to; empty where it is no object."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    if isinstance(reference, str):
        node = _node(schema, reference.split("/")[1:])
    return node if isinstance(node, dict) else {}


def _node(schema: Json, path: Sequence[str | int]) -> Json:
    for part in path:
        schema = schema.get(part) if isinstance(schema, dict) else None
    return schema
