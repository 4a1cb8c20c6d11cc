"""Bodies are counted before they are read, whatever their media type."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.http.long_bodies import MAX_VALUES
from emulator.openapi.validate.json_bodies import decode_json, decode_message_pack

FITTING, MANY = MAX_VALUES - 2, MAX_VALUES + 1


def as_json(count: int) -> bytes:
    return b"[" + b"1," * (count - 1) + b"1]"


def as_message_pack(count: int) -> bytes:
    return b"\xdd" + count.to_bytes(4, "big") + b"\1" * count


@pytest.mark.parametrize(
    ("decode", "written"),
    [(decode_json, as_json), (decode_message_pack, as_message_pack)],
    ids=["JSON", "MessagePack"],
)
def test_too_many_values_are_refused(decode: Any, written: Callable[[int], bytes]) -> None:
    value, violations = decode(written(FITTING), "")
    assert (value, violations) == ([1] * FITTING, ())
    value, (violation,) = decode(written(MANY), "")
    assert (value, violation.keyword) == (None, "size")
    assert violation.message == f"the body holds more than {MAX_VALUES} values"
