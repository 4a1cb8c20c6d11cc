"""Shapes: what schemas of every make say about decoding."""

import pytest

from emulator.http.messages import Json
from emulator.schema.coerce.coercion import ANY, Shape
from emulator.schema.coerce.shapes import compile_shape
from emulator.schema.flatten.references import resolve_or_any

INTEGER = {"type": "integer"}
TEXT = {"type": "string"}


def shape(schema: Json, **definitions: Json) -> Shape:
    return compile_shape(schema, definitions)


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        (INTEGER, {"integer"}),
        ({"type": "number"}, {"integer", "number"}),
        ({"allOf": [{"type": "number"}, INTEGER]}, {"integer"}),
        ({"anyOf": [INTEGER, TEXT]}, {"integer", "string"}),
        ({"oneOf": [INTEGER, {"type": "null"}]}, {"integer", "null"}),
        ({"type": ["string", "null"], "allOf": [{"minLength": 1}]}, {"string", "null"}),
        ({"type": "string", "anyOf": [INTEGER, TEXT]}, {"string"}),
        ({"enum": ["a", 1]}, {"string", "integer", "number"}),
        ({"const": None}, {"null"}),
        ({"if": True, "then": INTEGER, "else": TEXT}, {"integer", "string"}),
        ({"properties": {}}, {"object"}),
        ({"items": INTEGER}, {"array"}),
        ({"$ref": "#/$defs/A"}, {"integer"}),
        ({"$ref": "#/$defs/A%20~1b"}, {"string"}),
        ({"allOf": [{"$ref": "#/$defs/A"}]}, {"integer"}),
    ],
)
def test_types(schema: Json, types: set[str]) -> None:
    assert compile_shape(schema, {"A": INTEGER, "A /b": TEXT}).types == types


@pytest.mark.parametrize(
    "schema",
    [True, False, {}, {"$ref": "#/$defs/nowhere"}, {"$ref": "other.json"}, {"type": []}, "x"],
    ids=repr,
)
def test_what_says_nothing_is_untyped(schema: Json) -> None:
    assert compile_shape(schema, {}) is ANY


def test_properties_of_all_branches_are_united() -> None:
    compiled = shape(
        {
            "allOf": [
                {"properties": {"a": INTEGER, "both": {"minLength": 1}}},
                {"properties": {"both": TEXT}},
                {"anyOf": [{"properties": {"b": TEXT}}, {"properties": {"b": INTEGER}}]},
            ]
        }
    )
    assert list(compiled.properties) == ["a", "both", "b"]
    assert compiled.property("both").types == {"string"}
    assert compiled.property("b").types == {"string", "integer"}


def test_items_and_prefix_items() -> None:
    compiled = shape({"prefixItems": [TEXT, {"type": "boolean"}], "items": INTEGER, "minItems": 1})
    assert [sorted(compiled.item(i).types) for i in (0, 1, 2)] == [
        ["string"],
        ["boolean"],
        ["integer"],
    ]
    assert compiled.filled


@pytest.mark.parametrize(
    ("schema", "types", "catch_all"),
    [
        ({"type": "object"}, ANY.types, True),
        ({"properties": {"a": {}}}, ANY.types, False),
        ({"properties": {"a": {}}, "additionalProperties": INTEGER}, {"integer"}, True),
        ({"properties": {"a": {}}, "additionalProperties": False}, None, False),
        (
            {"patternProperties": {"^x": TEXT}, "additionalProperties": False},
            {"string"},
            True,
        ),
    ],
    ids=["free", "declared", "typed", "closed", "patterns"],
)
def test_additional_properties(schema: Json, types: set[str] | None, catch_all: bool) -> None:
    compiled = shape(schema)
    assert (compiled.additional.types if compiled.additional else None) == types
    assert compiled.catch_all is catch_all


def test_recursive_schema_meets_itself() -> None:
    tree = {"type": "object", "properties": {"kids": {"items": {"$ref": "#/$defs/Tree"}}}}
    compiled = shape({"$ref": "#/$defs/Tree"}, Tree=tree)
    assert compiled.property("kids").item(0) is compiled


def test_schema_that_refers_to_itself_is_untyped() -> None:
    loop = {"allOf": [{"$ref": "#/$defs/Loop"}]}
    assert shape({"$ref": "#/$defs/Loop"}, Loop=loop).types == ANY.types


def test_doubling_references_stay_small() -> None:
    doubling = {f"D{i}": {"allOf": [{"$ref": f"#/$defs/D{i + 1}"}] * 2} for i in range(30)}
    compiled = compile_shape({"$ref": "#/$defs/D0"}, {**doubling, "D30": INTEGER})
    assert compiled.types == {"integer"}


def test_multiplying_alternatives_stay_small() -> None:
    choices = [{"anyOf": [{"minimum": i}, {"maximum": -i}]} for i in range(100)]
    assert shape({"allOf": [INTEGER, *choices]}).types == {"integer"}


def test_nested_schemas_end_untyped() -> None:
    schema: Json = INTEGER
    for _ in range(200):
        schema = {"type": "array", "items": schema}
    compiled = shape(schema)
    for _ in range(200):
        compiled = compiled.item(0)
    assert compiled is ANY


def test_references_may_point_deeper() -> None:
    definitions = {"A": {"anyOf": [TEXT, {"properties": {"x": INTEGER}}]}}
    assert resolve_or_any("#/$defs/A/anyOf/1/properties/x", definitions) is INTEGER
    assert resolve_or_any("#/$defs/A/anyOf/2", definitions) is True
