"""Schemas without alternatives, wherever they stand."""

import pytest

from emulator.http.messages import Json
from emulator.schema.reasons.plain import is_plain

DEFINITIONS = {
    "Tree": {"properties": {"child": {"$ref": "#/$defs/Tree"}}},
    "Choice": {"items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Choice"}]}},
}


@pytest.mark.parametrize(
    ("schema", "plain"),
    [
        (True, True),
        ({"type": "object", "required": ["a"], "additionalProperties": {"enum": [1]}}, True),
        ({"$ref": "#/$defs/Tree"}, True),
        ({"$ref": "#/$defs/nowhere"}, True),
        ({"$ref": "#/$defs/Choice"}, False),
        ({"properties": {"a": {"items": {"$ref": "#/$defs/Choice"}}}}, False),
        ({"prefixItems": [True, {"not": {}}]}, False),
        ({"additionalProperties": False, "properties": {"a": True}}, True),
        ({"additionalProperties": False}, False),
    ],
)
def test_plain(schema: Json, plain: bool) -> None:
    assert is_plain(schema, DEFINITIONS) is plain
