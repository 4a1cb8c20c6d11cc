"""Requests leave out what only the server says."""

import pytest

from emulator.http.messages import Json
from emulator.openapi.requests.make import RequestMaker
from emulator.openapi.requests.read_only import without_read_only
from tests.support.apis import api_of, operation

DEFINITIONS: Json = {"Id": {"type": "integer", "readOnly": True}}
THING: Json = {
    "properties": {"id": {"$ref": "#/$defs/Id"}, "name": {"type": "string"}},
    "allOf": [{"properties": {"made": {"allOf": [{"readOnly": True}]}}}],
}


@pytest.mark.parametrize(
    ("schema", "value", "left"),
    [
        (THING, {"id": 7, "name": "a", "made": "x", "more": 1}, {"name": "a", "more": 1}),
        ({"items": THING}, [{"id": 7}, {"name": "a"}], [{}, {"name": "a"}]),
        ({"properties": {"in": THING}}, {"in": {"id": 7, "name": "a"}}, {"in": {"name": "a"}}),
        ({"anyOf": [THING, {"type": "null"}]}, {"id": 7, "name": "a"}, {"name": "a"}),
        ({"oneOf": [THING, {"type": "object"}]}, {"id": 7}, {"id": 7}),
        (True, {"id": 7}, {"id": 7}),
        (THING, "text", "text"),
    ],
)
def test_read_only_members_are_left_out(schema: Json, value: Json, left: Json) -> None:
    assert without_read_only(value, schema, DEFINITIONS) == left


@pytest.mark.parametrize(("least", "sent"), [(0, {"name"}), (2, {"id", "name"})])
def test_drawn_bodies_have_them_only_where_they_must(least: int, sent: set[str]) -> None:
    properties = {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}}
    schema: Json = {"type": "object", "properties": properties, "required": ["name"]}
    schema |= {"minProperties": least, "additionalProperties": False}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    api = api_of({"/things": {"post": operation(requestBody=body)}})
    assert RequestMaker(api, api.operations[0]).make("a").members.keys() == sent
