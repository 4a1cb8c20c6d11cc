"""What holds too many values is found before it is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http import long_bodies
from emulator.http.long_bodies import MAX_VALUES, holds_too_many, loads_long

LEAVES = st.none() | st.integers() | st.text(alphabet='a"\\\\,[{ü')
VALUES = st.recursive(LEAVES, lambda v: st.lists(v) | st.dictionaries(st.text('a,"\\\\'), v))


@given(VALUES, st.integers(0, 40), st.booleans())
def test_only_values_are_counted(value: object, most: int, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_bodies, "MAX_VALUES", most)
        assert holds_too_many(body) is (_marks(value) > most)
    assert loads_long(body) == value


def _marks(value: object) -> int:
    """The commas and the opened brackets of a value."""
    if not isinstance(value, list | dict):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(len(value) - 1, 0) + sum(map(_marks, inner))


@pytest.mark.parametrize(
    ("body", "too_many"),
    [
        (b"[" + b"1," * (MAX_VALUES - 1) + b"1]", False),
        (b"[" + b"1," * MAX_VALUES + b"1]", True),
        (b'["' + b"," * 3 * MAX_VALUES + b'"]', False),
        (b'["' + b'\\"' * 3 * MAX_VALUES, False),
        (b'["' + b'\\",[' * MAX_VALUES, False),
        (b'{"a":1,' * (MAX_VALUES // 2 + 1), True),
    ],
    ids=["as many as may be", "one more", "a text", "a text without end", "marks in it", "no end"],
)
def test_long_ones(body: bytes, too_many: bool) -> None:
    assert holds_too_many(body) is too_many
