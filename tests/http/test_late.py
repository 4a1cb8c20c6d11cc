"""Values that are made late: what is read of them, and what is written."""

from hypothesis import given
from hypothesis import strategies as st

from emulator.http.encode import dump
from emulator.http.late import Written, read

VALUES = st.none() | st.integers(-9, 9) | st.text() | st.lists(st.text())
OBJECTS = st.dictionaries(st.text(), VALUES)


@given(OBJECTS)
def test_what_is_written_reads_as_what_was_written(value: dict[str, object]) -> None:
    written = Written(dump(value))
    assert read(written) == read(value) == value
    assert dump([written]) == dump([value])
