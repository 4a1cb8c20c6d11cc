"""Schemas that no value satisfies are told, as far as one look at them tells."""

import pytest

from emulator.http.messages import Json
from emulator.schema.contradictions import notice_contradictions
from emulator.schema.notices import Notices


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"minItems": 1, "maxItems": 0}, ["`minItems` 1 is above"]),
        ({"minContains": 100_000}, ["`minContains` 100000 is more than is drawn"]),
        ({"exclusiveMinimum": 5, "exclusiveMaximum": 5}, ["`exclusiveMinimum` 5 is not below"]),
        ({"exclusiveMinimum": 5, "exclusiveMaximum": 6}, []),
        ({"if": True, "then": False}, ["`if` is true"]),
        ({"if": True, "then": True}, []),
    ],
    ids=str,
)
def test_schema_without_a_value_is_told(schema: dict[str, Json], told: list[str]) -> None:
    notices = Notices(lambda _: ("f.yaml", ""))
    notice_contradictions(schema, "f.yaml", notices)
    found = [each.message for each in notices.listed("f.yaml")]
    assert len(found) == len(told)
    assert all(message.startswith(each) for message, each in zip(found, told, strict=True))
