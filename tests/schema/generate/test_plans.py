"""Plans are made once: what was drawn before changes nothing of what is drawn next."""

from contextlib import suppress
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort
from emulator.schema.generate.drawing import Drawing, Mode, Whole
from emulator.schema.generate.generator import ALLOWANCE, Generator, Ungeneratable
from tests.support.chance import words_of
from tests.support.schemas import documents, schemas


def drawn(generator: Generator, schema: Json, seed: int, optional: bool) -> tuple[Json, int]:
    """A value or why there is none, and where chance stands afterwards."""
    word = words_of(seed)
    try:
        value = generator.generate(schema, word, optional=optional)
    except Ungeneratable as error:
        value = error.reason
    return repr(value), word()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(schemas, documents, st.lists(st.tuples(st.integers(0, 99), st.booleans()), min_size=2))
def test_used_plans_draw_like_new_ones(
    schema: Json, definitions: Json, draws: list[tuple[int, bool]]
) -> None:
    used = Generator(definitions)
    for seed, optional in draws:
        new = Generator(definitions)
        assert drawn(used, schema, seed, optional) == drawn(new, schema, seed, optional)


LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "pattern": "^[a-f]{2,5}$"},
        {"type": "string", "format": "email", "maxLength": 12},
        {"type": ["integer", "null"], "minimum": 3},
        {"type": "number", "multipleOf": 0.5},
        {"enum": ["a", None, 3]},
        {"type": "boolean"},
        {"type": "string", "example": "shown"},
        {"$ref": "#/$defs/Part"},
        {"$ref": "#/$defs/Self"},
    ]
)


def _with_parts(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    names = st.sampled_from(["name", "count", "other"])
    properties = st.dictionaries(names, inner, min_size=1)
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": properties},
        optional={"required": st.lists(names, unique=True), "maxProperties": st.integers(1, 4)},
    )
    bounds = st.integers(0, 2), st.integers(2, 5)
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": bounds[0], "maxItems": bounds[1]},
    )
    return objects | arrays


PLAIN = _with_parts(st.recursive(LEAVES, _with_parts, max_leaves=6))


@settings(deadline=None)
@given(PLAIN, PLAIN, st.integers(0, 99))
def test_a_whole_is_what_its_parts_are_one_by_one(schema: Json, part: Json, seed: int) -> None:
    itself = {"type": "object", "properties": {"id": {"type": "integer"}, "next": schema}}
    definitions = {"Part": part, "Self": itself}
    plan = Generator(definitions)._plans.of(schema, "")
    whole = plan.whole
    if whole is None or whole.room > ALLOWANCE:
        return
    here, there = words_of(seed), words_of(seed)
    drawing = Drawing(there, Mode(True, True), Checker(definitions, Effort(15_000)))
    with suppress(Ungeneratable), patch.object(Whole, "fits", return_value=False):
        value = plan.draw(drawing, 0, {}, ALLOWANCE)
        assert whole.draw(here) == value
        assert here() == there()
        assert drawing.effort.left >= 15_000 - whole.cost


SIZES: Json = {"type": "array", "items": {"type": "integer"}}
CLOSED: Json = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "sizes": SIZES},
}


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        (CLOSED, True),
        ({"type": "array", "items": CLOSED}, True),
        ({"type": "array", "items": CLOSED, "uniqueItems": True}, False),
        ({**CLOSED, "minProperties": 3}, False),
        ({"$ref": "#/$defs/Tree"}, False),
        ({"oneOf": [CLOSED, {"type": "null"}]}, False),
        ({"type": "array", "minItems": 1_000, "items": CLOSED}, False),
    ],
)
def test_only_what_leaves_nothing_to_decide_has_a_whole(schema: Json, found: bool) -> None:
    whole = Generator({"Tree": DEEP_TREE})._plans.of(schema, "").whole
    assert (whole is not None and whole.room <= ALLOWANCE) is found


ENDLESS_ROW: Json = {"type": "array", "items": {"$ref": "#/$defs/Row"}}
DEEP_TREE: Json = {
    "type": "object",
    "properties": {
        "next": {"$ref": "#/$defs/Tree"},
        "others": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
        "name": {"type": "string"},
    },
}


@pytest.mark.parametrize("name", ["Row", "Tree"])
def test_recursion_is_compiled_level_by_level(name: str) -> None:
    generator = Generator({"Row": ENDLESS_ROW, "Tree": DEEP_TREE})
    reference = {"$ref": f"#/$defs/{name}"}
    assert drawn(generator, reference, 1, True) == drawn(generator, reference, 1, True)


def test_judging_a_value_takes_its_steps_every_time() -> None:
    large = {"type": "object", "additionalProperties": {"type": "integer"}}
    example = {str(number): number for number in range(3_000)}
    row = {"type": "array", "minItems": 8, "items": {**large, "example": example}}
    generator = Generator({})
    first = drawn(generator, row, 1, True)
    assert first == drawn(generator, row, 1, True)
    assert len(first[0]) < 8 * len(repr(example))  # a search of 15,000 steps judges four of them
