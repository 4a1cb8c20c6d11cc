"""Plans are made once: what was drawn before changes nothing of what is drawn next."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.generate.generator import Generator, Ungeneratable
from tests.support.schemas import documents, schemas


def drawn(generator: Generator, schema: Json, seed: int, optional: bool) -> tuple[Json, float]:
    """A value or why there is none, and where chance stands afterwards."""
    rng = Random(seed)
    try:
        value = generator.generate(schema, rng, optional=optional)
    except Ungeneratable as error:
        value = error.reason
    return repr(value), rng.random()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(schemas, documents, st.lists(st.tuples(st.integers(0, 99), st.booleans()), min_size=2))
def test_used_plans_draw_like_new_ones(
    schema: Json, definitions: Json, draws: list[tuple[int, bool]]
) -> None:
    used = Generator(definitions)
    for seed, optional in draws:
        new = Generator(definitions)
        assert drawn(used, schema, seed, optional) == drawn(new, schema, seed, optional)


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
