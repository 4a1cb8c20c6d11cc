"""Mistakes in JSON that was sent or read from a file: where, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from emulator.http.messages import Json
from emulator.schema.pointers import pointer_of


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with something that was sent: where (RFC 6901), and why."""

    pointer: str
    message: str


def judge(validator: Any, raw: Json) -> tuple[Mistake, ...]:
    """Everything a JSON Schema finds wrong; what is one too many is pointed at itself."""
    return tuple(mistake for error in validator.iter_errors(raw) for mistake in _read(error))


def _read(error: jsonschema_rs.ValidationError) -> Iterator[Mistake]:
    place = error.instance_path
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        for name in error.kind.unexpected:
            yield Mistake(pointer_of((*place, name)), f"there is no such field: {name!r}")
    else:
        yield Mistake(pointer_of(place), error.message)
