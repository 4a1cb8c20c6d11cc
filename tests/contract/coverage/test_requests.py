"""What coverage asks with: examples of the document first, and triggers in their places."""

from dataclasses import replace

import pytest

from emulator.contract.coverage.requests import requests_for, with_trigger
from emulator.fixtures.triggers import TriggerCondition
from emulator.http.messages import Json
from emulator.openapi.requests.make import RequestMaker, UnmakeableError
from tests.support.apis import api_of, operation

ITEMS = {"type": "object", "properties": {"items": {"type": "array"}}}
NO_VALUE = {"required": True, "content": {"application/json": {"schema": False}}}
API = api_of(
    {
        "/things/{id}": {
            "put": operation(
                parameters=[
                    {"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}},
                    {"in": "query", "name": "page", "example": 7, "schema": {"type": "integer"}},
                    {"in": "query", "name": "bad", "example": "x", "schema": {"type": "integer"}},
                ],
                requestBody={"content": {"application/json": {"schema": ITEMS}}},
                security=[{"key": []}],
            )
        },
        "/none": {"post": operation(requestBody=NO_VALUE)},
    },
    components={"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-key"}}},
)
PUT = API.operations[0]


def test_examples_of_optional_parameters_come_first() -> None:
    queries = [(each.request().query, bool(each.content)) for each in requests_for(API, PUT)]
    assert queries == [
        ("page=7", True), ("page=7", False), ("", True), ("", False), ("", False), ("", True),
    ]  # fmt: skip


def test_operation_without_a_request_says_why() -> None:
    with pytest.raises(UnmakeableError, match="no value for its body was found"):
        next(requests_for(API, API.operations[1]))


@pytest.mark.parametrize(
    ("location", "name", "value", "found"),
    [
        ("path", "id", 404, "/things/404"),
        ("query", "page", 9, "page=9"),
        ("header", "x-more", "y", ("x-more", "y")),
        ("credential", "", "locked", ("x-key", "locked")),
        ("body", "/items/1/name", "Rex", b'{"items":[0,{"name":"Rex"}]}'),
        ("body", "", None, b"null"),
    ],
)
def test_trigger_stands_in_its_place(location: str, name: str, value: Json, found: Json) -> None:
    parts = RequestMaker(API, PUT).make("0").with_body({"items": [0, 1]})
    parts = replace(parts, credentials=(("key", "open"),))
    request = with_trigger(parts, [TriggerCondition(location, name, value)]).request()
    assert found in (request.path, request.query, request.body, *request.headers)
