"""What schemas of documents are judged by: equal items, whatever the numbers in them."""

import pytest

from emulator.http.exact import loads
from emulator.schema.validators import compile_schemas

SCHEMAS = compile_schemas({"distinct": {"uniqueItems": True}, "any": {"uniqueItems": False}}, {})


@pytest.mark.parametrize(
    ("text", "distinct"),
    [
        ("[1, 1.0]", False),
        ('[1, true, 0, false, null, "", [], {}]', True),
        ("[[1], [true]]", True),
        ("[-0.0, 0]", False),
        ('[{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}]', False),
        ("[1e23, 100000000000000000000000]", False),
        ("[1e23, 99999999999999991611392]", True),
        ("[[1e23], [100000000000000000000001]]", True),
        ("[1e400, 2e400]", True),
        ("[1e400, 10e399]", False),
        ("[0.10000000000000000001, 0.10000000000000000002]", True),
        ("[0.10000000000000000001, 0.100000000000000000010]", False),
    ],
)
def test_items_are_equal_as_they_are_written(text: str, distinct: bool) -> None:
    value = loads(text)
    found = SCHEMAS.violations("distinct", value, "body")
    assert [each.keyword for each in found] == ([] if distinct else ["uniqueItems"])
    assert all(each.message.endswith(" has non-unique elements") for each in found)
    assert SCHEMAS.is_valid("any", value)


def test_items_nested_as_deep_as_may_be_are_compared() -> None:
    item = loads("[" * 200 + "1" + "]" * 200)
    assert SCHEMAS.is_valid("distinct", [item, 1])
    assert not SCHEMAS.is_valid("distinct", [item, item])
