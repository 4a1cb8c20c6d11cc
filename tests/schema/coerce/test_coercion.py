"""Text to values: JSON's grammar and nothing more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from emulator.http.messages import Json
from emulator.schema.coerce.coercion import coerce, to_text
from emulator.schema.coerce.shapes import compile_shape

NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        (INTEGER, "12", 12),
        (INTEGER, "-0", 0),
        (INTEGER, "1.0", 1.0),
        (INTEGER, "1e3", 1000.0),
        (INTEGER, "1.5", 1.5),
        (NUMBER, "12", 12),
        (NUMBER, "-1.5E+2", -150.0),
        *((NUMBER, text, text) for text in ("0x10", "1_000", "NaN", "Infinity", " 1", "1 ", "+1")),
        *((NUMBER, text, text) for text in ("01", ".5", "1.", "٣", "", "1e1001", "9" * 400, "1\n")),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "false", False),
        *(({"type": "boolean"}, text, text) for text in ("True", "1", "yes", "")),
        ({"type": ["integer", "null"]}, "null", None),
        ({"type": ["integer", "null"]}, "", None),
        (INTEGER, "null", "null"),
        (TEXT, "12", "12"),
        (TEXT, "null", "null"),
        ({}, "12", "12"),
        ({"type": ["string", "integer"]}, "12", "12"),
        ({"type": ["string", "null"]}, "null", "null"),
        ({"type": ["string", "null"], "format": "date"}, "null", None),
        ({"anyOf": [INTEGER, {"type": "string", "enum": [""]}]}, "12", 12),
        ({"anyOf": [INTEGER, {"type": "string", "enum": [""]}]}, "", ""),
        ({"anyOf": [INTEGER, {"type": "string", "format": "date"}]}, "12", 12),
        ({"anyOf": [INTEGER, {"type": "string", "format": "date"}]}, "2026-01-01", "2026-01-01"),
        ({"enum": [1, "1", True]}, "1", "1"),
        ({"enum": [1, True, None, "x"]}, "1", 1),
        ({"enum": [1, True, None, "x"]}, "true", True),
        ({"enum": [1, True, None, "x"]}, "null", None),
        ({"const": 5}, "5", 5),
        ({"anyOf": [{"const": 5}, TEXT]}, "5", 5),
        ({"anyOf": [{"const": 5}, TEXT]}, "6", "6"),
    ],
)
def test_coerce(schema: Json, text: str, value: Json) -> None:
    result = coerce(text, compile_shape(schema, {}))
    assert result == value
    assert type(result) is type(value)


SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.lists(
            st.sampled_from(["null", "boolean", "integer", "number", "string"]),
            min_size=1,
            unique=True,
        ),
        "enum": st.lists(st.sampled_from([1, 1.5, "1", "a", True, None]), min_size=1),
        "format": st.just("date"),
    },
)
TEXTS = st.text() | st.sampled_from(["1", "1.5", "true", "null", "", "a", "1e400", "-1"])


@given(SCHEMAS, TEXTS)
def test_valid_text_stays_valid(schema: Json, text: str) -> None:
    value = coerce(text, compile_shape(schema, {}))
    validator = validator_for(schema)
    assert validator.is_valid(value) or not validator.is_valid(text)


@given(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_written_is_read(value: Json) -> None:
    shape = compile_shape({"type": ["null", "boolean", "number"]}, {})
    assert coerce(to_text(value), shape) == value
