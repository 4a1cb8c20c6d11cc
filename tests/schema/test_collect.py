"""Schemas of one direction: references become definitions, flagged properties their reading."""

from collections.abc import Callable
from typing import get_args

import pytest

from emulator.http.messages import Json
from emulator.schema.collect import Direction, SchemaCollector
from emulator.schema.validators import Schemas

DOCUMENT: Json = {
    "components": {
        "schemas": {
            "User": {
                "type": "object",
                "required": ["id", "password"],
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "password": {"type": "string", "writeOnly": True},
                    "friend": {"$ref": "#/components/schemas/User"},
                },
            },
            "Secret": {"type": "string", "writeOnly": True},
            "Behind": {
                "required": ["s"],
                "properties": {"s": {"$ref": "#/components/schemas/Secret"}},
            },
            "Whole": {
                "allOf": [{"$ref": "#/components/schemas/User"}, {"required": ["id", "name"]}]
            },
            "Loop": {"$ref": "#/components/schemas/Loop"},
        }
    },
    "x": {"User": {"type": "string"}},
}


def schemas_of(direction: Direction, *references: str) -> Schemas:
    collector = SchemaCollector(DOCUMENT, direction)
    for reference in references:
        collector.add(reference, {"$ref": reference})
    return collector.compile()


USER = "#/components/schemas/User"


@pytest.mark.parametrize(
    ("direction", "instance", "valid"),
    [
        ("request", {"password": "x"}, True),
        ("request", {"password": "x", "id": 1}, True),
        ("request", {"id": 1}, False),
        ("request", {"password": "x", "friend": {"password": "y"}}, True),
        ("request", {"password": "x", "friend": {}}, False),
        ("response", {"id": 1}, True),
        ("response", {"id": 1, "password": "x"}, False),
        ("response", {}, False),
        ("response", {"id": 1, "friend": {"id": 2, "password": "x"}}, False),
    ],
)
def test_flagged_property_is_not_required_in_the_other_direction(
    direction: Direction, instance: Json, valid: bool
) -> None:
    assert schemas_of(direction, USER).is_valid(USER, instance) is valid


@pytest.mark.parametrize(
    ("direction", "instance", "valid"),
    [
        ("request", {"name": "n", "password": "x"}, True),
        ("request", {"password": "x"}, False),
        ("response", {"name": "n", "id": 1}, True),
        ("response", {"name": "n"}, False),
    ],
)
def test_what_one_branch_flags_another_may_require(
    direction: Direction, instance: Json, valid: bool
) -> None:
    whole = "#/components/schemas/Whole"
    assert schemas_of(direction, whole).is_valid(whole, instance) is valid


@pytest.mark.parametrize(("direction", "valid"), [("request", False), ("response", True)])
def test_flag_behind_a_reference_counts(direction: Direction, valid: bool) -> None:
    behind = "#/components/schemas/Behind"
    assert schemas_of(direction, behind).is_valid(behind, {}) is valid


FLAGGED = {"type": "string", "readOnly": True, "writeOnly": True}
PLAIN = {"type": "string"}
#: How a property may have a flag, and how it has none for sure.
WITH_FLAG: dict[str, Json] = {
    "itself": FLAGGED,
    "allOf": {"allOf": [{"$ref": "#/Flagged"}]},
    "allOf beside a description": {"allOf": [{"$ref": "#/Flagged"}, {"title": "T"}], "title": "T"},
    "allOf within allOf": {"allOf": [{"allOf": [PLAIN, FLAGGED]}]},
    "oneOf": {"oneOf": [{"$ref": "#/Flagged"}, {**FLAGGED, "type": "integer"}]},
    "anyOf with null": {"anyOf": [{"$ref": "#/Flagged"}, {"type": "null"}]},
    "reference to allOf": {"$ref": "#/Behind"},
    "beside a reference": {"$ref": "#/Plain", "readOnly": True, "writeOnly": True},
}
WITHOUT_FLAG: dict[str, Json] = {
    "one of two": {"oneOf": [FLAGGED, {"type": "integer"}]},
    "null alone": {"anyOf": [{"type": "null"}]},
    "in a member": {"properties": {"a": FLAGGED}},
    "circle of items": {"$ref": "#/Circle"},
}
#: What else may describe the properties of an object.
PLACES: dict[str, Callable[[Json], Json]] = {
    "allOf": lambda p: {"allOf": [{"properties": p}, {"required": ["p"]}]},
    "allOf above": lambda p: {"allOf": [{"properties": p}], "required": ["p"]},
    "oneOf": lambda p: {"oneOf": [{"properties": p}, {"required": ["r"]}], "required": ["p"]},
    "anyOf": lambda p: {"anyOf": [{"properties": p, "required": ["p"]}]},
    "then": lambda p: {"properties": p, "if": True, "then": {"required": ["p"]}},
    "else": lambda p: {"properties": p, "if": False, "else": {"required": ["p"]}},
    "dependentRequired": lambda p: {"properties": p, "dependentRequired": {"q": ["p"]}},
    "dependentSchemas": lambda p: {
        "properties": p,
        "dependentSchemas": {"q": {"required": ["p"]}},
    },
}
DESCRIBED = {
    "Flagged": FLAGGED,
    "Plain": PLAIN,
    "Behind": {"allOf": [{"$ref": "#/Flagged"}]},
    "Circle": {"items": {"$ref": "#/Circle"}, "allOf": [{"items": {"$ref": "#/Circle"}}]},
}


