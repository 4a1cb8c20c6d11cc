"""JSON pointers (RFC 6901)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.schema.pointers import escape, lookup, parts_of, pointer_of, resolve

DOCUMENT: Json = {"a/b": {"m~n": [10, 11]}, "": 1, "c%d": 2, "ü": 3, "0": {"x": None}}


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("#", DOCUMENT),
        ("#/", 1),
        ("#/a~1b/m~0n/1", 11),
        ("#/a~1b/m~0n/0", 10),
        ("#/c%25d", 2),
        ("#/%C3%BC", 3),
        ("#/0/x", None),
    ],
)
def test_resolve(reference: str, value: Json) -> None:
    assert resolve(DOCUMENT, reference) == value


@pytest.mark.parametrize(
    "reference",
    [
        *("", "a", "/a", "#a", "other.yaml#/a", "http://x/#/a", "#/b", "#/a~1b/m~0n/2"),
        *("#/a~1b/m~0n/-1", "#/a~1b/m~0n/-", "#/a~1b/m~0n/01", "#/a~1b/m~0n/+1"),
        *("#/a~1b/m~0n/1_0", "#/a~1b/m~0n/ 1", "#/a~1b/m~0n/%D9%A1", "#/a~1b/m~0n/"),
        *("#/0/x/y", "#//x", "#/a~1b/m~0n/" + "9" * 5000),
    ],
)
def test_reference_to_nothing(reference: str) -> None:
    with pytest.raises(KeyError):
        resolve(DOCUMENT, reference)


@given(st.lists(st.text()))
def test_parts_come_back(parts: list[str]) -> None:
    assert parts_of(pointer_of(parts)) == parts


@given(st.text(), st.text())
def test_escaped_names_are_found(name: str, inner: str) -> None:
    document = {name: {inner: "here"}}
    assert lookup(document, parts_of(f"/{escape(name)}/{escape(inner)}")) == "here"
