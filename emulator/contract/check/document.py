"""What a check reads from an OpenAPI document before the engine does."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from emulator.http.messages import Json
from emulator.openapi.document.model import Api
from emulator.schema.pointers import follow

#: Members whose values are data of the API, not of the document: a `$ref` in them is no reference.
_DATA = frozenset({"example", "default", "const", "enum", "value"})


def foreign_references(document: Mapping[str, Json]) -> tuple[str, ...]:
    """References that lead out of the document, sorted: the engine would fetch them unasked."""
    return tuple(sorted(set(_references(document))))


def _references(node: Json) -> Iterator[str]:
    # A stack rather than recursion: a document may be nested deeper than Python's.
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            for key, value in node.items():
                if key in ("$ref", "externalValue") and isinstance(value, str):
                    if key == "externalValue" or not value.startswith("#"):
                        yield value
                elif key not in _DATA:
                    pending.append(value)
        elif isinstance(node, list):
            pending.extend(node)


def refused_statuses(document: Mapping[str, Json]) -> dict[str, tuple[int, ...]]:
    """By operationId: statuses an operation rejects requests with that match the document.

    No schema can say what a service knows (an account that is not connected, a session's
    limits); the operation's `x-emulator-refuses` lists the statuses it leads to.
    """
    return {
        operation["operationId"]: tuple(refused)
        for operation in _operations(document)
        if isinstance(operation, Mapping) and isinstance(operation.get("operationId"), str)
        for refused in [operation.get("x-emulator-refuses")]
        if isinstance(refused, list) and all(type(status) is int for status in refused)
    }


def _operations(document: Mapping[str, Json]) -> Iterator[Json]:
    """Whatever stands in the path items; one that is a reference is the one it names."""
    for item in (document.get("paths") or {}).values():
        with suppress(KeyError):
            found = follow(document, item)
            yield from found.values() if isinstance(found, Mapping) else ()


def credential_names(api: Api) -> tuple[str, ...]:
    """Headers, query parameters and cookies that carry credentials, in lower case and sorted."""
    keys = (each.parameter.lower() for each in api.schemes.values() if each.type == "apiKey")
    return tuple(sorted({"authorization", *keys} - {""}))
