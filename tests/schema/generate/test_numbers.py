import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.generate import numbers
from tests.support.chance import words_of

BOUNDED: dict[str, Json] = {
    "hundredths": {"multipleOf": 0.01, "minimum": 10},
    "tenths below zero": {"multipleOf": 0.3, "maximum": 0},
    "one value": {"minimum": 0.5, "maximum": 0.5},
    "tiny": {"exclusiveMinimum": 0, "exclusiveMaximum": 1e-300},
    "negative": {"minimum": -5, "maximum": -1},
    "huge": {"minimum": 1e308},
    "beyond exact floats": {"multipleOf": 7, "minimum": -(2**53) - 1, "maximum": -(2**53) + 90},
    "wide step": {"multipleOf": 12_345},
    "open": {"exclusiveMinimum": 1, "exclusiveMaximum": 2},
    "zero": {"minimum": 0, "maximum": 0},
    "last int32": {"format": "int32", "minimum": 2**31 - 1},
    "open beside closed": {"minimum": 5, "exclusiveMinimum": 5, "maximum": 5.1},
}


@pytest.mark.parametrize("schema", BOUNDED.values(), ids=BOUNDED)
def test_number_keeps_to_bounds_and_steps(schema: Json) -> None:
    judge = jsonschema_rs.Draft202012Validator({"type": "number", **schema})
    for seed in range(20):
        value = numbers.number(schema, "price")(words_of(seed))
        assert value is not None
        assert judge.is_valid(value), value


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "minimum": st.integers(-(2**63), 2**62),
            "exclusiveMaximum": st.integers(-(2**62), 2**63),
            "multipleOf": st.sampled_from((1, 3, 0.5, 2.5, 1000)),
        },
    ),
    st.integers(0, 2**32),
)
def test_integer_is_an_int_within_bounds_unless_there_is_none(schema: Json, seed: int) -> None:
    value = numbers.integer(schema, "")(words_of(seed))
    if value is None:
        assert schema["exclusiveMaximum"] - schema["minimum"] <= 3000
    else:
        assert type(value) is int
        assert jsonschema_rs.Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("latitude", -90, 90), ("lon", -180, 180), ("percent", 0, 100), ("expYear", 2027, 2032)],
)
def test_name_says_where_a_number_lies(name: str, low: int, high: int) -> None:
    assert all(low <= numbers.number({}, name)(words_of(seed)) <= high for seed in range(30))
