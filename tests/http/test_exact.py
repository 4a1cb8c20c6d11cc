"""Numbers as they are written: read, judged and written again without losing a digit."""

import json
import sys
from decimal import Decimal
from fractions import Fraction

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.encode import dump, dump_readable
from emulator.http.exact import (
    MOST_DIGITS,
    MOST_DIGITS_TOGETHER,
    dumps_python,
    in_doubles,
    loads,
    of_fraction,
    total_of,
)
from emulator.http.messages import Json

WHOLE = st.integers(-(10**40), 10**40)
WRITTEN = st.one_of(
    WHOLE.map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.builds("{}.{:019d}".format, WHOLE, st.integers(0, 10**19 - 1)),
    st.builds("{}e{}".format, WHOLE, st.integers(-250, 900)),
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-100, 100)
    | st.floats(allow_nan=False)
    | st.text("0.9é"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("0.9é"), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(WRITTEN, min_size=1, max_size=4), VALUES, st.sampled_from(["", " ", "\n  "]))
def test_each_number_is_what_is_written(numbers: list[str], beside: Json, blank: str) -> None:
    other = dump(beside).decode()
    text = f'{{"a":{blank}[{f",{blank}".join(numbers)}],{blank}"b":{other}}}'
    value = loads(text)
    assert value["b"] == orjson.loads(other)
    assert [Fraction(repr(n) if isinstance(n, float) else n) for n in value["a"]] == [
        Fraction(number) for number in numbers
    ]
    again = json.loads(dump(value), parse_float=Decimal)
    assert again == json.loads(text, parse_float=Decimal)
    assert json.loads(dump_readable(value), parse_float=Decimal) == again


@given(VALUES)
def test_what_64_bits_hold_is_read_as_ever(value: Json) -> None:
    text = dump(value)
    assert repr(loads(text)) == repr(orjson.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        *("9" * (MOST_DIGITS + 1), "0." + "1" * MOST_DIGITS, "1e1001", "1e400x"),
        *("[1e400, 1e99999999999999999999]", "1e400 1", "[1e400, NaN]", "[1e400, -Infinity]"),
        *('["\\ud800", 1e400]', "[" * 2_000 + "1e400" + "]" * 2_000, "", "{", '"\ud800"'),
    ],
)
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        loads(text)


@pytest.mark.parametrize(
    "text", ["0e99999", "-0.0e-99999", "1e-400", '"' + "9" * 5_000 + '"', "9" * MOST_DIGITS]
)
def test_what_is_long_but_json(text: str) -> None:
    assert loads(text) == json.loads(text)


def test_python_writes_decimals_as_they_are() -> None:
    value = {"b": [Decimal("0.10000000000000000001")], "a": 1.5}
    assert dumps_python(value, sort_keys=True) == ('{"a": 1.5, "b": [0.10000000000000000001]}')
    assert dumps_python(["\x000\x00"]) == json.dumps(["\x000\x00"])
    with pytest.raises(TypeError):
        dumps_python([object()])


def test_sum_of_numbers_of_any_kind() -> None:
    assert total_of([1, 0.1, Decimal("0.10000000000000000001")]) == Decimal(
        "1.20000000000000000001"
    )
    assert total_of([1, 0.5]) == 1.5


def test_nearest_doubles() -> None:
    value = {"a": [Decimal("0.10000000000000000001"), Decimal("-1e400")], "b": 2**70, "c": "x"}
    assert in_doubles(value) == {"a": [0.1, -sys.float_info.max], "b": 2**70, "c": "x"}


def test_numbers_that_nothing_but_json_can_write() -> None:
    value = {1: 2**64, "b": (2**70, Decimal("0.10000000000000000001")), "c": "\ud800"}
    assert dump({**value, "c": "x"}) == (
        b'{"1":18446744073709551616,"b":[1180591620717411303424,0.10000000000000000001],"c":"x"}'
    )
    assert b'"c":"\\ud800"' in dump(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (Fraction(1, 10), 0.1),
        (Fraction(1, 3), 1 / 3),
        (Fraction("0.10000000000000000001"), Decimal("0.10000000000000000001")),
        (Fraction(10**400, 2), Decimal(5 * 10**399)),
    ],
)
def test_fraction(value: Fraction, number: float | Decimal) -> None:
    assert of_fraction(value) == number


def test_what_long_numbers_have_of_digits_together_is_bounded() -> None:
    most = MOST_DIGITS_TOGETHER // (MOST_DIGITS - 40)
    long = f"1e{MOST_DIGITS}"
    assert len(loads(f"[{','.join([long] * most)}]")) == most
    with pytest.raises(orjson.JSONDecodeError, match="digits together"):
        loads(f"[{','.join([long] * (most + 1))}]")
    usual = ["0.12345678901234567890123456789"] * (most * 100)
    assert len(loads(f"[{','.join(usual)}]")) == most * 100
