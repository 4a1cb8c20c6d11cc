"""Values that a schema names itself."""

import pytest

from emulator.http.messages import Json
from emulator.schema.generate.constants import one_of
from tests.support.chance import words_of


@pytest.mark.parametrize("values", [[7], [None], [1, 2, 3]])
def test_each_value_is_drawn_at_times(values: list[Json]) -> None:
    assert {one_of(values)(words_of(seed)) for seed in range(40)} == set(values)
