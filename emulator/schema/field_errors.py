"""What a JSON Schema finds wrong with JSON that was sent, or read from a file: where, and why."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from msgspec import Struct

from emulator.http.messages import Json
from emulator.schema.pointers import pointer_of


class FieldError(Struct, frozen=True):
    """One error: the JSON pointer (RFC 6901) to it, and why it is one."""

    pointer: str
    message: str


def field_errors(validator: Any, raw: Json) -> tuple[FieldError, ...]:
    """Everything the validator finds wrong; an unexpected field is pointed at itself."""
    return tuple(each for error in validator.iter_errors(raw) for each in _read(error))


def _read(error: jsonschema_rs.ValidationError) -> Iterator[FieldError]:
    path = error.instance_path
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        for name in error.kind.unexpected:
            yield FieldError(pointer_of((*path, name)), f"there is no such field: {name!r}")
    else:
        yield FieldError(pointer_of(path), error.message)
