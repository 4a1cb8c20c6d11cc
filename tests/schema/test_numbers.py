from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.numbers import exact, keeps, within


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.1, Fraction(1, 10)), (3, Fraction(3)), (True, None), ("1", None), (float("inf"), None)],
)
def test_number_is_read_as_it_was_written(value: Json, expected: Fraction | None) -> None:
    assert exact(value) == expected


WHOLE = st.integers(-9, 9) | st.sampled_from([2**31, -(2**31), 2**63, -(2**63) - 1])
LIMITS = WHOLE | st.sampled_from([0.5, -1.0, True, None])
KEYWORDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]


@given(
    st.dictionaries(st.sampled_from(KEYWORDS), LIMITS),
    st.sampled_from([{}, {"format": "int32"}, {"format": "int64"}, {"format": "date"}]),
    WHOLE,
)
def test_whole_number_keeps_to_what_it_does_as_a_fraction(
    limits: Json, form: Json, value: int
) -> None:
    schema = {**limits, **form}
    assert keeps(schema, value) is within(schema, Fraction(value))


@pytest.mark.parametrize("value", [True, None, "1", float("nan")])
def test_what_is_no_number_keeps_to_any_bounds(value: Json) -> None:
    assert keeps({"minimum": 5, "multipleOf": 2}, value)
