"""Containment of schemas: verdicts as a table, and judged by `jsonschema` for any two schemas."""

from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.containment.contains import contains
from emulator.schema.containment.model import Schema
from emulator.schema.generate.generator import Generator, Ungeneratable
from tests.support.chance import words_of
from tests.support.schemas import documents, schemas

PET = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
CAT = {"type": "object", "properties": {"kind": {"const": "cat"}, "claws": {"type": "integer"}},
       "required": ["kind"]}  # fmt: skip
DOG = {"type": "object", "properties": {"kind": {"const": "dog"}, "tail": {"type": "boolean"}},
       "required": ["kind"]}  # fmt: skip
#: (wider, narrower, verdict)
TABLE: dict[str, tuple[Json, Json, str]] = {
    "anything": ({}, {"type": "string"}, "yes"),
    "nothing": ({"type": "string"}, False, "yes"),
    "nothing holds nothing else": (False, {"type": "string"}, "no"),
    "types": ({"type": ["string", "null"]}, {"type": "string"}, "yes"),
    "types, turned": ({"type": "string"}, {"type": ["string", "null"]}, "no"),
    "integers are numbers": ({"type": "number"}, {"type": "integer"}, "yes"),
    "numbers are not integers": ({"type": "integer"}, {"type": "number"}, "no"),
    "whole numbers are": ({"type": "integer"}, {"type": "number", "multipleOf": 5}, "yes"),
    "enum": ({"enum": ["a", "b", "c"]}, {"enum": ["a", "c"]}, "yes"),
    "enum value added": ({"enum": ["a"]}, {"enum": ["a", "c"]}, "no"),
    "const in a type": ({"type": "integer"}, {"const": 3}, "yes"),
    "enum of all booleans": ({"enum": [True, False]}, {"type": "boolean"}, "yes"),
    "enum of a short range": ({"enum": [1, 2, 3]},
                              {"type": "integer", "minimum": 1, "maximum": 3}, "yes"),
    "bounds": ({"minimum": 1, "maximum": 9},
               {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10}, "yes"),
    "bound, open": ({"exclusiveMinimum": 0}, {"type": "number", "minimum": 0}, "no"),
    "steps": ({"multipleOf": 2}, {"type": "integer", "multipleOf": 6}, "yes"),
    "steps, turned": ({"multipleOf": 6}, {"type": "integer", "multipleOf": 2}, "no"),
    "length": ({"maxLength": 10}, {"type": "string", "maxLength": 8}, "yes"),
    "length, turned": ({"type": "string", "maxLength": 8}, {"type": "string"}, "no"),
    "pattern": ({"pattern": "^a"}, {"type": "string", "pattern": "^a", "minLength": 3}, "yes"),
    "pattern added": ({"pattern": "^a"}, {"type": "string"}, "no"),
    "format added": ({"format": "uuid"}, {"type": "string"}, "no"),
    "format nobody checks": ({"format": "colour"}, {"type": "string"}, "unknown"),
    "required": ({"required": ["a"]}, {"type": "object", "required": ["b", "a"]}, "yes"),
    "required added": (PET | {"required": ["name", "age"]}, PET, "no"),
    "property inside": ({"properties": {"name": {"maxLength": 9}}},
                        {"properties": {"name": {"maxLength": 5}}}, "yes"),
    "property nobody described": (PET, {"type": "object", "required": ["name"]}, "no"),
    "property of an object inside": (
        {"properties": {"name": {"maxLength": 9}}},
        {"type": "object", "properties": {"name": {"type": "string", "maxLength": 5}}}, "yes"),
    "closed": ({"additionalProperties": False, "properties": {"name": {}}}, PET, "no"),
    "closed, both": ({"additionalProperties": False, "properties": {"name": {}}},
                     PET | {"additionalProperties": False}, "yes"),
    "map": ({"additionalProperties": {"type": "number"}},
            {"type": "object", "additionalProperties": {"type": "integer"}}, "yes"),
    "few properties": ({"maxProperties": 1}, PET | {"additionalProperties": False}, "yes"),
    "items": ({"items": {"type": "number"}},
              {"type": "array", "items": {"type": "integer"}}, "yes"),
    "items inside": ({"items": {"items": {"type": "integer"}}},
                     {"type": "array", "items": {"type": "array"}}, "no"),
    "tuple": ({"prefixItems": [{"type": "string"}], "items": False},
              {"type": "array", "prefixItems": [{"const": "a"}], "maxItems": 1}, "yes"),
    "unique": ({"uniqueItems": True}, {"type": "array", "maxItems": 3}, "no"),
    "union": ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]},
              "yes"),
    "union, turned": ({"type": ["string", "null"]},
                      {"anyOf": [{"type": "string"}, {"const": None}]}, "yes"),
    "tagged union": ({"oneOf": [CAT, DOG]}, {"oneOf": [DOG, CAT]}, "yes"),
    "branch of a tagged union": ({"oneOf": [CAT, DOG]}, CAT, "yes"),
    "branch more": ({"oneOf": [CAT]}, {"oneOf": [CAT, DOG]}, "no"),
    "union without tags": ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
                           {"type": "object", "oneOf": [{"required": ["b"]}, {"required": ["a"]}]},
                           "yes"),
    "conjunction": ({"allOf": [PET, {"required": ["name"]}]}, PET, "yes"),
    "conjunction of the narrower": (PET | {"required": ["name", "age"]},
                                    {"allOf": [PET, {"required": ["age"]}]}, "yes"),
    "not": ({"not": {"type": "string"}}, {"type": "integer"}, "yes"),
    "not, kept": ({"not": {"const": "x"}}, {"type": "string", "not": {"const": "x"}}, "yes"),
    "if": ({"if": {"required": ["a"]}, "then": {"required": ["b"]}},
           {"type": "object", "required": ["a"]}, "no"),
}  # fmt: skip


