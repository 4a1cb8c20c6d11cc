import json
from collections.abc import Callable

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.generate.generator import Generator, Ungeneratable
from tests.support.chance import words_of
from tests.support.schemas import documents, schemas

SEEDS = range(12)


SATISFIABLE: dict[str, Json] = {
    "true": True,
    "empty": {},
    "type list": {"type": ["integer", "null"]},
    "const": {"const": {"a": [1, None]}},
    "enum narrowed by type": {"enum": [1, "a", None], "type": "string"},
    "enum in conjunction": {"allOf": [{"enum": [1, 2, 3]}, {"enum": [3, 4]}]},
    "types in conjunction": {"allOf": [{"type": "number"}, {"type": ["integer", "string"]}]},
    "long string": {"type": "string", "minLength": 500, "maxLength": 510},
    "empty string": {"type": "string", "maxLength": 0},
    "format and length": {"type": "string", "format": "email", "minLength": 90, "maxLength": 99},
    "format and short": {"type": "string", "format": "uri", "maxLength": 6},
    "format and pattern": {"type": "string", "format": "date", "pattern": "^2024-"},
    "two patterns": {"allOf": [{"pattern": "^[a-z]+$"}, {"pattern": "foo"}], "type": "string"},
    "hundredths": {"type": "number", "multipleOf": 0.01, "minimum": 10, "maximum": 11},
    "narrow open range": {"exclusiveMinimum": 0, "exclusiveMaximum": 1e-9, "type": "number"},
    "steps in conjunction": {"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}]},
    "largest int64": {"type": "integer", "minimum": 2**63 - 1, "maximum": 2**63 - 1},
    "below zero": {"type": "integer", "maximum": -1_000_000},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"const": 2}], "items": False},
    "many items": {"type": "array", "minItems": 200, "items": {"type": "integer"}},
    "unique choice": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True,
                      "minItems": 3},
    "unique objects": {"type": "array", "items": {"type": "object"}, "uniqueItems": True,
                       "minItems": 2},
    "contains": {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 5000},
                 "minContains": 2, "maxContains": 2, "minItems": 3},
    "contains within a tuple": {"type": "array", "maxItems": 2, "minItems": 2,
                                "prefixItems": [{"type": "integer"}, {"type": "string"}],
                                "contains": {"const": 5}},
    "undescribed required": {"type": "object", "required": ["a", "b"]},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 3},
    "map with names": {"type": "object", "minProperties": 2, "additionalProperties": True,
                       "propertyNames": {"pattern": "^[A-Z]{3}$"}},
    "shaped properties": {"type": "object", "patternProperties": {"^x-": {"type": "integer"}},
                          "additionalProperties": False, "minProperties": 2},
    "few properties": {"type": "object", "maxProperties": 1, "required": ["b"],
                       "properties": {"a": {}, "b": {"type": "integer"}, "c": {}}},
    "dependent required": {"type": "object", "required": ["a"], "dependentRequired": {"a": ["b"]},
                           "properties": {"b": {"type": "integer"}}},
    "dependent schema": {"type": "object", "required": ["a"],
                         "dependentSchemas": {"a": {"required": ["b"]}}},
    "unevaluated properties": {"allOf": [{"properties": {"a": {"type": "integer"}}}],
                               "type": "object", "unevaluatedProperties": False,
                               "oneOf": [{"required": ["b"], "properties": {"b": True}}]},
    "unevaluated items": {"prefixItems": [{"type": "integer"}], "type": "array", "minItems": 1,
                          "unevaluatedItems": False},
    "closed conjunction": {"allOf": [
        {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": False}]},
    "if then": {"type": "object", "required": ["kind"],
                "properties": {"kind": {"enum": ["a", "b"]}},
                "if": {"properties": {"kind": {"const": "a"}}},
                "then": {"required": ["x"]}, "else": {"required": ["y"]}},
    "not a type": {"not": {"type": ["string", "object"]}},
    "not this value": {"enum": ["a", "b"], "not": {"const": "a"}},
    "not required": {"type": "object", "properties": {"a": {}}, "not": {"required": ["a"]}},
    "not empty": {"type": "string", "not": {"maxLength": 3}},
    "one of overlapping": {"oneOf": [{"type": "number"}, {"type": "integer"}]},
    "one of nested subsets": {"oneOf": [
        {"type": "object", "properties": {"a": {"type": "integer"}}},
        {"type": "object", "properties": {"b": {"type": "boolean"}}}]},
    "one branch of many": {"type": "integer", "oneOf": [
        *({"const": f"value {n}"} for n in range(30)), {"minimum": 7}]},
    "constant properties": {"type": "object", "required": ["kind"], "oneOf": [
        {"properties": {"kind": {"const": "a"}, "a": {}}, "required": ["a"]},
        {"properties": {"kind": {"const": "b"}, "b": {}}, "required": ["b"]}]},
    "patterns in turn": {"allOf": [{"pattern": "^[a-z]+-"}, {"pattern": "[0-9]{4}$"}],
                     "type": "string"},
    "two patterns and a format": {"type": "string", "format": "uri",
                                  "allOf": [{"pattern": "^https://"}, {"pattern": "[.]png$"}]},
    "pattern but not another": {"type": "string", "pattern": "^[a-z]{3}$",
                                "not": {"pattern": "^[a-y]"}},
    "names by a pattern": {"type": "object", "propertyNames": {"pattern": "^x-"},
                           "minProperties": 5},
    "names by two patterns": {"type": "object", "propertyNames": {"pattern": "x$"},
                              "patternProperties": {"^[a-z]+$": {"type": "integer"}},
                              "additionalProperties": False, "minProperties": 3},
    "names by a format": {"type": "object", "propertyNames": {"format": "uuid"},
                          "minProperties": 3},
    "all of few": {"type": "array", "minItems": 300, "uniqueItems": True,
                   "items": {"type": "integer", "minimum": 1, "exclusiveMaximum": 301}},
    "all multiples": {"type": "array", "minItems": 34, "uniqueItems": True,
                      "items": {"type": "integer", "minimum": 0, "maximum": 100,
                                "multipleOf": 3}},
    "few of a kind": {"type": "array", "items": {"type": "integer"}, "minItems": 4,
                      "contains": {"minimum": 5}, "maxContains": 1},
    "examples that do not fit": {"type": "integer", "examples": ["one"], "default": "two"},
}  # fmt: skip


RECURSIVE: dict[str, Json] = {
    "optional": {"type": "object", "properties": {"next": {"$ref": "#/$defs/A"}}},
    "list": {"type": "object", "required": ["of"],
             "properties": {"of": {"type": "array", "items": {"$ref": "#/$defs/A"}}}},
    "map": {"type": "object", "additionalProperties": {"$ref": "#/$defs/A"}},
    "nullable": {"type": "object", "required": ["next"],
                 "properties": {"next": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}}},
    "choice": {"oneOf": [{"type": "integer"},
                         {"type": "object", "required": ["l", "r"],
                          "properties": {"l": {"$ref": "#/$defs/A"}, "r": {"$ref": "#/$defs/A"}}}]},
    "mutual": {"type": "object", "required": ["b"], "properties": {"b": {"$ref": "#/$defs/B"}}},
    "in conjunction": {"allOf": [{"type": "object", "properties": {"x": {"$ref": "#/$defs/A"}}}]},
    "itself in place": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "integer"}]},
    "only itself": {"$ref": "#/$defs/A"},
    "wide": {"type": "object", "properties": {
        f"p{n}": {"type": "array", "items": {"$ref": "#/$defs/B"}} for n in range(40)}},
}  # fmt: skip


