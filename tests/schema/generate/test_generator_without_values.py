"""What has no value, comes only near one, or is too long."""

import sys
from contextlib import suppress

import jsonschema_rs
import pytest

from emulator.http.messages import Json
from emulator.schema.generate.generator import Generator, Ungeneratable
from tests.support.chance import words_of

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


@pytest.mark.parametrize("schema", UNSATISFIABLE.values(), ids=UNSATISFIABLE)
def test_unsatisfiable_schema_is_refused_with_a_reason(schema: Json) -> None:
    with pytest.raises(Ungeneratable) as refusal:
        Generator(HOSTILE).generate(schema, words_of(1), is_valid=lambda value: True)
    assert str(refusal.value)


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