def tree(of: str) -> Json:
    return {
        "type": "object",
        "properties": {"next": {"$ref": "#/$defs/Tree"}, "of": {"type": of}},
    }


@pytest.mark.parametrize(("wider", "narrower", "expected"), TABLE.values(), ids=TABLE)
def test_verdict(wider: Json, narrower: Json, expected: str) -> None:
    verdict = contains(Schema(wider, {}), Schema(narrower, {}))
    assert verdict.answer == expected
    if expected == "no":
        assert valid(narrower, {}, verdict.counterexample)
        assert not valid(wider, {}, verdict.counterexample)


@pytest.mark.parametrize(
    ("wider", "narrower", "expected"), [("number", "integer", "yes"), ("integer", "number", "no")]
)
def test_recursive_schemas(wider: str, narrower: str, expected: str) -> None:
    root = {"$ref": "#/$defs/Tree"}
    verdict = contains(Schema(root, {"Tree": tree(wider)}), Schema(root, {"Tree": tree(narrower)}))
    assert verdict.answer == expected


def test_a_gap_says_where_it_is() -> None:
    wider = {"properties": {"pets": {"items": {"properties": {"age": {"maximum": 9}}}}}}
    narrower = {
        "type": "object",
        "properties": {
            "pets": {
                "type": "array",
                "items": {"type": "object", "properties": {"age": {"type": "integer"}}},
            }
        },
    }
    (found,) = contains(Schema(wider, {}), Schema(narrower, {})).found
    assert (found.gap.keyword, found.gap.at) == ("maximum", ("pets", 0, "age"))
    assert found.counterexample[0]["pets"][0]["age"] > 9


def valid(schema: Json, definitions: dict[str, Json], value: Json) -> bool:
    document = {"$defs": definitions, "allOf": [schema]} if definitions else schema
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(document, format_checker=checker).is_valid(value)


def widened(draw: Any, schema: Json) -> Json:
    """The schema with one keyword less, somewhere."""
    if not isinstance(schema, dict) or not schema:
        return schema
    keyword = draw(st.sampled_from(sorted(schema)))
    value = schema[keyword]
    if isinstance(value, dict) and value and keyword == "properties":
        name = draw(st.sampled_from(sorted(value)))
        return {**schema, keyword: {**value, name: widened(draw, value[name])}}
    if keyword in ("items", "additionalProperties"):
        return {**schema, keyword: widened(draw, value)}
    return {name: each for name, each in schema.items() if name != keyword}


@st.composite
def pairs(draw: Any) -> tuple[Json, Json]:
    narrower = draw(schemas)
    other = widened(draw, widened(draw, narrower))
    unrelated = draw(schemas)
    wider, narrower = draw(
        st.sampled_from([(other, narrower), (narrower, other), (unrelated, narrower)])
    )
    return wider, narrower


@settings(suppress_health_check=list(HealthCheck))
@given(pairs(), documents, documents | st.none())
def test_verdicts_hold(pair: tuple[Json, Json], new: Json, old: Json) -> None:
    wider, narrower = pair
    old = new if old is None else old
    verdict = contains(Schema(wider, old), Schema(narrower, new))
    if verdict.answer == "no":
        assert valid(narrower, new, verdict.counterexample)
        assert not valid(wider, old, verdict.counterexample)
    elif verdict.answer == "yes":
        for seed in range(4):
            try:
                value = Generator(new).generate(narrower, words_of(seed))
            except Ungeneratable:
                return
            assert not valid(narrower, new, value) or valid(wider, old, value), value
