"""Reads a `contract.yaml`: what a service promises that its OpenAPI document can't say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from emulator.contract.check.promises import (
    Basis,
    Contract,
    Idempotency,
    Pages,
    Resource,
    Stream,
    Tools,
    Version,
)
from emulator.errors import FixtureError
from emulator.fixtures.files import FileSchema, read_file
from emulator.http.messages import Json
from emulator.openapi.document.model import Api
from emulator.schema.pointers import pointer_of

T = TypeVar("T")


def _object(properties: Mapping[str, Json], *required: str) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
        "required": list(required),
    }


def _by_name(value: Json, description: str, *, silent: bool = True) -> Json:
    silence = {"const": False, "description": "Infer nothing for it."}
    values = {"oneOf": [value, silence]} if silent else value
    return {"type": "object", "additionalProperties": values, "description": description}


def _texts(description: str) -> Json:
    return {"type": "array", "items": {"type": "string"}, "description": description}


_POINTER = {"type": "string", "pattern": "^(/.*)?$"}
_STATUSES = {"type": "array", "items": {"type": "integer", "minimum": 100, "maximum": 599}}
_NAME = {"type": "string", "minLength": 1}

_PAGES = _object(
    {
        "items": {**_POINTER, "description": "The list in the answer; empty is the answer itself."},
        "next": {**_POINTER, "description": "The next page's cursor in the answer."},
        "cursor": {**_NAME, "description": "The query parameter that takes it."},
        "page": {**_NAME, "description": "The query parameter that takes a page's number, from 1."},
        "limit": {**_NAME, "description": "The query parameter that bounds a page."},
        "total": {**_POINTER, "description": "The number of all items in the answer."},
        "identity": {**_POINTER, "description": "What tells two items apart."},
        "filters": {
            "type": "object",
            "additionalProperties": _POINTER,
            "description": "By query parameter: the member of an item that has its value.",
        },
    }
)
_RESOURCE = _object(
    {
        "create": _NAME,
        "id": {**_POINTER, "description": "The identity in the answer to create."},
        "parameter": {**_NAME, "description": "The path parameter that takes it."},
        **dict.fromkeys(("read", "update", "replace", "delete", "list"), _NAME),
        "keeps": _texts("Members of a request that answers repeat; [] for none."),
        "gone": {**_STATUSES, "description": "The statuses of what was deleted."},
    },
    "create",
    "parameter",
)
_IDEMPOTENCY = _object(
    {
        "header": {**_NAME, "description": "The header that takes the key."},
        "member": {**_POINTER, "description": "The member of the body that takes it."},
        "repeated": {
            "enum": ["same", "again", "refused"],
            "description": "A later request with the same key and body.",
        },
        "changed": {**_STATUSES, "description": "The same key with another body."},
        "in_flight": {**_STATUSES, "description": "While the first request still runs."},
    }
)
_STREAM = _object(
    {
        "type": {**_POINTER, "description": "The event's type in its data, else its own name."},
        "first": _texts("Types every stream begins with one of."),
        "last": _texts("Types every stream ends with one of."),
        "sequence": {**_POINTER, "description": "A number in the data that is the event's id."},
        "body": {"type": "object", "description": "Members to send for a stream."},
        "resumes": {"type": "boolean", "description": "Last-Event-ID is honoured."},
    }
)
_VERSION = _object(
    {
        "parameter": {**_NAME, "description": "The query parameter that asks for a version."},
        "pointer": {**_POINTER, "description": "The version in the answer."},
        "unknown": {**_STATUSES, "description": "The statuses of one that does not exist."},
    },
    "parameter",
    "pointer",
)
_TOOLS = _object(
    {
        "slug": {**_NAME, "description": "The path parameter or, as a pointer, the body's member."},
        "arguments": {**_POINTER, "description": "The arguments in the body."},
    },
    "slug",
    "arguments",
)

#: The JSON Schema of a contract file.
CONTRACT_SCHEMA: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What a service promises beside its OpenAPI document",
    **_object(
        {
            "pagination": _by_name(_PAGES, "By operationId."),
            "resources": _by_name(_RESOURCE, "By any name: the operations of a life cycle."),
            "idempotency": _by_name(_IDEMPOTENCY, "By operationId."),
            "streams": _by_name(_STREAM, "By operationId."),
            "versions": _by_name(_VERSION, "By operationId.", silent=False),
            "tools": _by_name(_TOOLS, "By operationId: operations that run tools.", silent=False),
            "refuses": _by_name(
                _STATUSES,
                "By operationId: statuses of requests that keep to the document.",
                silent=False,
            ),
            "errors": _object({"status": {**_POINTER, "description": "The status in an error."}}),
            "secrets": _object({"shown_by": _texts("Operations that show credentials.")}),
        }
    ),
}

_FILE = FileSchema("contract", CONTRACT_SCHEMA)


def contract_file(document: Path) -> Path:
    """The contract file of a document: `pets.contract.yaml` next to `pets.yaml`."""
    return document.with_name(f"{document.stem}.contract.yaml")


def read_contract(file: Path, api: Api) -> Contract:
    """The promises in a file; raises FixtureError with the pointer to a mistake."""
    raw = read_file(file)
    if raw is None:
        return Contract()
    _FILE.check(raw, str(file))
    _check_operations(raw, api, str(file))
    return _contract(raw)


def _contract(raw: Mapping[str, Json]) -> Contract:
    declared: dict[str, dict[str, Any]] = {
        section: {name: value for name, value in entries.items() if value is not False}
        for section, entries in raw.items()
        if isinstance(entries, dict)
    }
    section = declared.get

    def promises(name: str, kind: Callable[..., T]) -> tuple[T, ...]:
        rows = section(name, {}).items()
        return tuple(kind(key, Basis.DECLARED, **_tuples(value)) for key, value in rows)

    return Contract(
        pages=promises("pagination", Pages),
        resources=promises("resources", Resource),
        idempotency=promises("idempotency", Idempotency),
        streams=promises("streams", Stream),
        versions=tuple(
            Version(n, v["parameter"], v["pointer"], tuple(v.get("unknown", (400, 404))))
            for n, v in section("versions", {}).items()
        ),
        tools=tuple(Tools(n, v["slug"], v["arguments"]) for n, v in section("tools", {}).items()),
        refuses={n: tuple(v) for n, v in section("refuses", {}).items()},
        shows_secrets=tuple(section("secrets", {}).get("shown_by", ())),
        error_status=section("errors", {}).get("status"),
        silent={
            name: frozenset(n for n, v in entries.items() if v is False)
            for name, entries in raw.items()
            if isinstance(entries, dict)
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
    for section in ("pagination", "idempotency", "streams", "versions", "tools", "refuses"):
        for name in raw.get(section) or {}:
            yield (section, name), name
    for name, resource in (raw.get("resources") or {}).items():
        for step in ("create", "read", "update", "replace", "delete", "list"):
            if resource and step in resource:
                yield ("resources", name, step), resource[step]
    for number, name in enumerate((raw.get("secrets") or {}).get("shown_by") or ()):
        yield ("secrets", "shown_by", number), name
