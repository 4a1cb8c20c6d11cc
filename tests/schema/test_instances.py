"""JSON values as JSON Schema sees them."""

from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.instances import copied

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
)


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
