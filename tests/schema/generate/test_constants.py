"""Values that a schema names itself."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.draws import shuffled
from emulator.schema.generate.constants import copied, first_shuffled

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
)


@given(st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=9), st.integers(0, 99))
def test_first_is_that_of_all_shuffled_with_null_last(values: list[Json], seed: int) -> None:
    here, there = Random(seed), Random(seed)
    order = sorted(shuffled(there, values), key=lambda value: value is None)
    assert first_shuffled(values)(here) == order[0]
    assert here.random() == there.random()


@given(VALUES)
def test_copy_shares_no_part(value: Json) -> None:
    copy = copied(value)
    assert copy == value
    assert not parts(copy) & parts(value)


def parts(value: Json) -> set[int]:
    """The ids of the lists and objects in a value."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = {id(value)} if isinstance(value, dict | list) else set()
    return own.union(*map(parts, inner))
