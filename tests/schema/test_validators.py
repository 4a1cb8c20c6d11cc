"""One validator for many schemas: verdicts by key, violations with pointers in a stable order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from emulator.http.messages import Json, Violation
from emulator.schema.reasons.branches import MESSAGE_LIMIT
from emulator.schema.validators import compile_schemas

PET = {"type": "object", "required": ["id", "a/b"], "properties": {"id": {"type": "integer"}}}
SCHEMAS = compile_schemas(
    {
        "GET /pets 200 application/json": {"type": "array", "items": {"$ref": "#/$defs/Pet"}},
        "number": {"type": "number", "minimum": 2},
        "never": False,
        "anything": True,
        "mail": {"format": "email"},
        "own": {"not": {"required": ["x"]}, "x-emulator-message": "not x"},
        "any": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    },
    {"Pet": PET},
)


@pytest.mark.parametrize(
    ("key", "instance", "valid"),
    [
        ("GET /pets 200 application/json", [{"id": 1, "a/b": 0}], True),
        ("GET /pets 200 application/json", [{"id": "1", "a/b": 0}], False),
        ("number", 2, True),
        ("number", 1, False),
        ("never", None, False),
        ("anything", None, True),
        ("mail", "a@example.com", True),
        ("mail", "nobody", False),
        ("unknown key", "x", True),
    ],
)
def test_instance_is_judged_by_its_key(key: str, instance: Json, valid: bool) -> None:
    assert SCHEMAS.is_valid(key, instance) is valid
    assert (SCHEMAS.violations(key, instance, "body") == ()) is valid


def test_violations_say_where_and_which_rule() -> None:
    found = SCHEMAS.violations(
        "GET /pets 200 application/json", [{}, {"id": "x", "a/b": 1}], "body"
    )
    assert [(v.location, v.pointer, v.keyword) for v in found] == [
        ("body", "/0/a~1b", "required"),
        ("body", "/0/id", "required"),
        ("body", "/1/id", "type"),
    ]


@pytest.mark.parametrize(
    ("key", "instance", "violation"),
    [
        ("never", 1, Violation("body", "", "false", "False schema does not allow 1")),
        ("own", {"x": 1}, Violation("body", "", "not", "not x")),
        ("number", 1, Violation("body", "", "minimum", "1 is less than the minimum of 2")),
    ],
)
def test_message(key: str, instance: Json, violation: Violation) -> None:
    assert SCHEMAS.violations(key, instance, "body") == (violation,)


def test_long_messages_are_cut() -> None:
    (violation,) = SCHEMAS.violations("number", "x" * 10_000, "body")
    assert len(violation.message) == MESSAGE_LIMIT
    assert violation.message.endswith("…")


def test_value_nested_too_deep_is_refused() -> None:
    value: Json = []
    for _ in range(5000):
        value = [value]
    assert SCHEMAS.is_valid("number", value) is False
    assert [v.keyword for v in SCHEMAS.violations("number", value, "body")] == ["depth"]


@pytest.mark.parametrize("count", [3, 300])
def test_small_and_large_values_are_told_alike(count: int) -> None:
    value = [{"id": index, "a/b": 0} for index in range(count)] + [{"id": "x"}]
    found = SCHEMAS.violations("GET /pets 200 application/json", value, "body")
    assert [(v.pointer, v.keyword, v.message) for v in found] == [
        (f"/{count}/a~1b", "required", '"a/b" is a required property'),
        (f"/{count}/id", "type", '"x" is not of type "integer"'),
    ]


def test_what_is_wrong_too_often_is_cut() -> None:
    found = SCHEMAS.violations("GET /pets 200 application/json", [1] * 1_000, "body")
    assert len(found) == 101
    assert (found[-1].pointer, found[-1].keyword) == ("", "more")


def test_nothing_is_fetched() -> None:
    with pytest.raises(ValueError, match=r"example|offline|retriev"):
        compile_schemas({"a": {"$ref": "http://example.com/schema.json"}}, {})


def test_circle_of_references() -> None:
    schemas = compile_schemas(
        {"tree": {"$ref": "#/$defs/Tree"}},
        {"Tree": {"properties": {"left": {"$ref": "#/$defs/Tree"}}, "required": ["v"]}},
    )
    found = schemas.violations("tree", {"v": 1, "left": {"left": {"v": 1}}}, "body")
    assert [v.pointer for v in found] == ["/left/v"]


INSTANCES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "a/b", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(SCHEMAS.roots)), INSTANCES)
def test_verdict_is_that_of_each_schema_alone(key: str, instance: Json) -> None:
    alone = {"$ref": "#/$defs/root", "$defs": {**SCHEMAS.definitions, "root": SCHEMAS.roots[key]}}
    if key != "mail":
        assert SCHEMAS.is_valid(key, instance) is Draft202012Validator(alone).is_valid(instance)


@pytest.mark.parametrize(
    ("name", "valid"), [("bücher.example", True), ("-", False), ("ü." * 1_000_000, False)]
)
def test_name_of_a_host_is_judged_by_length_first(name: str, valid: bool) -> None:
    schemas = compile_schemas({"a": {"format": "idn-hostname"}}, {})
    found = schemas.violations("a", name, "body")
    assert [each.keyword for each in found] == ([] if valid else ["format"])


def test_property_called_like_what_only_describes_is_judged() -> None:
    properties = {"title": {"type": "string"}, "default": {"title": "Of", "type": "integer"}}
    schemas = compile_schemas({"a": {"title": "A", "properties": properties}}, {})
    found = schemas.violations("a", {"title": 1, "default": "x"}, "body")
    assert [each.pointer for each in found] == ["/default", "/title"]
