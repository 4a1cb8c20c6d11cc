"""Records by words and fields, pages of them, and some of their fields."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.queries.records import having, page, present, project, search

ADA: Any = {
    "id": "1",
    "name": "Ada Lovelace",
    "mail": {"at": "ada@example.com"},
    "tags": ["x", "Y"],
}
GRACE: Any = {"id": "2", "name": "Grace Hopper", "mail": {"at": "grace@example.com"}, "tags": None}
BOTH = [ADA, GRACE]


@pytest.mark.parametrize(
    ("words", "fields", "found"),
    [
        ("", ("name",), BOTH),
        (None, ("name",), BOTH),
        ("ada", ("name",), [ADA]),
        ("LOVELACE ada", ("name",), [ADA]),
        ("ada hopper", ("name",), []),
        ("example", ("name",), []),
        ("example hopper", ("name", "mail.at"), [GRACE]),
        ("y", ("tags",), [ADA]),
        ("none", ("tags", "nothing.at.all"), []),
    ],
)
def test_search_takes_every_word(words: Any, fields: tuple[str, ...], found: Any) -> None:
    assert search(BOTH, words, *fields) == found


@pytest.mark.parametrize(
    ("wanted", "under", "found"),
    [
        ({}, "", BOTH),
        (None, "", BOTH),
        ({"name": "ada lovelace"}, "", [ADA]),
        ({"name": "ada"}, "", []),
        ({"at": "GRACE@example.com"}, "mail.", [GRACE]),
        ({"id": "1", "name": "Grace Hopper"}, "", []),
        ({"nothing": None}, "", BOTH),
        ({"id": 1}, "", []),
    ],
)
def test_having_takes_every_field(wanted: Any, under: str, found: Any) -> None:
    assert having(BOTH, wanted, under) == found


@pytest.mark.parametrize("cursor", ["nonsense", "page_1", "page_0", "page_9", "page_²", "page_2 "])
def test_cursor_that_no_page_had(cursor: str) -> None:
    assert page([1, 2, 3], cursor, 2) is None


@given(st.lists(st.integers()), st.integers(min_value=1, max_value=5))
def test_pages_hold_every_item_once(items: list[int], size: int) -> None:
    found: list[int] = []
    cursor: Any = ""
    while cursor is not None:
        asked = page(items, cursor, size)
        assert len(asked["items"]) <= size
        found += asked["items"]
        cursor = asked["next"]
    assert found == items


def test_project_renames() -> None:
    assert project([ADA], "id", address="mail.at", more="nothing") == [
        {"id": "1", "address": "ada@example.com", "more": None}
    ]


def test_present_leaves_nulls_out() -> None:
    assert present({"a": None, "b": 0, "c": ""}) == {"b": 0, "c": ""}
