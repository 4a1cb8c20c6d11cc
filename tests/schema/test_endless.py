"""Schemas that require themselves, or what has no value, are found; others are left alone."""

from typing import Any

import pytest

from emulator.http.messages import Json
from emulator.schema.endless import endless

SELF: Json = {"$ref": "#/A"}
OBJECT: Json = {"type": "object", "required": ["a"]}

#: (whether A has no value that ends, A and what else the document has)
TABLE: dict[str, tuple[bool, dict[str, Any]]] = {
    "required": (True, {"A": {**OBJECT, "properties": {"a": SELF}}}),
    "not required": (False, {"A": {"type": "object", "properties": {"a": SELF}}}),
    "in turn": (True, {"A": {**OBJECT, "properties": {"a": {"$ref": "#/B"}}},
                       "B": {**OBJECT, "properties": {"a": SELF}}}),
    "requires one that ends": (False, {"A": {**OBJECT, "properties": {"a": {"$ref": "#/B"}}},
                                       "B": {"type": "object", "properties": {"a": SELF}}}),
    "requires one without end": (True, {"A": {**OBJECT, "properties": {"a": {"$ref": "#/B"}}},
                                        "B": {**OBJECT, "properties": {"a": {"$ref": "#/B"}}}}),
    "of any type": (True, {"A": {"required": ["a"], "properties": {"a": SELF}}}),
    "or null": (False, {"A": {**OBJECT, "type": ["object", "null"], "properties": {"a": SELF}}}),
    "or an array": (False, {"A": {**OBJECT, "type": ["object", "array"],
                                  "properties": {"a": SELF}}}),
    "nullable member": (False, {"A": {**OBJECT, "properties": {
        "a": {"oneOf": [{"type": "null"}, SELF]}}}}),
    "every choice": (True, {"A": {"anyOf": [
        {**OBJECT, "properties": {"a": SELF}}, {"type": "array", "minItems": 1, "items": SELF}]}}),
    "one choice ends": (False, {"A": {"anyOf": [
        {**OBJECT, "properties": {"a": SELF}}, {"type": "array", "items": SELF}]}}),
    "choice of a text": (False, {"A": {"type": "string", "anyOf": [
        {"required": ["a"], "properties": {"a": SELF}}]}}),
    "required in one part, described in another": (
        True, {"A": {"allOf": [{"$ref": "#/B"}], "type": "object", "required": ["a"]},
               "B": {"properties": {"a": SELF}}}),
    "by a pattern": (True, {"A": {**OBJECT, "patternProperties": {"^a": SELF}}}),
    "by another pattern": (False, {"A": {**OBJECT, "patternProperties": {"^b": SELF}}}),
    "by any other name": (True, {"A": {**OBJECT, "additionalProperties": SELF}}),
    "named, whatever others are": (False, {"A": {**OBJECT, "additionalProperties": SELF,
                                                 "properties": {"a": {"type": "string"}}}}),
    "a property of any name": (True, {"A": {"type": "object", "minProperties": 1,
                                            "additionalProperties": SELF}}),
    "items": (True, {"A": {"type": "array", "minItems": 1, "items": SELF}}),
    "no item": (False, {"A": {"type": "array", "items": SELF}}),
    "first item": (True, {"A": {"type": "array", "minItems": 1, "prefixItems": [SELF]}}),
    "further item": (False, {"A": {"type": "array", "minItems": 1,
                                   "prefixItems": [{}], "items": SELF}}),
    "contained": (True, {"A": {"type": "array", "contains": SELF}}),
    "need not be contained": (False, {"A": {"type": "array", "contains": SELF, "minContains": 0}}),
    "listed": (False, {"A": {**OBJECT, "properties": {"a": SELF}, "enum": [{}]}}),
    "left out of responses": (False, {"A": {**OBJECT, "properties": {
        "a": {"$ref": "#/B"}}}, "B": {"writeOnly": True, "allOf": [SELF]}}),
    "false": (True, {"A": {**OBJECT, "properties": {"a": {"$ref": "#/B"}}}, "B": False}),
    "true": (False, {"A": True}),
    "in place": (False, {"A": {"anyOf": [SELF, {"type": "object"}]}}),
}  # fmt: skip


@pytest.mark.parametrize(("found", "document"), TABLE.values(), ids=TABLE)
def test_endless(found: bool, document: dict[str, Json]) -> None:
    assert list(endless(document, ["#/A"])) == (["#/A"] if found else [])


def test_choices_between_choices_are_looked_at_once_each() -> None:
    steps = 60
    last: Json = {**OBJECT, "properties": {"a": {"$ref": "#/C0"}}}
    document: dict[str, Json] = {f"C{steps}": last}
    for step in range(steps):
        document[f"C{step}"] = {"oneOf": [{"$ref": f"#/C{step + 1}"}, {"$ref": f"#/C{step + 1}"}]}
    assert list(endless(document, ["#/C0"])) == ["#/C0"]


def test_long_chains_end() -> None:
    steps = 5_000
    document: dict[str, Json] = {
        f"C{step}": {**OBJECT, "properties": {"a": {"$ref": f"#/C{step + 1}"}}}
        for step in range(steps)
    }
    document[f"C{steps}"] = {"type": "string"}
    assert list(endless(document, ["#/C0"])) == []