def judged(direction: Direction, schema: Json, value: Json) -> bool:
    collector = SchemaCollector(DESCRIBED, direction)
    collector.add("x", schema)
    return collector.compile().is_valid("x", value)


@pytest.mark.parametrize("direction", get_args(Direction))
@pytest.mark.parametrize("name", WITH_FLAG)
def test_flag_wherever_it_stands(name: str, direction: Direction) -> None:
    schema = {"properties": {"p": WITH_FLAG[name]}, "required": ["p"]}
    assert judged(direction, schema, {})
    assert judged(direction, schema, {"p": "x"}) is (direction == "request")
    for place, described in PLACES.items():
        assert judged(direction, described({"p": WITH_FLAG[name]}), {"q": 1}), place


@pytest.mark.parametrize("direction", get_args(Direction))
@pytest.mark.parametrize("name", WITHOUT_FLAG)
def test_what_has_no_flag_for_sure(name: str, direction: Direction) -> None:
    schema = {"properties": {"p": WITHOUT_FLAG[name]}, "required": ["p"]}
    assert not judged(direction, schema, {})
    for place, described in PLACES.items():
        assert not judged(direction, described({"p": WITHOUT_FLAG[name]}), {"q": 1}), place


@pytest.mark.parametrize("keyword", ["patternProperties", "additionalProperties"])
def test_flag_of_properties_without_a_name(keyword: str) -> None:
    schema = {keyword: {"^s": FLAGGED} if keyword == "patternProperties" else FLAGGED}
    assert judged("request", schema, {"s": "x"})
    assert not judged("response", schema, {"s": "x"})


def test_only_what_is_reachable_is_taken() -> None:
    assert list(schemas_of("request", USER).definitions) == ["User"]


def test_equal_last_names_are_kept_apart() -> None:
    schemas = schemas_of("response", USER, "#/x/User")
    assert sorted(schemas.definitions) == ["User", "User-2"]
    assert schemas.is_valid("#/x/User", "text")
    assert not schemas.is_valid(USER, "text")


@pytest.mark.parametrize("direction", get_args(Direction))
def test_reference_to_itself_does_not_hang(direction: Direction) -> None:
    loop = "#/components/schemas/Loop"
    collector = SchemaCollector(DOCUMENT, direction)
    collector.add("loop", {"properties": {"a": {"$ref": loop}}, "required": ["a"]})
    assert list(collector.definitions) == ["Loop"]


def test_reference_to_nothing_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        schemas_of("request", "#/components/schemas/Nobody")


@pytest.mark.parametrize("keyword", ["const", "enum", "default", "examples"])
def test_values_are_not_read_as_schemas(keyword: str) -> None:
    collector = SchemaCollector(DOCUMENT, "request")
    value = [{"$ref": USER, "required": ["id"]}]
    collector.add("a", {keyword: value})
    assert collector.roots["a"] == {keyword: value}


def test_property_called_like_a_keyword_is_a_property() -> None:
    collector = SchemaCollector(DOCUMENT, "request")
    collector.add("a", {"properties": {"$ref": {"type": "string"}, "required": {"$ref": USER}}})
    assert collector.roots["a"]["properties"] == {
        "$ref": {"type": "string"},
        "required": {"$ref": "#/$defs/User"},
    }


@pytest.mark.parametrize("direction", get_args(Direction))
def test_what_a_direction_leaves_as_it_is_written_is_no_copy(direction: Direction) -> None:
    name = {"type": "string", "description": "What it is called"}
    plain = {"type": "object", "required": ["name"], "properties": {"name": name}}
    user = {"$ref": "#/x/User"}
    mixed = {"anyOf": [plain, user], "properties": {"name": name, "user": dict(user)}}
    collector = SchemaCollector(DOCUMENT, direction)
    collector.add("plain", {"items": plain})
    collector.add("mixed", mixed)
    read = collector.roots["mixed"]
    assert collector.roots["plain"]["items"] is plain
    assert read["anyOf"][0] is plain
    assert read["properties"]["name"] is name
    assert read["properties"]["user"] is read["anyOf"][1]
    assert read["properties"]["user"] == {"$ref": "#/$defs/User"}
