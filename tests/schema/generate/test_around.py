"""Values drawn around others: what is taken, in what spelling, and what nothing can be taken of."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.schema.draws import random_words
from emulator.schema.generate.around import Taken
from emulator.schema.generate.generator import Generator
from emulator.schema.instances import deeper_than

TEXT, NUMBER = {"type": "string"}, {"type": "integer", "minimum": 1, "maximum": 9}
NAME = {"type": "object", "properties": {"first": TEXT, "last": TEXT}}
PERSON = {
    "type": "object",
    "properties": {
        "id": NUMBER,
        "fullName": TEXT,
        "name": NAME,
        "tags": {"type": "array", "items": TEXT},
        "pets": {"type": "array", "items": {"type": "object", "properties": {"age": NUMBER}}},
    },
}
GENERATOR = Generator({})


def around(value: Any, schema: Any = PERSON) -> tuple[Any, Taken]:
    taken = Taken()
    return GENERATOR.around(schema, random_words(b"seed"), value, taken), taken


DRAWN = GENERATOR.generate(PERSON, random_words(b"seed"))

ROWS: dict[str, tuple[Any, dict[str, Any]]] = {
    "a member": ({"id": 5}, {"id": 5}),
    "a member in another spelling": ({"full_name": "Ann"}, {"fullName": "Ann"}),
    "one in both spellings": ({"full_name": "A", "fullName": "B"}, {"fullName": "B"}),
    "null": ({"id": None}, {"id": None}),
    "what nothing describes is left out": ({"id": 5, "other": 1}, {"id": 5}),
    "a whole object": (
        {"name": {"first": "A", "last": "B"}},
        {"name": {"first": "A", "last": "B"}},
    ),
    "a list": ({"tags": ["a", "b", "c"]}, {"tags": ["a", "b", "c"]}),
    "an empty list": ({"tags": []}, {"tags": []}),
    "objects in a list": ({"pets": [{"age": 1}, {"age": 2}]}, {"pets": [{"age": 1}, {"age": 2}]}),
}


@pytest.mark.parametrize(("value", "expected"), ROWS.values(), ids=ROWS)
def test_what_was_given_is_there_and_the_rest_is_drawn(value: Any, expected: Any) -> None:
    made, _ = around(value)
    assert {name: made[name] for name in expected} == expected
    assert made.keys() == DRAWN.keys()


@pytest.mark.parametrize(
    ("value", "member"),
    [({"id": 5, "name": "?"}, "name"), ({"id": 5, "name": []}, "name"), ({"tags": {}}, "tags")],
)
def test_what_has_other_parts_is_drawn(value: Any, member: str) -> None:
    made, _ = around(value)
    assert made[member].__class__ is DRAWN[member].__class__


def test_a_part_of_an_object_is_drawn() -> None:
    made, taken = around({"name": {"first": "Ann"}})
    assert made["name"]["first"] == "Ann"
    assert "last" in made["name"]
    assert taken.names[id(made["name"])] == {"first"}
    assert not taken.whole


def test_what_was_taken_is_told() -> None:
    made, taken = around({"id": 5, "name": {"first": "A", "last": "B"}, "tags": ["a"], "pets": []})
    assert taken.names[id(made)] == {"id", "name", "tags", "pets"}
    assert taken.whole == {id(made["name"]), id(made["tags"]), id(made["pets"])}


@pytest.mark.parametrize(
    "value", [{"other": 1}, {"id": 5, "name": {"other": 1}}, {"id": []}, {"tags": [{}]}]
)
def test_nothing_is_drawn_around_what_has_parts_that_nothing_describes(value: Any) -> None:
    assert around(value)[0] is None


def test_nothing_is_drawn_around_where_that_takes_a_search() -> None:
    schema = {"oneOf": [PERSON, {"type": "object", "properties": {"id": NUMBER}}]}
    assert around({"id": 5}, schema)[0] is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*PERSON["properties"], "first", "age"]), inner, max_size=5
        )
    ),
    max_leaves=15,
)


@given(JSON.filter(lambda value: isinstance(value, dict)))
def test_any_value_can_be_given_and_stays_as_it_is(value: Any) -> None:
    before = repr(value)
    made, _ = around(value)
    assert made is None or made.keys() == DRAWN.keys()
    for each in (made or {}).values():
        if isinstance(each, dict):
            each["more"] = 1
        elif isinstance(each, list):
            each.append(1)
    assert repr(value) == before
    assert not deeper_than(3, made)
