"""What a check reads from an OpenAPI document before the engine does."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.http.messages import Json
from emulator.schema.pointers import resolve

#: Members whose values are data of the API, not of the document: a `$ref` in them is no reference.
_DATA = frozenset({"example", "default", "const", "enum", "value"})

#: Schemes that carry a credential in a header we know without looking.
_AUTHORIZATION = frozenset({"http", "oauth2", "openIdConnect"})


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
    """By operationId: statuses with which an operation rejects valid requests.

    No schema can express what a service knows (an account that is not connected, a session's
    limits); the operation's `x-emulator-refuses` lists the statuses it leads to.
    """
    operations = (each for item in _path_items(document) for each in item.values())
    return {
        operation["operationId"]: tuple(refused)
        for operation in operations
        if isinstance(operation, Mapping) and isinstance(operation.get("operationId"), str)
        for refused in [operation.get("x-emulator-refuses")]
        if isinstance(refused, list) and all(type(status) is int for status in refused)
    }


def _path_items(document: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The path items, references resolved."""
    paths = document.get("paths")
    for item in paths.values() if isinstance(paths, Mapping) else ():
        found = item
        if isinstance(item, Mapping) and isinstance(item.get("$ref"), str):
            try:
                found = resolve(document, item["$ref"])
            except KeyError:
                continue
        if isinstance(found, Mapping):
            yield found


def credential_names(document: Mapping[str, Json]) -> tuple[str, ...]:
    """Headers, query parameters and cookies that carry credentials, in lower case and sorted."""
    names = {"authorization"}
    for scheme in _security_schemes(document).values():
        if isinstance(scheme, Mapping) and scheme.get("type") not in _AUTHORIZATION:
            names.add(str(scheme.get("name", "")).lower())
    return tuple(sorted(names - {""}))


def security_scheme(document: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """The security scheme called `name`; {} where there is none."""
    scheme = _security_schemes(document).get(name)
    if isinstance(scheme, Mapping) and isinstance(scheme.get("$ref"), str):
        try:
            scheme = resolve(document, scheme["$ref"])
        except KeyError:
            return {}
    return scheme if isinstance(scheme, Mapping) else {}


def _security_schemes(document: Mapping[str, Json]) -> Mapping[str, Json]:
    components: Any = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    return schemes if isinstance(schemes, Mapping) else {}
