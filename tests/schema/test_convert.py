from dataclasses import dataclass

import jsonschema
import jsonschema_rs
import pytest

from emulator.http.messages import Json
from emulator.schema import convert as schemas
from emulator.schema.convert import SchemaReader
from emulator.schema.dialects import DIALECTS
from emulator.schema.locations import Place, tokens_of
from emulator.schema.notices import Notices


def locate(place: Place) -> tuple[str, str]:
    file, tokens = tokens_of(place)
    return file, "/".join(tokens)


def convert(schema: Json, version: str = "3.0") -> tuple[Json, list[str]]:
    """The schema and the codes of the notices."""
    notices = Notices(locate)
    result = SchemaReader(DIALECTS[version], notices).convert(schema, "f")
    return result, [notice.code for notice in notices.listed("f")]


@dataclass(frozen=True)
class Case:
    schema: Json
    valid: tuple[Json, ...] = ()
    invalid: tuple[Json, ...] = ()
    version: str = "3.0"
    codes: tuple[str, ...] = ()


STRING_OR_NULL = {"type": "string", "nullable": True}
CASES = {
    # nullable
    "not nullable": Case({"type": "string"}, ("a",), (None, 1)),
    "nullable": Case(STRING_OR_NULL, ("a", None), (1,)),
    "nullable false": Case({"type": "string", "nullable": False}, ("a",), (None,)),
    "nullable quoted": Case({"type": "string", "nullable": "true"}, ("a", None), (1,)),
    "nullable broken": Case(
        {"type": "string", "nullable": 7}, ("a",), (None,), codes=("keyword-dropped",)
    ),
    "nullable with keywords": Case(
        {"type": "object", "nullable": True, "required": ["a"]}, ({"a": 1}, None), ({}, [])
    ),
    "nullable enum without null": Case({**STRING_OR_NULL, "enum": ["a"]}, ("a",), (None, "b")),
    "nullable enum with null": Case({**STRING_OR_NULL, "enum": ["a", None]}, ("a", None), ("b",)),
    "enum with null, not nullable": Case({"type": "string", "enum": ["a", None]}, ("a",), (None,)),
    "nullable without type": Case({"nullable": True, "minLength": 1}, ("a", None, 1), ("",)),
    "nullable allOf": Case(
        {"nullable": True, "allOf": [{"type": "string"}], "description": "d"}, ("a", None), (1,)
    ),
    "nullable oneOf": Case(
        {"type": "string", "nullable": True, "oneOf": [{"minLength": 2}, {"maxLength": 0}]},
        ("ab", "", None),
        ("a", 1),
    ),
    "nullable not": Case({"nullable": True, "not": {}}, (None,), (1,)),
    "nullable const": Case({"nullable": True, "const": 1}, (1, None), (2,)),
    "nullable $ref": Case(
        {"allOf": [{"$ref": "#/$defs/a", "nullable": True}], "$defs": {"a": {"type": "string"}}},
        ("a", None),
        (1,),
    ),
    "nullable counts in 3.1": Case(STRING_OR_NULL, ("a", None), (1,), "3.1"),
    "nullable beside a list of types": Case(
        {"type": ["string", "integer"], "nullable": True}, ("a", 1, None), (1.5,), "3.1"
    ),
    "x-nullable": Case({"type": "string", "x-nullable": True}, ("a", None), (1,), "2.0"),
    "nullable is nothing in 2.0": Case(STRING_OR_NULL, ("a",), (None,), "2.0"),
    # bounds
    "exclusive minimum": Case({"minimum": 1, "exclusiveMinimum": True}, (1.5, "a"), (1, 0)),
    "inclusive minimum": Case({"minimum": 1, "exclusiveMinimum": False}, (1,), (0,)),
    "exclusive maximum": Case({"maximum": 1, "exclusiveMaximum": True}, (0,), (1, 2)),
    "exclusive of nothing": Case({"exclusiveMaximum": True}, (1, 2)),
    "exclusive in 3.1": Case({"exclusiveMinimum": 1, "minimum": 0}, (2,), (1,), "3.1"),
    "int32": Case(
        {"type": "integer", "format": "int32"}, (2**31 - 1, -(2**31)), (2**31, -(2**31) - 1)
    ),
    "int64": Case({"type": "integer", "format": "int64"}, (2**63 - 1,), (2**63,), "3.1"),
    "int32 with bounds": Case(
        {"type": "integer", "format": "int32", "minimum": 5, "maximum": 2**40}, (5,), (4, 2**31)
    ),
    "int32 with exclusive bounds": Case(
        {"type": "integer", "format": "int32", "minimum": 5, "exclusiveMinimum": True}, (6,), (5,)
    ),
    "int32 without type": Case({"format": "int32"}, (1, "a", 2**31)),
    "int32 as number": Case({"type": "number", "format": "int32"}, (2**31,)),
    "int32 of several types": Case(
        {"type": ["integer", "string"], "format": "int32"}, (1, "a"), (2**31,), "3.1"
    ),
    # references
    "siblings are ignored in 3.0": Case(
        {"allOf": [{"$ref": "#/$defs/a", "maxLength": 1}], "$defs": {"a": {"type": "string"}}},
        ("abc",),
        (1,),
        codes=("ref-siblings",),
    ),
    "siblings count in 3.1": Case(
        {"allOf": [{"$ref": "#/$defs/a", "maxLength": 1}], "$defs": {"a": {"type": "string"}}},
        ("a",),
        ("abc", 1),
        "3.1",
    ),
    "property named $ref": Case(
        {"properties": {"$ref": {"type": "string"}}}, ({},), ({"$ref": 1},)
    ),
    "$ref that is no string": Case(
        {"$ref": 7, "type": "string"}, ("a",), (1,), "3.0", ("keyword-dropped",)
    ),
    # keywords 3.0 does not know
    "const": Case({"const": 1}, (1,), (2,)),
    "if": Case({"if": {"type": "string"}, "then": {"minLength": 1}}, ("a", 1), ("",)),
    "prefixItems": Case({"prefixItems": [{"type": "string"}]}, (["a", 1],), ([1],)),
    "patternProperties": Case(
        {"patternProperties": {"^a": {"type": "string"}}}, ({"b": 1},), ({"a": 1},)
    ),
    "list of types": Case({"type": ["string", "null"]}, ("a", None), (1,)),
    "null among types": Case({"type": ["string", None]}, (None,), (1,), "3.1", ("keyword-mended",)),
    "dependencies": Case(
        {"dependencies": {"a": ["b"], "c": {"required": ["d"]}}},
        ({"a": 1, "b": 1}, {"c": 1, "d": 1}),
        ({"a": 1}, {"c": 1}),
    ),
    "tuple": Case(
        {"items": [{"type": "string"}], "additionalItems": {"type": "integer"}},
        (["a", 1],),
        ([1], ["a", "b"]),
        codes=("tuple-items",),
    ),
    "boolean schemas": Case({"properties": {"a": True, "b": False}}, ({"a": 1},), ({"b": 1},)),
    # what can be mended
    "type in capitals": Case({"type": "String"}, ("a",), (1,), codes=("keyword-mended",)),
    "quoted number": Case({"minLength": "3"}, ("abc",), ("ab",), codes=("keyword-mended",)),
    "number with fraction 0": Case({"minLength": 3.0}, ("abc",), ("ab",)),
    "required property": Case(
        {"properties": {"a": {"required": True}, "b": {}}},
        ({"a": 1},),
        ({"b": 1},),
        codes=("keyword-mended",),
    ),
    "optional property": Case(
        {"required": ["a"], "properties": {"a": {"required": False}}},
        ({},),
        codes=("keyword-mended",),
    ),
    "required, but forbidden": Case(
        {"required": ["a"], "properties": {}, "additionalProperties": False},
        ({"a": 1},),
        ({}, {"a": 1, "b": 1}),
        codes=("required-but-forbidden",),
    ),
    "required twice": Case({"required": ["a", "a"]}, ({"a": 1},), ({},), codes=("keyword-mended",)),
    "file": Case({"type": "file"}, ("a",), (1,), "2.0"),
    "pattern of ECMA": Case({"pattern": r"^[^]\/$"}, ("a/", "\n/"), ("a",)),
    # what can't
    "lengths that exclude each other": Case(
        {"minLength": 3, "maxLength": 2}, (), ("ab", "abc"), codes=("schema-contradiction",)
    ),
    "bounds that exclude each other": Case(
        {"minimum": 3, "maximum": 2.5}, ("a",), (2, 3), codes=("schema-contradiction",)
    ),
    "more items than are drawn": Case(
        {"minItems": 100_000}, ("a",), ([1],), codes=("schema-contradiction",)
    ),
    "bounds that meet": Case({"minItems": 10_000, "maxItems": 10_000}, ("a",), ([],)),
    "unknown type": Case({"type": "any"}, (1, "a", None), codes=("keyword-dropped",)),
    "empty enum": Case({"enum": []}, (1,), codes=("keyword-dropped",)),
    "enum of one": Case({"enum": "a"}, (1,), codes=("keyword-dropped",)),
    "negative length": Case({"maxLength": -1}, ("a",), codes=("keyword-dropped",)),
    "half a length": Case({"maxLength": 0.5}, ("a",), codes=("keyword-dropped",)),
    "multiple of 0": Case({"multipleOf": 0}, (1,), codes=("keyword-dropped",)),
    "bound as text": Case({"minimum": "x"}, (1,), codes=("keyword-dropped",)),
    "bad pattern": Case({"pattern": "("}, ("a",), codes=("keyword-dropped",)),
    "bad property pattern": Case(
        {"patternProperties": {"(": False}}, ({},), codes=("keyword-dropped",)
    ),
    "properties as list": Case({"properties": ["a"]}, ({},), codes=("keyword-dropped",)),
    "property as text": Case({"properties": {"a": "string"}}, ({"a": 1},), codes=("wrong-shape",)),
    "empty allOf": Case({"allOf": []}, (1,), codes=("keyword-dropped",)),
    "items as text": Case({"items": "string"}, ([1],), codes=("keyword-dropped",)),
    "required as text": Case({"required": "a"}, ({},), codes=("keyword-dropped",)),
    "title as list": Case({"title": []}, (1,), codes=("keyword-dropped",)),
    "schema as text": Case("string", (1,), codes=("wrong-shape",)),
    "discriminator as number": Case({"discriminator": 7}, ({},), codes=("keyword-dropped",)),
    "dependentRequired as list": Case({"dependentRequired": []}, ({},), codes=("keyword-dropped",)),
    "type of nothing": Case({"type": []}, (1,), codes=("keyword-dropped",)),
    "names of nothing": Case({"required": [[]]}, ({},), codes=("keyword-dropped",)),
    "multiple of a number": Case({"multipleOf": "0.5"}, (1,), (0.7,), codes=("keyword-mended",)),
    "examples as text": Case({"examples": "a"}, (1,), codes=("keyword-dropped",)),
    "boolean title": Case({"title": True}, (1,), codes=("keyword-mended",)),
    "foreign dialect": Case({"$schema": "http://json-schema.org/draft-04/schema#", "id": 7}, (1,)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_both_validators_read_the_conversion_as_the_author_meant(case: Case) -> None:
    schema, codes = convert(case.schema, case.version)
    ours = jsonschema_rs.Draft202012Validator(schema, offline=True)
    jsonschema.Draft202012Validator.check_schema(schema)
    second = jsonschema.Draft202012Validator(schema)
    instances = [*case.valid, *case.invalid]
    expected = [True] * len(case.valid) + [False] * len(case.invalid)
    assert [ours.is_valid(instance) for instance in instances] == expected
    assert [second.is_valid(instance) for instance in instances] == expected
    assert tuple(codes) == case.codes


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_converting_again_changes_nothing(case: Case) -> None:
    once, _ = convert(case.schema, case.version)
    assert convert(once, case.version)[0] == once


def test_example_joins_the_examples() -> None:
    assert convert({"example": 1, "examples": [2]}) == ({"examples": [1, 2]}, [])
    assert convert({"examples": {"a": {"value": 3}}})[0] == {"examples": [3]}


def test_null_is_refused_by_the_enum_alone() -> None:
    converted, _ = convert({"type": "string", "nullable": True, "enum": ["a"]})
    found = jsonschema.Draft202012Validator(converted).iter_errors(None)
    assert [error.validator for error in found] == ["enum"]


def test_annotations_stay_outside_of_the_choice_with_null() -> None:
    schema, _ = convert({"nullable": True, "readOnly": True, "x-a": 1, "example": 2, "oneOf": [{}]})
    assert schema == {
        "readOnly": True,
        "x-a": 1,
        "examples": [2],
        "anyOf": [{"oneOf": [{}]}, {"type": "null"}],
    }


def test_what_is_unknown_is_kept_and_what_names_schemas_is_not() -> None:
    schema, _ = convert({"x-a": {"$ref": "no.yaml"}, "xml": {}, "$id": "a", "$anchor": "b"}, "3.1")
    assert schema == {"x-a": {"$ref": "no.yaml"}, "xml": {}}


def test_data_is_no_schema() -> None:
    data = {"$ref": "no.yaml", "nullable": True, "type": "any"}
    values = {"default": data, "const": data, "enum": [data], "examples": [data]}
    assert convert(values) == (values, [])


def test_swagger_discriminator_becomes_an_object() -> None:
    assert convert({"discriminator": "kind"}, "2.0")[0] == {
        "discriminator": {"propertyName": "kind"}
    }


def test_wrapping_never_nests_deeper_than_validators_go() -> None:
    schema: Json = {}
    for _ in range(98):
        schema = {"not": schema, "nullable": True}
    converted, codes = convert(schema)
    assert set(codes) == {"too-deep"}
    assert jsonschema_rs.Draft202012Validator({"properties": {"a": {"items": converted}}})


def test_number_of_schemas_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "_MAX_SCHEMAS", 2)
    converted, codes = convert({"properties": {"a": {"title": "a"}, "b": {"title": "b"}}})
    assert converted == {"properties": {"a": {"title": "a"}, "b": {}}}
    assert codes == ["too-many-schemas"]


def test_length_of_all_patterns_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "_MAX_PATTERNS", 3)
    converted, codes = convert({"allOf": [{"pattern": "ab"}, {"pattern": "cd"}]})
    assert converted == {"allOf": [{"pattern": "ab"}, {}]}
    assert codes == ["keyword-dropped"]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"pattern": "("}, "`pattern` is no regular expression that can be used"),
        ({"pattern": "^(a{1000}){1000}$"}, "`pattern` is a regular expression that compiles to"),
        ({"pattern": "a{,3}"}, "`pattern` is ambiguous"),
        ({"patternProperties": {"a{,3}": {}}}, "`a{,3}` is ambiguous"),
        ({"allOf": [{"pattern": "a" * 90}, {"pattern": "b" * 11}]}, "`pattern` is not read: all"),
        ({"pattern": "c" * 101}, "`pattern` is not read: all"),
        ({"patternProperties": {"c" * 101: {}}}, " is not read: all"),
    ],
)
def test_reason_why_a_pattern_is_dropped(
    schema: Json, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "_MAX_PATTERNS", 100)
    notices = Notices(lambda place: ("file", ""))
    SchemaReader(DIALECTS["3.1"], notices).convert(schema, "file")
    (told,) = notices.listed("file")
    assert said in told.message
