"""Which schemas judge every part of a value on its own."""

import pytest

from emulator.http.messages import Json
from emulator.schema.locality import is_local

TEXT: Json = {"type": "string", "maxLength": 5}
TWO: Json = {"a": {"type": "object", "required": ["x"]}, "b": {"type": "array"}}


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False},
        {"type": "array", "items": {"$ref": "#/$defs/Tree"}, "minItems": 1},
        {"allOf": [{"properties": {"a": TEXT}}, {"properties": {"a": {"pattern": "x"}}}]},
        {"anyOf": [{"type": "string"}, {"type": ["integer", "null"]}]},
        {"oneOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
        {"properties": {"kind": {"enum": ["a", None, 1]}}},
    ],
)
def test_parts_are_judged_alone(schema: Json) -> None:
    tree = {"properties": {"name": TEXT, "next": {"$ref": "#/$defs/Tree"}}}
    assert is_local(schema, {"Tree": tree})


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}]},
        {"oneOf": [{"type": "null"}, {"required": ["a"]}, {"required": ["b"]}]},
        {"properties": {"a": {"not": {"properties": {"b": TEXT}}}}},
        {"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}},
        {"type": "array", "uniqueItems": True},
        {"type": "array", "contains": TEXT},
        {"enum": [{"a": 1, "b": 2}, {"a": 2, "b": 1}]},
        {"const": [1, 2]},
        {"items": {"$ref": "#/$defs/Tied"}},
        {"dependentSchemas": {"a": {"properties": {"b": TEXT}}}},
    ],
)
def test_parts_that_are_tied_are_found(schema: Json) -> None:
    tied = {"properties": {"deep": {"unevaluatedProperties": False}}}
    assert not is_local(schema, {"Tied": tied})
