"""The control plane's own OpenAPI document: openapi.yaml and the schemas of its bodies."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from emulator.fixtures.files import read_file
from emulator.http.messages import Json
from emulator.mock.fault_rules.rules import RULE_SCHEMA
from emulator.openapi.document.compile import compile_api
from emulator.openapi.document.fields import METHODS
from emulator.openapi.document.model import Api
from emulator.stubs.matching.matchers import MATCHER_SCHEMA
from emulator.stubs.matching.pattern import PATTERN_SCHEMA
from emulator.stubs.schema import SETTINGS_SCHEMA, STUB_SCHEMA

_FILE = Path(__file__).parent / "openapi.yaml"

#: Schemas defined where they are compiled, by their names in the document.
_SCHEMAS: Mapping[str, Json] = {
    "fault-rule": RULE_SCHEMA,
    "matcher": MATCHER_SCHEMA,
    "pattern": PATTERN_SCHEMA,
    "settings": SETTINGS_SCHEMA,
    "stub": STUB_SCHEMA,
}


@cache
def control_plane() -> Api:
    """The control plane compiled like any other API."""
    document = read_file(_FILE)
    schemas = document["components"]["schemas"]
    for name, schema in _SCHEMAS.items():
        schemas |= {**schema.get("$defs", {}), name: schema}
    document["components"]["schemas"] = {name: _placed(each) for name, each in schemas.items()}
    for _, _, operation in operations(document):
        parameters = operation.setdefault("parameters", [])
        parameters.append({"$ref": "#/components/parameters/scope"})
        operation["responses"]["default"] = {"$ref": "#/components/responses/problem"}
    return compile_api("admin", _FILE.name, document)


def served_document(path: str, *, secured: bool) -> Json:
    """The document as it is served below a path; `secured` if a token is required."""
    document = {**control_plane().document, "servers": [{"url": path}]}
    return {**document, "security": [{"bearer": []}]} if secured else document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Method, path and operation object of each operation in a document."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), path, operation


def _placed(schema: Json) -> Json:
    """A schema whose definitions have become components of the document."""
    if isinstance(schema, list):
        return [_placed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {key: _placed(each) for key, each in schema.items() if key not in ("$defs", "$schema")}
    if isinstance(rest.get("$ref"), str):
        rest["$ref"] = rest["$ref"].replace("#/$defs/", "#/components/schemas/")
    return rest
