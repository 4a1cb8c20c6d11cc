import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.generate.generator import Generator, Ungeneratable
from tests.support.chance import words_of
from tests.support.paths import ROOT
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

UNSATISFIABLE: dict[str, Json] = {
    "false": False,
    "bounds": {"type": "integer", "minimum": 2, "maximum": 1},
    "no whole number": {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
    "lengths": {"type": "string", "minLength": 3, "maxLength": 2},
    "pattern and length": {"type": "string", "pattern": "^.{5}$", "maxLength": 3},
    "unreadable pattern": {"type": "string", "pattern": "(["},
    "impossible pattern": {"type": "string", "pattern": "^(?!a)a$"},
    "enormous pattern": {"type": "string", "pattern": "^((a{1000}){1000}){1000}$"},
    "enormous string": {"type": "string", "minLength": 10**12},
    "enormous array": {"type": "array", "minItems": 10**12},
    "enormous object": {"type": "object", "minProperties": 10**12},
    "enormous but false items": {"type": "array", "minItems": 9_999, "items": False},
    "types": {"allOf": [{"type": "string"}, {"type": "integer"}]},
    "enum": {"enum": ["a"], "type": "integer"},
    "empty choice": {"oneOf": [False, False]},
    "twice the same": {"oneOf": [{"type": "string"}, {"type": "string"}]},
    "required but false": {"type": "object", "required": ["a"], "properties": {"a": False}},
    "too few unique": {"type": "array", "items": {"type": "null"}, "uniqueItems": True,
                       "minItems": 2},
    "endless": {"$ref": "#/$defs/Endless"},
    "endless in turn": {"$ref": "#/$defs/There"},
    "dangling": {"$ref": "#/$defs/Nowhere"},
    "bomb of conjunctions": {"$ref": "#/$defs/Bomb0"},
    "negated": {"not": {}},
    "contradicting": {"allOf": [{"required": ["a"]}, {"not": {"required": ["a"]}}],
                      "type": "object"},
    "deep choices": {"$ref": "#/$defs/Deep0"},
}  # fmt: skip
HOSTILE: Json = {
    "Endless": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"allOf": [{"$ref": "#/$defs/Endless"}]}},
    },
    "There": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Back"}},
    "Back": {
        "type": "object",
        "required": ["x"],
        "properties": {"x": {"$ref": "#/$defs/There"}},
    },
    **{
        f"Bomb{n}": {"allOf": [{"$ref": f"#/$defs/Bomb{n + 1}"}] * 2 + [{"type": "string"}]}
        for n in range(40)
    },
    "Bomb40": {"minLength": 5, "maxLength": 4},
    **{
        f"Deep{n}": {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"oneOf": [{"$ref": f"#/$defs/Deep{n + 1}"}] * 2}},
        }
        for n in range(12)
    },
    "Deep12": {"type": "object"},
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


@pytest.mark.parametrize("schema", UNSATISFIABLE.values(), ids=UNSATISFIABLE)
def test_unsatisfiable_schema_is_refused_with_a_reason(schema: Json) -> None:
    with pytest.raises(Ungeneratable) as refusal:
        Generator(HOSTILE).generate(schema, words_of(1), is_valid=lambda value: True)
    assert str(refusal.value)


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
    for seed in SEEDS:
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
        "firstName": "Nora",
        "email": "nora.silva@example.com",
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


DAY = {"type": "string", "format": "date", "pattern": r"^\d\d/\d\d/\d{4}$"}
NEAR: dict[str, tuple[Json, Json]] = {
    "nothing": ({"not": {}}, {"type": "string"}),
    "false": (False, {"type": "null"}),
    "pattern against format": (DAY, {"pattern": DAY["pattern"]}),
    "lengths": ({"type": "string", "minLength": 5, "maxLength": 2}, {"type": "string"}),
    "too long": ({"type": "string", "pattern": "x", "minLength": 100_000}, {"minLength": 100_000}),
    "bounds": ({"type": "integer", "minimum": 5, "maximum": 2}, {"type": "integer"}),
    "too many": ({"type": "array", "minItems": 100_000, "items": {"const": 1}},
                 {"items": {"const": 1}}),
    "too many properties": ({"type": "object", "minProperties": 3_000}, {"type": "object"}),
    "value of another type": ({"type": "integer", "enum": ["a"]}, {"const": "a"}),
    "equal branches": ({"oneOf": [{"type": "string"}, {"type": "string"}]}, {"type": "string"}),
    "endless": ({"$ref": "#/$defs/Endless"}, {"type": "object", "required": ["a"]}),
    "a part of a part": (
        {"type": "array", "minItems": 2, "items": {
            "type": "object", "required": ["day", "code"],
            "properties": {"day": DAY, "code": {"type": "string", "pattern": "^[A-Z]{3}$"}}}},
        {"minItems": 2, "items": {"required": ["day", "code"],
                                  "properties": {"code": {"pattern": "^[A-Z]{3}$"}}}},
    ),
    "a part of a branch": (
        {"oneOf": [{"type": "object", "required": ["a", "b"],
                    "properties": {"a": {"const": "a"}, "b": False}}]},
        {"required": ["a"], "properties": {"a": {"const": "a"}}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NEAR)
def test_only_the_part_that_has_no_value_strays(name: str) -> None:
    part, expected = NEAR[name]
    properties: Json = {
        "id": {"type": "string", "format": "uuid"},
        "code": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "tags": {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}},
    }
    schema = {
        "type": "object",
        "required": ["id", "code", "tags", "part"],
        "properties": {**properties, "part": part},
    }
    generator = Generator({"Endless": HOSTILE["Endless"]})
    with pytest.raises(Ungeneratable):
        generator.generate(schema, words_of(1))
    value = generator.near(schema, words_of(1))
    kept = {"required": ["id", "code", "tags", "part"], "properties": properties}
    for each in (kept, {"properties": {"part": expected}}):
        judge = jsonschema_rs.Draft202012Validator(each, validate_formats=True)
        assert judge.is_valid(value), value
    assert value == generator.near(schema, words_of(1))


LONG: dict[str, Json] = {
    "look-aheads": {"type": "string", "pattern": "^(?=.*[A-Z])(?=.*[0-9]).*$", "minLength": 20_000},
    "plain": {"type": "string", "pattern": "^[a-z]*$", "minLength": 20_000},
    "two patterns": {"type": "string", "minLength": 19_000,
                     "allOf": [{"pattern": "^[a-z]*$"}, {"pattern": "a"}]},
    "ways without end": {"type": "string", "pattern": "^(?=(a+)+$)a{40}b$"},
    "all of many": {"type": "array", "minItems": 3_000, "uniqueItems": True,
                    "items": {"enum": list(range(3_000))}},
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_values_take_few_calls(name: str) -> None:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    generator = Generator({})
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with suppress(Ungeneratable):
            generator.generate(LONG[name], words_of(1), is_valid=lambda _: True)
    finally:
        sys.setprofile(before)
    assert calls < 300_000


def test_more_items_than_are_drawn_are_refused_at_once() -> None:
    schema = {"type": "array", "contains": {"type": "string"}, "minContains": 100_000}
    generator = Generator({})
    with pytest.raises(Ungeneratable, match="no array has 100000 to 10000 items"):
        generator.generate(schema, words_of(1))
    assert len(generator.near(schema, words_of(1))) < 10