B: Json = {
    "type": "object",
    "properties": {f"q{n}": {"$ref": "#/$defs/A"} for n in range(40)},
}


def verdict(schema: Json, definitions: Json) -> Callable[[Json], bool]:
    root = {"allOf": [schema], "$defs": definitions}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True).is_valid


def second_opinion(schema: Json, definitions: Json, value: Json) -> bool:
    root = {"allOf": [schema], "$defs": definitions}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return bool(jsonschema.Draft202012Validator(root, format_checker=checker).is_valid(value))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas, documents, st.integers(0, 2**32), st.booleans())
def test_value_is_valid_for_both_validators(
    schema: Json, definitions: Json, seed: int, optional: bool
) -> None:
    is_valid = verdict(schema, definitions)
    generator = Generator(definitions)
    try:
        value = generator.generate(schema, words_of(seed), is_valid=is_valid, optional=optional)
    except Ungeneratable:
        assume(False)
    assert is_valid(value)
    assert second_opinion(schema, definitions, value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas, documents, st.integers(0, 2**32))
def test_same_seed_gives_same_bytes(schema: Json, definitions: Json, seed: int) -> None:
    def outcome() -> str:
        try:
            return json.dumps(Generator(definitions).generate(schema, words_of(seed)))
        except Ungeneratable as error:
            return error.reason

    assert outcome() == outcome()


@pytest.mark.parametrize("schema", SATISFIABLE.values(), ids=SATISFIABLE)
@pytest.mark.parametrize("optional", [True, False], ids=["lavish", "spare"])
def test_satisfiable_schema_has_valid_values(schema: Json, optional: bool) -> None:
    is_valid = verdict(schema, {})
    for seed in SEEDS:
        value = Generator({}).generate(schema, words_of(seed), optional=optional)
        assert is_valid(value), f"{value} from seed {seed}"
        assert second_opinion(schema, {}, value), f"{value} from seed {seed}"


@pytest.mark.parametrize("schema", RECURSIVE.values(), ids=RECURSIVE)
def test_recursion_ends_in_a_modest_valid_value(schema: Json) -> None:
    definitions = {"A": schema, "B": B}
    is_valid = verdict({"$ref": "#/$defs/A"}, definitions)
    for seed in SEEDS:
        value = Generator(definitions).generate({"$ref": "#/$defs/A"}, words_of(seed))
        assert is_valid(value)
        assert len(json.dumps(value)) < 20_000


def test_verdict_of_the_caller_is_final() -> None:
    asked: list[Json] = []

    def refuse(value: Json) -> bool:
        asked.append(value)
        return False

    with pytest.raises(Ungeneratable, match="not valid"):
        Generator({}).generate({"type": "integer"}, words_of(1), is_valid=refuse)
    assert 2 <= len(asked) <= 20


def test_caller_who_wants_another_value_gets_one() -> None:
    first = Generator({}).generate({"type": "integer"}, words_of(1))
    other = Generator({}).generate({"type": "integer"}, words_of(1), is_valid=lambda v: v != first)
    assert other != first
