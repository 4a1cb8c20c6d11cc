"""Compile the schemas of a whole document and direction into one validator.

A validator per operation costs seconds and gigabytes on large documents, because every one compiles
the same components again. So all schemas of one direction are under `properties` of one schema
with shared `$defs`, and an instance is judged as `{key: instance}`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import jsonschema_rs

from emulator.http.messages import Json, Violation
from emulator.schema.instances import deeper_than
from emulator.schema.pointers import pointer_of
from emulator.schema.reasons.branches import cut
from emulator.schema.reasons.explainer import MORE, Explainer

#: The validator refuses to look deeper.
_MOST_LEVELS = 253


class Validator(Protocol):
    """The part of a jsonschema-rs validator that is used."""

    def is_valid(self, instance: Json) -> bool:
        """Whether the schema accepts `instance`."""
        ...


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of one direction: `roots` by key, `definitions` by the names in their `$ref`s."""

    roots: Mapping[str, Json]
    definitions: Mapping[str, Json]
    _validator: Validator = field(repr=False)
    _explainer: Explainer = field(repr=False)

    def validator(self, key: str) -> Callable[[Json], bool]:
        """What says whether the schema with this key accepts a value."""
        is_valid = self._validator.is_valid

        def accepts(instance: Json) -> bool:
            try:
                return is_valid({key: instance})
            except ValueError:  # it nests too deep
                return False

        return accepts

    @property
    def accepts_together(self) -> Callable[[Mapping[str, Json]], bool]:
        """What says whether all of several flat values, by the keys of schemas, are accepted."""
        return self._validator.is_valid

    def is_valid(self, key: str, instance: Json) -> bool:
        """Whether the schema with this key accepts `instance`, which must not nest too deep."""
        try:
            return self._validator.is_valid({key: instance})
        except ValueError:
            return False

    def violations(self, key: str, instance: Json, location: str) -> tuple[Violation, ...]:
        """The violations of the schema with this key by `instance`, in a stable order."""
        return () if self.is_valid(key, instance) else self.reasons(key, instance, location)

    def reasons(self, key: str, instance: Json, location: str) -> tuple[Violation, ...]:
        """The violations by an instance that is known not to be valid."""
        if deeper_than(_MOST_LEVELS, instance):
            return (Violation(location, "", "depth", "the value is nested too deep"),)
        found = {
            Violation(location, pointer_of(each.path), each.keyword, cut(each.message))
            for each in self._explainer.reasons(self.roots[key], instance)
        }
        if not found:  # the validator decides
            return (Violation(location, "", "schema", "the value is not valid"),)
        return tuple(sorted(found, key=_order))


def _order(violation: Violation) -> tuple[bool, str, str, str]:
    return violation.keyword == MORE, violation.pointer, violation.keyword, violation.message


def compile_schemas(roots: Mapping[str, Json], definitions: Mapping[str, Json]) -> Schemas:
    """Compile `roots` (which point at `definitions` by `#/$defs/<name>`) into one validator.

    Nothing is fetched: a reference to anything but `#/$defs/…` is an error of the caller.
    """
    validator = jsonschema_rs.Draft202012Validator(
        {"properties": dict(roots), "$defs": dict(definitions)},
        validate_formats=True,
        ignore_unknown_formats=True,
        offline=True,
    )
    return Schemas(roots, definitions, validator, Explainer(definitions))
