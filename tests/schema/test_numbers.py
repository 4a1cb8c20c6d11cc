from fractions import Fraction

import pytest

from emulator.http.messages import Json
from emulator.schema.numbers import exact


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.1, Fraction(1, 10)), (3, Fraction(3)), (True, None), ("1", None), (float("inf"), None)],
)
def test_number_is_read_as_it_was_written(value: Json, expected: Fraction | None) -> None:
    assert exact(value) == expected
