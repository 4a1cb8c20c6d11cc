"""Which of the valid values are drawn, and that they stay the same."""

import subprocess
import sys

import pytest

from emulator.http.messages import Json
from emulator.schema.generate.generator import Generator
from tests.support.chance import words_of
from tests.support.paths import ROOT


def test_optional_properties_are_left_out_on_request() -> None:
    schema = {"type": "object", "required": ["b"], "properties": {"a": {}, "b": {}, "c": {}}}
    assert list(Generator({}).generate(schema, words_of(1))) == ["a", "b", "c"]
    assert list(Generator({}).generate(schema, words_of(1), optional=False)) == ["b"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "examples": ["Ada"]}, "Ada"),
        ({"type": "string", "example": "Ada"}, "Ada"),
        ({"type": "integer", "default": 30}, 30),
        ({"type": "integer", "examples": ["no"], "default": 30}, 30),
        ({"type": "string", "format": "date", "examples": ["1815-12-10"]}, "1815-12-10"),
        ({"allOf": [{"type": "string"}, {"examples": ["Ada"]}]}, "Ada"),
    ],
    ids=["examples", "example", "default", "unfit example", "of a format", "in conjunction"],
)
def test_plausible_example_is_preferred(schema: Json, expected: Json) -> None:
    assert Generator({}).generate(schema, words_of(1)) == expected


def test_value_shares_nothing_with_the_schema() -> None:
    schema = {"type": "object", "properties": {"a": {"enum": [{"b": []}]}}}
    value = Generator({}).generate(schema, words_of(1))
    value["a"]["b"].append(1)
    assert schema["properties"]["a"]["enum"] == [{"b": []}]  # type: ignore[index]


PETS: Json = {
    "Pet": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/$defs/Dog"}},
    },
    "Dog": {"allOf": [{"$ref": "#/$defs/Pet"}, {"required": ["bark"]}]},
    "Cat": {"allOf": [{"$ref": "#/$defs/Pet"}, {"required": ["purr"]}]},
    "AnyPet": {
        "oneOf": [{"$ref": "#/$defs/Dog"}, {"$ref": "#/$defs/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/$defs/Dog"}},
    },
}


@pytest.mark.parametrize(("name", "kind"), [("Dog", "dog"), ("Cat", "Cat"), ("Pet", "Pet")])
def test_inherited_discriminator_names_the_schema_drawn(name: str, kind: str) -> None:
    assert Generator(PETS).generate({"$ref": f"#/$defs/{name}"}, words_of(1))["kind"] == kind


def test_discriminator_names_the_branch_taken() -> None:
    for seed in range(12):
        pet = Generator(PETS).generate({"$ref": "#/$defs/AnyPet"}, words_of(seed))
        assert (pet["kind"], "bark" in pet) in [("dog", True), ("Cat", False)]


def test_reference_names_are_unescaped() -> None:
    definitions = {"a/b~c d": {"const": 1}, "list": {"prefixItems": [{"const": 2}]}}
    generator = Generator(definitions)
    assert generator.generate({"$ref": "#/$defs/a~1b~0c%20d"}, words_of(1)) == 1
    assert generator.generate({"$ref": "#/$defs/list/prefixItems/0"}, words_of(1)) == 2


def test_paging_comes_to_an_end() -> None:
    schema = {
        "type": "object",
        "properties": {
            "has_more": {"type": "boolean"},
            "next_cursor": {"type": ["string", "null"]},
        },
    }
    value = Generator({}).generate(schema, words_of(1))
    assert value == {"has_more": False, "next_cursor": None}


USER: Json = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "firstName": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "created_at": {"type": "string", "format": "date-time"},
        "balance": {"type": "number"},
        "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True},
    },
}


def test_bytes_stay_the_same_for_ever() -> None:
    assert Generator({}).generate(USER, words_of(7)) == {
        "id": "a2ea8b7a-a3fe-42e3-9a34-b617eea08a79",
        "firstName": "Maria",
        "email": "jun.shah@example.com",
        "created_at": "2024-01-03T10:25:41Z",
        "balance": 554.55,
        "tags": ["b"],
    }


ANY_PET = {"$ref": "#/$defs/AnyPet"}


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    program = (
        "import json; from emulator.schema.draws import random_words\n"
        "from emulator.schema.generate.generator import Generator\n"
        f"print(json.dumps(Generator({PETS!r}).generate({ANY_PET!r}, random_words(b'3'))))"
    )
    root = ROOT
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
