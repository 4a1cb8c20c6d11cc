"""Reads a `contract.yaml`: what a service promises that its OpenAPI document can't say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from emulator.contract.check.promises import (
    Contract,
    Idempotency,
    Pages,
    Resource,
    Stream,
    Tools,
    Version,
)
from emulator.errors import FixtureError
from emulator.fixtures.files import file_schema, read_file
from emulator.http.messages import Json
from emulator.openapi.document.model import Api
from emulator.schema.pointers import pointer_of

T = TypeVar("T")


def contract_file(document: Path) -> Path:
    """The contract file of a document: `pets.contract.yaml` next to `pets.yaml`."""
    return document.with_name(f"{document.stem}.contract.yaml")


def read_contract(file: Path, api: Api) -> Contract:
    """The promises in a file; raises FixtureError with the pointer to a mistake."""
    raw = read_file(file)
    if raw is None:
        return Contract()
    file_schema("contract", "emulator.contract").check(raw, str(file))
    _check_operations(raw, api, str(file))
    return _contract(raw)


def _contract(raw: Mapping[str, Json]) -> Contract:
    declared: dict[str, dict[str, Any]] = {
        section: {name: value for name, value in entries.items() if value is not False}
        for section, entries in raw.items()
        if isinstance(entries, dict)
    }

    def promises(section: str, kind: Callable[..., T]) -> tuple[T, ...]:
        rows = declared.get(section, {}).items()
        return tuple(kind(name, **_tuples(value)) for name, value in rows)

    return Contract(
        pages=promises("pagination", Pages),
        resources=promises("resources", Resource),
        idempotency=promises("idempotency", Idempotency),
        streams=promises("streams", Stream),
        versions=promises("versions", Version),
        tools=promises("tools", Tools),
        refuses=_tuples(declared.get("refuses", {})),
        shows_secrets=tuple(declared.get("secrets", {}).get("shown_by", ())),
        error_status=declared.get("errors", {}).get("status"),
        silent={
            section: frozenset(raw[section].keys() - declared[section]) for section in declared
        },
    )


def _tuples(value: Mapping[str, Json]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in value.items()}


def _check_operations(raw: Mapping[str, Json], api: Api, file: str) -> None:
    known = {operation.id for operation in api.operations}
    for parts, name in _named(raw):
        if name not in known:
            message = f"{api.name} has no operation with the id {name!r}"
            hint = f"one of: {', '.join(sorted(known))}"
            raise FixtureError(file, message, pointer_of(parts), hint)


def _named(raw: Mapping[str, Json]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every operation id in a file, with where it stands."""
    for section in ("pagination", "idempotency", "streams", "versions", "tools", "refuses"):
        for name in raw.get(section) or {}:
            yield (section, name), name
    for name, resource in (raw.get("resources") or {}).items():
        for step in ("create", "read", "update", "replace", "delete", "list"):
            if resource and step in resource:
                yield ("resources", name, step), resource[step]
    for number, name in enumerate((raw.get("secrets") or {}).get("shown_by") or ()):
        yield ("secrets", "shown_by", number), name
