"""Trigger tables: reading, refusing, finding."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.auth.check import Principal
from emulator.catalogue.triggers import (
    Condition,
    Trigger,
    index_triggers,
    parse_triggers,
)
from emulator.errors import FixtureError
from emulator.messages import Json, Request
from emulator.validation.request import ValidRequest

ROW: Mapping[str, Json] = {
    "name": "n",
    "operation": "o",
    "status": 404,
    "answer": "404.default",
    "when": [{"in": "path", "name": "id", "equals": "x"}],
}


def when(**condition: Json) -> dict[str, Json]:
    return {**ROW, "when": [condition]}


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ({}, ""),
        (None, ""),
        (["x"], "/0"),
        ([{**ROW, "name": 1}], "/0/name"),
        ([{**ROW, "operation": None}], "/0/operation"),
        ([{**ROW, "answer": 404}], "/0/answer"),
        ([{**ROW, "status": "404"}], "/0/status"),
        ([{**ROW, "status": True}], "/0/status"),
        ([{**ROW, "when": []}], "/0/when"),
        ([{**ROW, "when": {}}], "/0/when"),
        ([{**ROW, "when": ["x"]}], "/0/when/0/in"),
        ([when(**{"in": "trailer", "name": "x", "equals": 1})], "/0/when/0/in"),
        ([when(**{"in": ["path"], "name": "x", "equals": 1})], "/0/when/0/in"),
        ([when(**{"in": "path", "equals": 1})], "/0/when/0"),
        ([when(**{"in": "body", "name": "x", "equals": 1})], "/0/when/0"),
        ([when(**{"in": "path", "name": "x"})], "/0/when/0/equals"),
        ([when(**{"in": "path", "name": "x", "equals": [1]})], "/0/when/0/equals"),
        ([when(**{"in": "path", "name": "x", "equals": None})], "/0/when/0/equals"),
        ([when(**{"in": "body", "pointer": "x", "equals": 1})], "/0/when/0/pointer"),
        ([ROW, {**ROW, "name": "m"}, ROW], "/2/name"),
    ],
)
def test_bad_table_is_refused_with_its_pointer(raw: Json, pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        parse_triggers(raw, "triggers.yaml")
    assert (refused.value.file, refused.value.pointer) == ("triggers.yaml", pointer)


def test_rows_are_read() -> None:
    conditions = [
        {"in": "header", "name": "X-Mode", "equals": "y"},
        {"in": "body", "pointer": "/a", "equals": 1},
        {"in": "credential", "equals": "t"},
    ]
    (row,) = parse_triggers([{**ROW, "when": conditions}], "f")
    assert [str(condition) for condition in row.when] == [
        "header x-mode = y",
        "body /a = 1",
        "credential = t",
    ]
    assert row.source == "guess"


def trigger(name: str, *conditions: tuple[str, str, Json]) -> Trigger:
    rows = tuple(Condition(*condition) for condition in conditions)
    return Trigger(name, "o", 200, "200.x", rows, "", "guess", "f")


def found(triggers: list[Trigger], values: Mapping[tuple[str, str], Json]) -> str | None:
    path = {name: value for (_, name), value in values.items()}
    parameters: dict[str, dict[str, Json]] = {"path": path}
    request = ValidRequest(Request("GET", "/"), Principal(), parameters)
    row = index_triggers(triggers).find(request)
    return row.name if row else None


A, B = ("path", "a"), ("path", "b")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({A: "1"}, "one"),
        ({A: "1", B: "2"}, "both"),
        ({A: "2"}, None),
        ({B: "2"}, None),
        ({}, None),
        ({A: ["1"]}, None),
        ({A: {"x": 1}}, None),
        ({A: None}, None),
    ],
)
def test_all_conditions_must_hold(values: Mapping[tuple[str, str], Json], name: str | None) -> None:
    rows = [trigger("both", (*A, "1"), (*B, "2")), trigger("one", (*A, "1"))]
    assert found(rows, values) == name


def test_first_row_that_fits_wins() -> None:
    assert found([trigger("x", (*B, "1")), trigger("y", (*A, "1"))], {A: "1", B: "1"}) == "x"
    rows = [trigger("a", (*A, "1")), trigger("b", (*B, "1")), trigger("c", (*A, "2"), (*B, "1"))]
    assert found(rows, {A: "2", B: "1"}) == "b"


@pytest.mark.parametrize(("equals", "value"), [(True, 1), (1, True), (0, False), (1, "1")])
def test_values_of_other_types_are_others(equals: Json, value: Json) -> None:
    assert found([trigger("x", (*A, equals))], {A: value}) is None


@pytest.mark.parametrize(("equals", "value"), [(1, 1.0), (True, True), ("ü", "ü"), (-0.0, 0)])
def test_equal_values_are_found(equals: Json, value: Json) -> None:
    assert found([trigger("x", (*A, equals))], {A: value}) == "x"


@pytest.mark.parametrize(
    ("body", "pointer", "is_there"),
    [
        ({"a": {"b/c": [1, 2]}}, "/a/b~1c/1", True),
        ({"a": 2}, "/a", True),
        ({"a": 2}, "/b", False),
        ({"a": 2}, "/a/b", False),
        ([2], "/x", False),
        ([2], "/0/0", False),
        ([1, 2], "/0/-1", False),
        (["x"], "/9/0", False),
        ("text", "/0", False),
        (None, "/a", False),
        (2, "", True),
    ],
)
def test_condition_on_the_body_follows_its_pointer(
    body: Json, pointer: str, is_there: bool
) -> None:
    request = ValidRequest(Request("POST", "/"), Principal(), {}, body)
    row = index_triggers([trigger("x", ("body", pointer, 2))]).find(request)
    assert (row is not None) == is_there


VALUE = st.sampled_from(["1", "2", 1, True, 2.5])
CONDITION = st.tuples(st.just("path"), st.sampled_from(["a", "b"]), VALUE)


@given(
    st.lists(st.lists(CONDITION, min_size=1, max_size=2), max_size=6),
    st.fixed_dictionaries({A: VALUE, B: VALUE}),
)
def test_index_finds_what_reading_top_down_finds(
    rows: list[list[tuple[str, str, Json]]], values: Mapping[tuple[str, str], Json]
) -> None:
    triggers = [trigger(str(number), *row) for number, row in enumerate(rows)]
    naive = next(
        (
            t.name
            for t in triggers
            if all(
                type(values[c.location, c.name]) is type(c.equals)
                and values[c.location, c.name] == c.equals
                for c in t.when
            )
        ),
        None,
    )
    assert found(triggers, values) == naive
