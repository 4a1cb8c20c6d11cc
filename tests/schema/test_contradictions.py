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
        ({"const": 1, "type": "string"}, ["`const` is not of"]),
        ({"enum": [1, 2], "type": ["string", "null"]}, ["no value of `enum`"]),
        ({"enum": [1, "a"], "type": "string"}, []),
        ({"enum": [None], "type": "string"}, []),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, ["`allOf` asks for string and"]),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, []),
        ({"allOf": [{"enum": [1, 2]}, {"const": 3}]}, ["no value is in each"]),
        ({"enum": [1], "allOf": [{"enum": [1.0, 2]}]}, []),
        ({"oneOf": [True, True]}, ["all branches of `oneOf`"]),
        ({"oneOf": [{"type": "null"}, {"type": "null"}]}, ["the branches of `oneOf`"]),
        ({"oneOf": [{"const": 1}, {"const": 1.0}]}, ["the branches of `oneOf`"]),
        ({"oneOf": [{"const": 1}, {"const": True}]}, []),
        ({"oneOf": [{"enum": [[0]]}, {"enum": [[False]]}]}, []),
        ({"oneOf": [True]}, []),
        ({"required": ["a"], "properties": {"a": False}}, ["'a' is required, and its schema"]),
        ({"required": ["a"], "additionalProperties": False}, ["'a' is required, and `add"]),
        (
            {
                "required": ["a"],
                "additionalProperties": False,
                "patternProperties": {"a": True},
            },
            [],
        ),
        (
            {
                "required": ["a"],
                "additionalProperties": False,
                "patternProperties": {"^b": True},
            },
            ["'a' is required, and `add"],
        ),
        ({"items": False, "minItems": 1}, ["`items` is false"]),
        ({"items": False, "prefixItems": [True], "minItems": 1}, []),
        ({"multipleOf": 5, "minimum": 6, "maximum": 9}, ["no multiple of 5"]),
        ({"multipleOf": 5, "minimum": 6, "maximum": 10}, []),
        ({"type": "integer", "minimum": 1.2, "maximum": 1.8}, ["no whole number"]),
        ({"type": "number", "minimum": 1.2, "maximum": 1.8}, []),
        ({"uniqueItems": True, "items": {"type": "boolean"}, "minItems": 3}, ["`minItems` 3 is"]),
        ({"uniqueItems": True, "items": {"const": 1}, "minItems": 2}, ["`minItems` 2 is"]),
        ({"uniqueItems": True, "items": {"enum": [1, 2]}, "minItems": 2}, []),
        ({"pattern": "(?!)"}, ["`pattern` fits no text"]),
        ({"pattern": "$^a"}, ["`pattern` fits no text"]),
        ({"pattern": "a^b"}, ["`pattern` fits no text"]),
        ({"pattern": "^(?!a)b|(?!)$"}, []),
    ],
    ids=str,
)
def test_schema_without_a_value_is_told(schema: dict[str, Json], told: list[str]) -> None:
    notices = Notices(lambda _: ("f.yaml", ""))
    notice_contradictions(schema, "f.yaml", notices)
    found = [each.message for each in notices.listed("f.yaml")]
    assert len(found) == len(told)
    assert all(message.startswith(each) for message, each in zip(found, told, strict=True))
