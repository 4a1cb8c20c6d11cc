from typing import Any

import pytest

from emulator.contract.check.document import (
    credential_names,
    foreign_references,
    refused_statuses,
)
from emulator.http.messages import Json
from emulator.openapi.document.compile import compile_api


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"$ref": "#/a"}, ()),
        ({"$ref": "http://x.example/a"}, ("http://x.example/a",)),
        ([{"$ref": "b.yaml"}, {"$ref": "b.yaml"}], ("b.yaml",)),
        ({"examples": {"one": {"externalValue": "#x"}}}, ("#x",)),
        ({"example": {"$ref": "data"}, "properties": {"$ref": {"type": "string"}}}, ()),
    ],
    ids=["local", "remote", "file twice", "external value", "data"],
)
def test_foreign_references(node: Any, expected: tuple[str, ...]) -> None:
    assert foreign_references({"node": node}) == expected


def test_foreign_references_of_a_deep_document_end() -> None:
    node: dict[str, Any] = {"$ref": "deep.yaml"}
    for _ in range(100_000):
        node = {"a": node}
    assert foreign_references(node) == ("deep.yaml",)
    while node:  # taken apart here, as freeing it in one go would exhaust the stack
        node = node.pop("a", {})


def test_credential_names_come_from_the_security_schemes() -> None:
    schemes = {
        "a": {"type": "apiKey", "in": "header", "name": "X-Org"},
        "b": {"type": "http", "scheme": "bearer"},
        "c": {"type": "apiKey", "in": "query", "name": "org"},
    }
    info = {"title": "t", "version": "1"}
    document = {"openapi": "3.1.0", "info": info, "components": {"securitySchemes": schemes}}
    assert credential_names(compile_api("t", "t.yaml", document)) == (
        "authorization",
        "org",
        "x-org",
    )


def test_refused_statuses_are_those_that_operations_say() -> None:
    said = {"operationId": "a", "x-emulator-refuses": [400]}
    others: list[Json] = [{"operationId": "b"}, {"x-emulator-refuses": [400]}, None, "text"]
    wrong = {"operationId": "c", "x-emulator-refuses": ["400"]}
    paths = {"/": dict(zip("abcdef", [said, *others, wrong], strict=True)), "/x": None}
    assert refused_statuses({"paths": paths}) == {"a": (400,)}
    assert refused_statuses({}) == {}


def test_operations_behind_a_reference_can_refuse_too() -> None:
    said = {"get": {"operationId": "a", "x-emulator-refuses": [400]}}
    paths = {"/": {"$ref": "#/components/x-bundled/item"}, "/x": {"$ref": "#/none"}}
    document: Json = {"paths": paths, "components": {"x-bundled": {"item": said}}}
    assert refused_statuses(document) == {"a": (400,)}
