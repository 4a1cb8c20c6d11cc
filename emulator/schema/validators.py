"""Compile the schemas of a whole document and direction into one validator.

A validator per operation costs seconds and gigabytes on large documents, because every one compiles
the same components again. So all schemas of one direction are under `properties` of one schema
with shared `$defs`, and an instance is judged as `{key: instance}`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import jsonschema_rs

from emulator.http.messages import Json, Violation
from emulator.schema.instances import deeper_than, larger_than
from emulator.schema.keywords import ANNOTATIONS, with_subschemas
from emulator.schema.pointers import pointer_of
from emulator.schema.reasons.branches import cut, of_format, said
from emulator.schema.reasons.explainer import MORE, Explainer
from emulator.schema.reasons.judges import judge
from emulator.schema.reasons.plain import is_plain

#: The validator refuses to look deeper.
_MOST_LEVELS = 253
_TOO_DEEP = "the value is nested too deep"
#: Members up to which the validator lists what is wrong, quickly, where there are no alternatives.
_SMALL = 200
_FALSE_SCHEMA = jsonschema_rs.ValidationErrorKind.FalseSchema
_REQUIRED = jsonschema_rs.ValidationErrorKind.Required


class Validator(Protocol):
    """The part of a jsonschema-rs validator that is used."""

    def is_valid(self, instance: Json) -> bool:
        """Whether the schema accepts `instance`."""
        ...

    def iter_errors(self, instance: Json) -> Iterator[jsonschema_rs.ValidationError]:
        """Every error of `instance`."""
        ...


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of one direction: `roots` by key, `definitions` by the names in their `$ref`s."""

    roots: Mapping[str, Json]
    definitions: Mapping[str, Json]
    _validator: Validator = field(repr=False)
    _explainer: Explainer = field(repr=False)
    _plain: dict[str, bool] = field(default_factory=dict, repr=False)

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

    def reasons(
        self, key: str, instance: Json, location: str, members: int | None = None
    ) -> tuple[Violation, ...]:
        """The violations by an instance that is known not to be valid.

        `members` are those that it holds at most, on all levels, where that is known.
        """
        plain = self._plain.get(key)
        if plain is None:
            plain = self._plain[key] = is_plain(self.roots[key], self.definitions)
        small = members is not None and members <= _SMALL
        if not plain or (not small and larger_than(_SMALL, instance)):
            return self._explained(key, instance, location)
        try:
            errors = list(self._validator.iter_errors({key: instance}))
        except ValueError:
            return (Violation(location, "", "depth", _TOO_DEEP),)
        if len(errors) == 1:
            return (self._violation(errors[0], location),)
        return tuple(sorted({self._violation(each, location) for each in errors}, key=_order))

    def _explained(self, key: str, instance: Json, location: str) -> tuple[Violation, ...]:
        """The violations where the validator's own list may be too long, or say too little."""
        if deeper_than(_MOST_LEVELS, instance):
            return (Violation(location, "", "depth", _TOO_DEEP),)
        found = {
            Violation(location, pointer_of(each.path), each.keyword, cut(each.message))
            for each in self._explainer.reasons(self.roots[key], instance)
        }
        if not found:  # the validator decides
            return (Violation(location, "", "schema", "the value is not valid"),)
        return tuple(sorted(found, key=_order))

    def _violation(self, error: jsonschema_rs.ValidationError, location: str) -> Violation:
        kind, path = error.kind, error.schema_path
        # A schema that is `false` has no keyword of its own: the last step names a property.
        keyword = "false" if isinstance(kind, _FALSE_SCHEMA) else str(path[-1])
        parts = error.instance_path[1:]
        if isinstance(kind, _REQUIRED):
            parts.append(kind.property)
        message = of_format(error) if keyword == "format" else error.message
        message = cut(self._authors_message(path) or message)
        return Violation(location, pointer_of(parts), keyword, message)

    def _authors_message(self, path: Sequence[str | int]) -> str | None:
        """The document's own message: `x-emulator-message` beside the keyword that failed."""
        node: Json = {"properties": self.roots, "$defs": self.definitions}
        for part in path[:-1]:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return None
        return said(node) if isinstance(node, dict) else None


def _order(violation: Violation) -> tuple[bool, str, str, str]:
    return violation.keyword == MORE, violation.pointer, violation.keyword, violation.message


def _tests(schemas: Mapping[str, Json]) -> dict[str, Json]:
    """Schemas without what only describes, which the validator would keep."""
    return {name: _test(schema) for name, schema in schemas.items()}


def _test(schema: Json) -> Json:
    if not isinstance(schema, dict):
        return schema
    return with_subschemas({k: v for k, v in schema.items() if k not in ANNOTATIONS}, _test)


def compile_schemas(roots: Mapping[str, Json], definitions: Mapping[str, Json]) -> Schemas:
    """Compile `roots` (which point at `definitions` by `#/$defs/<name>`) into one validator.

    Nothing is fetched: a reference to anything but `#/$defs/…` is an error of the caller.
    """
    validator = judge({"properties": _tests(roots), "$defs": _tests(definitions)})
    return Schemas(roots, definitions, validator, Explainer(definitions))
