"""Unions whose discriminator doesn't tell their branches apart."""

from typing import Any

import pytest

from emulator.http.messages import Json
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort
from emulator.schema.generate.generator import Generator
from emulator.schema.generate.overlaps import Overlap, overlaps
from tests.support.chance import words_of

TEXT: Json = {"type": "string"}


def branch(kind: Json, *required: str, **properties: Json) -> dict[str, Json]:
    return {
        "type": "object",
        "required": ["kind", *required],
        "properties": {"kind": kind, **properties},
    }


def definitions(cat: Json, dog: Json) -> dict[str, Any]:
    mapping = {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}
    branches: Json = [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]
    pet = {"oneOf": branches, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    return {"Pet": pet, "Cat": cat, "Dog": dog}


NUMBER: Json = {"type": "integer"}
BASE: Json = {"$ref": "#/$defs/Base"}
LOOSE = definitions(branch(TEXT, meow=TEXT), branch(TEXT, bark=NUMBER))
OVERLAPPING: dict[str, Any] = {
    "mapped": LOOSE,
    "unmapped": {**LOOSE, "Pet": {**LOOSE["Pet"], "discriminator": {"propertyName": "kind"}}},
    "inherited": {
        **definitions(
            {"allOf": [BASE, {"properties": {"meow": TEXT}}]},
            {"allOf": [BASE, {"properties": {"bark": NUMBER}}]},
        ),
        "Base": branch(TEXT, id=NUMBER),
    },
}
APART: dict[str, Any] = {
    "by constants": definitions(
        branch({"const": "cat"}, meow=TEXT), branch({"const": "dog"}, bark=NUMBER)
    ),
    "by what is required": definitions(
        branch(TEXT, "meow", meow=TEXT), branch(TEXT, "bark", bark=TEXT)
    ),
    "by closing": definitions(
        {**branch(TEXT, "meow", meow=TEXT), "additionalProperties": False},
        {**branch(TEXT, "bark", bark=TEXT), "additionalProperties": False},
    ),
}
WITHIN = {**LOOSE, "Maybe": {"oneOf": [{"$ref": "#/$defs/Pet"}, {"type": "null"}]}}


@pytest.mark.parametrize("name", OVERLAPPING)
def test_overlap_is_found_and_named(name: str) -> None:
    schemas = OVERLAPPING[name]
    for schema in (schemas["Pet"], {"type": "array", "items": schemas["Pet"]}):
        assert list(overlaps(schema, schemas)) == [Overlap("kind", "Cat", "Dog")]


@pytest.mark.parametrize("name", APART)
def test_branches_that_are_apart_are_not_told(name: str) -> None:
    assert list(overlaps(APART[name]["Pet"], APART[name])) == []


@pytest.mark.parametrize("schemas", [*OVERLAPPING.values(), *APART.values(), WITHIN])
def test_value_is_of_the_branch_that_its_discriminator_names_alone(schemas: Any) -> None:
    generator = Generator(schemas)
    root = {"$ref": "#/$defs/Maybe" if "Maybe" in schemas else "#/$defs/Pet"}

    def fits(value: Json) -> bool:
        return generator.is_by_name(root, value)

    kinds = set()
    for seed in range(20):
        value = generator.generate(root, words_of(seed), is_valid=fits)
        kind = value["kind"].lower()
        kinds.add(kind)
        assert ("bark" if kind == "cat" else "meow") not in value
    assert kinds == {"cat", "dog"}


def test_what_has_to_be_valid_for_validators_is_set_apart() -> None:
    generator = Generator(LOOSE)

    def is_one(value: Json) -> bool:
        checkers = [Checker(LOOSE, Effort(1_000)) for _ in range(2)]
        found = [
            checker.accepts({"$ref": f"#/$defs/{name}"}, value)
            for checker, name in zip(checkers, ("Cat", "Dog"), strict=True)
        ]
        return sum(found) == 1

    assert is_one(generator.generate({"$ref": "#/$defs/Pet"}, words_of(1), is_valid=is_one))
