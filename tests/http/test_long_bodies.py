"""What holds too many values is found before it is read."""

import json
from datetime import UTC

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http import long_bodies
from emulator.http.long_bodies import (
    LONG_BYTES,
    MAX_VALUES,
    TooManyValuesError,
    holds_too_many,
    packs_too_many,
    read_bounded,
)

LEAVES = st.none() | st.integers() | st.text(alphabet='a"\\\\,[{ü')
VALUES = st.recursive(LEAVES, lambda v: st.lists(v) | st.dictionaries(st.text('a,"\\\\'), v))


@given(VALUES, st.integers(0, 40), st.booleans())
def test_only_values_are_counted(value: object, most: int, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_bodies, "MAX_VALUES", most)
        assert holds_too_many(body) is (_marks(value) > most)
    assert read_bounded(body) == value
    assert read_bounded(body.decode()) == value


PACKED = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text()
    | st.binary() | st.builds(msgspec.msgpack.Ext, st.integers(-128, 127), st.binary())
    | st.datetimes(timezones=st.just(UTC)),
    lambda v: st.lists(v, max_size=20) | st.dictionaries(st.text(), v),
)  # fmt: skip


@given(PACKED, st.integers(0, 40))
def test_members_of_message_pack_are_counted(value: object, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_bodies, "MAX_VALUES", most)
        assert packs_too_many(msgspec.msgpack.encode(value)) is (_members(value) > most)


def _members(value: object) -> int:
    """The arrays and maps of a value, and what they hold."""
    if not isinstance(value, list | dict):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + len(value) + sum(map(_members, inner))


@pytest.mark.parametrize("head", [b"\xdc\x01\x00", b"\xdd\x00\x00\x01\x00", b"\xde\x00\xff",
                                  b"\xdf\x00\x00\x00\x01"])  # fmt: skip
def test_long_arrays_and_maps_of_message_pack(head: bytes) -> None:
    length = int.from_bytes(head[1:], "big")
    assert not packs_too_many(head)
    assert packs_too_many(head * (MAX_VALUES // (length + 1) + 1))


@given(st.binary())
def test_what_is_no_message_pack_is_walked_through_all_the_same(body: bytes) -> None:
    assert packs_too_many(body) in (True, False)


def test_what_holds_too_many_is_not_read() -> None:
    with pytest.raises(TooManyValuesError, match=f"more than {MAX_VALUES} values"):
        read_bounded("[" + "1," * MAX_VALUES + "1]")
    assert len(read_bounded("[" + "1," * LONG_BYTES + "1]")) == LONG_BYTES + 1


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
